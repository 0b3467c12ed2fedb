/**
 * The error queue of a socket, entry by entry (MSG_ERRQUEUE in recv(2)): what `drainErrors` does, for those who ask tens of thousands of
 * sockets a second, of which nearly all have nothing. Only what the kernel says is read, not the packet that it is about.
 */
import { type ExtendedError, extendedErrorOf } from '../../wire/extended-error.ts'
import {
  controlMessages,
  decodeMessageHeader,
  encodeMessageHeader,
  messageHeaderLength,
} from '../../wire/message-header.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { MSG_DONTWAIT, MSG_ERRQUEUE, WORD } from './read-message.ts'

const ROOM = { name: 128, bytes: 128, control: 512 }

export class QueuedErrors {
  readonly #libc: Libc
  readonly #header = offHeap(messageHeaderLength(WORD) + 2 * WORD)
  readonly #parts = { name: offHeap(ROOM.name), bytes: offHeap(ROOM.bytes), control: offHeap(ROOM.control) }
  readonly #fresh: Uint8Array

  constructor(libc: Libc) {
    this.#libc = libc
    const room = (part: keyof typeof ROOM) => ({ at: libc.addressOf(this.#parts[part]), length: ROOM[part] })
    this.#fresh = encodeMessageHeader(WORD, libc.addressOf(this.#header), {
      name: room('name'),
      bytes: room('bytes'),
      control: room('control'),
    })
    this.#header.set(this.#fresh)
  }

  /** The next error, taken out of the queue; null: none is left. */
  take(fd: number): ExtendedError | null {
    while (this.#libc.recvmsg(fd, this.#header, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) {
      const { controlLength } = decodeMessageHeader(WORD, this.#header)
      // The kernel has written into the header.
      this.#header.set(this.#fresh)
      const error = extendedErrorOf(controlMessages(WORD, this.#parts.control.subarray(0, controlLength)))
      if (error !== undefined) return error
    }
    return null
  }
}
