/**
 * `struct msghdr` and what comes back beside the bytes of a message (recvmsg(2), cmsg(3)).
 *
 * Pointers and lengths are as wide as the machine's words, in its byte order: `word` is 8 or 4. Bytes that make no sense end
 * the walk over control messages; nothing is thrown.
 */
import { LITTLE_ENDIAN } from './tcp-info.ts'

/** Bytes of a pointer. */
export type Word = 4 | 8

/** A piece of memory that the kernel may write to. */
export interface Room {
  readonly at: bigint
  readonly length: number
}

/** `struct msghdr` with one `struct iovec` behind it. Write it where `at` says it will be. */
export function encodeMessageHeader(
  word: Word,
  at: bigint,
  { name, bytes, control }: { readonly name: Room; readonly bytes: Room; readonly control: Room },
): Uint8Array {
  const header = messageHeaderLength(word)
  const into = new Uint8Array(header + 2 * word)
  const view = new DataView(into.buffer)
  const put = (place: number, value: bigint): void =>
    word === 8
      ? view.setBigUint64(place, value, LITTLE_ENDIAN)
      : view.setUint32(place, Number(value), LITTLE_ENDIAN)
  put(0, name.at)
  view.setUint32(word, name.length, LITTLE_ENDIAN)
  put(2 * word, at + BigInt(header))
  put(3 * word, 1n)
  put(4 * word, control.at)
  put(5 * word, BigInt(control.length))
  put(header, bytes.at)
  put(header + word, BigInt(bytes.length))
  return into
}

/** 56 or 28 bytes. */
export const messageHeaderLength = (word: Word): number => 7 * word

export interface MessageFacts {
  /** Bytes of the sender's address. */
  readonly nameLength: number
  readonly controlLength: number
  /** MSG_TRUNC 0x20, MSG_CTRUNC 8, MSG_ERRQUEUE 0x2000. */
  readonly flags: number
}

/** What the kernel has written into the header. */
export function decodeMessageHeader(word: Word, bytes: Uint8Array): MessageFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < messageHeaderLength(word)) return { nameLength: 0, controlLength: 0, flags: 0 }
  return {
    nameLength: view.getUint32(word, LITTLE_ENDIAN),
    controlLength:
      word === 8 ? Number(view.getBigUint64(40, LITTLE_ENDIAN)) : view.getUint32(20, LITTLE_ENDIAN),
    flags: view.getInt32(6 * word, LITTLE_ENDIAN),
  }
}

export interface ControlMessage {
  readonly level: number
  readonly type: number
  readonly bytes: Uint8Array
}

/** The control messages in these bytes (`struct cmsghdr`: length, level i32, type i32, each padded to a word). */
export function controlMessages(word: Word, bytes: Uint8Array): readonly ControlMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = word + 8
  const found: ControlMessage[] = []
  for (let at = 0; at + header <= bytes.length; ) {
    const length =
      word === 8 ? Number(view.getBigUint64(at, LITTLE_ENDIAN)) : view.getUint32(at, LITTLE_ENDIAN)
    if (length < header || at + length > bytes.length) break
    found.push({
      level: view.getInt32(at + word, LITTLE_ENDIAN),
      type: view.getInt32(at + word + 4, LITTLE_ENDIAN),
      bytes: bytes.subarray(at + header, at + length),
    })
    at += Math.ceil(length / word) * word
  }
  return found
}

const SOL_SOCKET = 1
/** SO_TIMESTAMPNS_OLD: `struct timespec` of the machine's words. */
export const SO_TIMESTAMPNS = 35

/** When the packet was seen by the kernel, milliseconds since 1970. */
export function timeOf(word: Word, messages: readonly ControlMessage[]): number | undefined {
  const stamp = messages.find(({ level, type }) => level === SOL_SOCKET && type === SO_TIMESTAMPNS)?.bytes
  if (stamp === undefined || stamp.length < 2 * word) return undefined
  const view = new DataView(stamp.buffer, stamp.byteOffset, stamp.byteLength)
  const [seconds, nanoseconds] =
    word === 8
      ? [Number(view.getBigInt64(0, LITTLE_ENDIAN)), Number(view.getBigInt64(8, LITTLE_ENDIAN))]
      : [view.getInt32(0, LITTLE_ENDIAN), view.getInt32(4, LITTLE_ENDIAN)]
  return seconds * 1000 + nanoseconds / 1e6
}
