/** TCP's sequence numbers: 32 bits, unsigned, compared around a circle (RFC 9293 section 3.4). */

/** The number so many bytes further. */
export const plus = (from: number, bytes: number): number => (from + bytes) >>> 0

/** How many bytes `later` is after `earlier`; negative when it is before it. */
export const distance = (later: number, earlier: number): number => (later - earlier) | 0

export const isBefore = (one: number, other: number): boolean => ((one - other) | 0) < 0

export const laterOf = (one: number, other: number): number => (isBefore(one, other) ? other : one)

/** FNV-1a with a finish: spreads texts over 32 bits, the same on every machine. */
export function hashOf(text: string, secret: number): number {
  let hash = (0x811c9dc5 ^ secret) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0
  return (hash ^ (hash >>> 13)) >>> 0
}

/** The initial sequence number: by the ends, and newer every 64 ns (RFC 6528, Linux `secure_tcp_seq`). */
export const initialSequence = (ends: string, secret: number, nowMs: number): number =>
  (hashOf(ends, secret) + Math.floor((nowMs * 1e6) / 64)) >>> 0
