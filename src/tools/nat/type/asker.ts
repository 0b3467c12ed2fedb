/**
 * STUN transactions over one socket: a Binding request, sent again after 0.5 s and 1 s more (RFC 8489 section 6.2.1, with
 * fewer tries than it allows, since a person waits), and the answer that belongs to it.
 */
import type { Endpoint } from '../../../model/endpoint.ts'
import type { DatagramSocket } from '../../../os/datagrams.ts'
import type { Clock } from '../../../os/os.ts'
import { BINDING, decodeStun, encodeStun, type StunMessage } from '../../../wire/stun.ts'

/** RTO, milliseconds. */
const FIRST_WAIT = 500

export interface AskOptions {
  /** Milliseconds until a question counts as unanswered. */
  readonly timeoutMs: number
  /** 0 ≤ x < 1: transactions must not be guessed (RFC 8489 section 6). */
  readonly random: () => number
  readonly clock: Clock
  readonly signal?: AbortSignal
}

export type Wants = Pick<StunMessage, 'changeRequest' | 'responsePort'>

export interface Answer {
  /** Where the server saw the question come from. */
  readonly mapped: Endpoint
  /** The same as MAPPED-ADDRESS has it, which something on the way may have rewritten. */
  readonly plain?: Endpoint
  readonly other?: Endpoint
  /** Where the answer came from. */
  readonly from: Endpoint
}

export class Asker {
  readonly socket: DatagramSocket
  readonly #options: AskOptions

  constructor(socket: DatagramSocket, options: AskOptions) {
    this.socket = socket
    this.#options = options
  }

  /** Undefined where no answer came, or one that tells no address. */
  async ask(to: Endpoint, wants: Wants = {}): Promise<Answer | undefined> {
    const { clock, timeoutMs } = this.#options
    const transaction = this.#transaction()
    const request = encode(transaction, wants)
    const end = clock.monotonic() + timeoutMs
    for (let wait = FIRST_WAIT; ; wait *= 2) {
      const left = end - clock.monotonic()
      if (left <= 0) return undefined
      await this.socket.send(request, to)
      const answer = await this.#hear(transaction, Math.min(wait, left))
      if (answer !== undefined) return answer
    }
  }

  /** Asks, and doesn't wait for an answer; gives the transaction. */
  async tell(to: Endpoint, wants: Wants = {}, transaction = this.#transaction()): Promise<Uint8Array> {
    await this.socket.send(encode(transaction, wants), to)
    return transaction
  }

  /** Waits for a message of that transaction; says where it came from. */
  async hear(transaction: Uint8Array, waitMs: number): Promise<Endpoint | undefined> {
    return (await this.#next(waitMs, message => isSame(message.transaction, transaction)))?.from
  }

  async #hear(transaction: Uint8Array, waitMs: number): Promise<Answer | undefined> {
    const found = await this.#next(
      waitMs,
      one => one.class === 'success' && isSame(one.transaction, transaction),
    )
    const { xorMapped, mapped, otherAddress } = found?.message ?? {}
    const seen = xorMapped ?? mapped
    if (found === undefined || seen === undefined) return undefined
    return {
      mapped: seen,
      from: found.from,
      ...(mapped === undefined ? {} : { plain: mapped }),
      ...(otherAddress === undefined ? {} : { other: otherAddress }),
    }
  }

  /** The next message that is wanted; what else comes is passed over: late answers, and what others send. */
  async #next(
    waitMs: number,
    wanted: (message: StunMessage) => boolean,
  ): Promise<{ readonly message: StunMessage; readonly from: Endpoint } | undefined> {
    const { clock, signal } = this.#options
    const end = clock.monotonic() + waitMs
    for (let left = waitMs; left > 0; left = end - clock.monotonic()) {
      const got = await this.socket.receive({ timeoutMs: left, ...(signal === undefined ? {} : { signal }) })
      if (got === undefined) return undefined
      const message = decodeStun(got.bytes)
      if (message !== undefined && wanted(message)) return { message, from: got.from }
    }
    return undefined
  }

  #transaction(): Uint8Array {
    return Uint8Array.from({ length: 12 }, () => Math.floor(this.#options.random() * 256))
  }
}

const encode = (transaction: Uint8Array, wants: Wants): Uint8Array =>
  encodeStun({ class: 'request', method: BINDING, transaction, ...wants, fingerprint: 'right' })

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i])
