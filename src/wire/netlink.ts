/**
 * Netlink message framing: headers, attributes, and how a dump ends.
 *
 * Netlink speaks the host's byte order, as typed arrays do, so bytes are read through views of one buffer.
 * Source: RFC 3549 section 2.3, and the kernel's include/uapi/linux/netlink.h. Bounds are always checked: a
 * message or attribute that claims more than there is ends the walk.
 */

/** `struct nlmsghdr`: len u32, type u16, flags u16, seq u32, pid u32. */
export const NLMSG_HEADER = 16
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3

export const NLM_F_REQUEST = 0x01
/** Answer with an acknowledgement. */
export const NLM_F_ACK = 0x04
/** NLM_F_ROOT | NLM_F_MATCH */
export const NLM_F_DUMP = 0x300
/** Set in answers when the table changed under the dump. */
export const NLM_F_DUMP_INTR = 0x10

/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are not part of an attribute's type. */
export const NLA_TYPE_MASK = 0x3fff

/** The same bytes, seen as 8, 16 and 32 bit numbers in host order. The start is aligned to 4. */
export interface Views {
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
}

/** Views over whole bytes; copies them first if they don't start at a multiple of 4. */
export function viewsOf(bytes: Uint8Array): Views {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  const { buffer, byteOffset, byteLength } = aligned
  return {
    u8: aligned,
    u16: new Uint16Array(buffer, byteOffset, byteLength >> 1),
    u32: new Uint32Array(buffer, byteOffset, byteLength >> 2),
  }
}

/** How a chunk of a dump went: whether it was the last, and the kernel's errno (0 for none, else positive). */
export interface DumpProgress {
  readonly done: boolean
  readonly errno: number
  /** The table changed while it was read; entries may be missing. */
  readonly interrupted: boolean
}

/**
 * Calls `each` with the offset of the payload and the end of every message of the wanted type.
 *
 * A dump's error arrives inside NLMSG_DONE as a negative errno (a missing diag module: -ENOENT), an unknown
 * family's in NLMSG_ERROR. Both end the dump. `mask`: the bits of a type that are compared.
 */
export function messages(
  views: Views,
  length: number,
  type: number,
  each: (payload: number, end: number) => void,
  mask = 0xffff,
): DumpProgress {
  const { u16, u32 } = views
  const limit = Math.min(length, views.u8.length) & ~3
  let interrupted = false
  let at = 0
  while (at + NLMSG_HEADER <= limit) {
    const size = u32[at >> 2]!
    if (size < NLMSG_HEADER || at + size > length) break
    const kind = u16[(at + 4) >> 1]!
    if ((u16[(at + 6) >> 1]! & NLM_F_DUMP_INTR) !== 0) interrupted = true
    if ((kind & mask) === type) each(at + NLMSG_HEADER, at + size)
    else if (kind === NLMSG_DONE || kind === NLMSG_ERROR) {
      const errno = size >= NLMSG_HEADER + 4 ? -(u32[(at + NLMSG_HEADER) >> 2]! | 0) : 0
      return { done: true, errno: Math.max(errno, 0), interrupted }
    }
    at += (size + 3) & ~3
  }
  return { done: false, errno: 0, interrupted }
}

/** Writes a message header. `length` includes it. Sequence and port id are for the caller's own matching. */
export function writeHeader(bytes: Uint8Array, type: number, flags: number, sequence: number): void {
  const { u16, u32 } = viewsOf(bytes)
  u32[0] = bytes.length
  u16[2] = type
  u16[3] = flags
  u32[2] = sequence
  u32[3] = 0
}
