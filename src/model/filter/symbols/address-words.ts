/**
 * Addresses as numbers and as nft writes them: inet_ntop(3) for IP, colons for Ethernet.
 */
import { readAddress } from '../../address-read.ts'

/** `10.0.0.1`; undefined if it is none. */
export function ipv4Number(text: string): number | undefined {
  let number = 0
  let part = -1
  let parts = 0
  // Tens of thousands of them are read at once: character by character, without a piece of text for each part.
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return undefined
      part = part === -1 ? digit : part * 10 + digit
      if (part > 255) return undefined
    } else {
      if (part === -1 || (at < text.length && text[at] !== '.')) return undefined
      number = number * 256 + part
      part = -1
      parts++
    }
  }
  return parts === 4 ? number : undefined
}

const ZERO = 48

export function ipv6Number(text: string): bigint | undefined {
  const reading = readAddress(text)
  if (typeof reading === 'string' || reading.bytes.length !== 16 || reading.zone !== '') return undefined
  let number = 0n
  for (const byte of reading.bytes) number = (number << 8n) | BigInt(byte)
  return number
}

export const ipv4Text = (number: number): string =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`

/** As glibc's inet_ntop: the longest run of zeros shortened, mapped and compatible addresses with an IPv4 tail. */
export function ipv6Text(number: bigint): string {
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((number >> shift) & 0xffffn))
  const run = longestZeros(groups)
  const tail =
    run.from === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff))
      ? ipv4Text(Number(number & 0xffffffffn))
      : undefined
  const shown = tail === undefined ? groups : groups.slice(0, 6)
  const hex = (from: number, to: number): string =>
    [
      ...shown.slice(from, to).map(group => group.toString(16)),
      ...(to >= shown.length && tail ? [tail] : []),
    ].join(':')
  if (run.length < 2) return hex(0, 8)
  return `${shown
    .slice(0, run.from)
    .map(group => group.toString(16))
    .join(':')}::${hex(run.from + run.length, 8)}`
}

function longestZeros(groups: readonly number[]): { from: number; length: number } {
  let best = { from: -1, length: 0 }
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === 0) to++
    if (to - from > best.length) best = { from, length: to - from }
    from = Math.max(from, to - 1)
  }
  return best
}

/** `00:11:22:33:44:55` */
export function etherNumber(text: string): number | undefined {
  if (!/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(text)) return undefined
  return text.split(':').reduce((number, byte) => number * 256 + Number.parseInt(byte, 16), 0)
}

export const etherText = (number: number): string =>
  number
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:')
