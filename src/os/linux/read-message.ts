/** recvmsg(2): bytes with who sent them and what the kernel says beside them. */
import {
  type ControlMessage,
  controlMessages,
  decodeMessageHeader,
  encodeMessageHeader,
  messageHeaderLength,
  SO_TIMESTAMPNS,
  timeOf,
  type Word,
} from '../../wire/message-header.ts'
import { type Libc, offHeap } from '../ffi.ts'

export const MSG_DONTWAIT = 0x40
export const MSG_ERRQUEUE = 0x2000
const SOL_SOCKET = 1
const ALL_32_BIT: readonly string[] = ['arm', 'ia32']
export const WORD: Word = ALL_32_BIT.includes(process.arch) ? 4 : 8
/** A packet with all its bytes: as much as segmentation offload puts together. */
const ROOM = { name: 128, bytes: 0x11000, control: 512 }

export interface Message {
  /** Its own copy. */
  readonly bytes: Uint8Array
  readonly name: Uint8Array
  readonly control: readonly ControlMessage[]
  /** Milliseconds since 1970, where the socket was told to stamp (`stampMessages`). */
  readonly stamp?: number
}

let rooms: { readonly header: Buffer; readonly parts: Record<keyof typeof ROOM, Buffer> } | undefined

/** One message; undefined where none waits. Never waits itself. */
export function readMessage(libc: Libc, fd: number, flags = 0): Message | undefined {
  rooms ??= {
    header: offHeap(messageHeaderLength(WORD) + 2 * WORD),
    parts: { name: offHeap(ROOM.name), bytes: offHeap(ROOM.bytes), control: offHeap(ROOM.control) },
  }
  const { header, parts } = rooms
  const room = (part: keyof typeof ROOM) => ({ at: libc.addressOf(parts[part]), length: ROOM[part] })
  const encoded = encodeMessageHeader(WORD, libc.addressOf(header), {
    name: room('name'),
    bytes: room('bytes'),
    control: room('control'),
  })
  header.set(encoded)
  const length = libc.recvmsg(fd, header, flags | MSG_DONTWAIT)
  if (length < 0) return undefined
  const { nameLength, controlLength } = decodeMessageHeader(WORD, header)
  const control = controlMessages(WORD, Uint8Array.from(parts.control.subarray(0, controlLength)))
  const stamp = timeOf(WORD, control)
  return {
    bytes: Uint8Array.from(parts.bytes.subarray(0, Math.min(length, ROOM.bytes))),
    name: Uint8Array.from(parts.name.subarray(0, Math.min(nameLength, ROOM.name))),
    control,
    ...(stamp === undefined ? {} : { stamp }),
  }
}

/** Has the kernel say of each message when it came. */
export const stampMessages = (libc: Libc, fd: number): boolean =>
  setNumber(libc, fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)

/** Whether the option could be set; errno tells why not. */
export function setNumber(libc: Libc, fd: number, level: number, name: number, value: number): boolean {
  const bytes = offHeap(4)
  new Int32Array(bytes.buffer, bytes.byteOffset, 1)[0] = value
  return libc.setsockopt(fd, level, name, bytes, 4) === 0
}
