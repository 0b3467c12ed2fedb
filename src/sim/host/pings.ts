/** Echo requests that wait for an answer (RFC 792, RFC 4443 section 4), and what came of each. */
import { type Address, familyOf } from '../../model/address.ts'
import type { Datagram, IcmpMessage } from '../../wire/ip/datagram.ts'
import { quotedIn } from '../../wire/ip/ip.ts'
import type { Engine, Timer } from '../engine/engine.ts'
import type { Sent } from '../transport/transport.ts'
import { isIcmpError } from './icmp-error.ts'

export interface PingOptions {
  /** Simulated milliseconds. 1000. */
  readonly timeoutMs?: number
  /** 64. */
  readonly hopLimit?: number
  /** Bytes that the echo carries. 56, as of ping(8). */
  readonly size?: number
  /** One of the host's own addresses; the one that it would take. */
  readonly source?: Address
  /** Routers may not cut it into pieces. */
  readonly dontFragment?: boolean
}

export type PingResult =
  | { readonly kind: 'reply'; readonly ms: number; readonly from: Address; readonly hopLimit: number }
  /** An ICMP error: type and code, who said it. `mtu`: of a packet too big. */
  | {
      readonly kind: 'error'
      readonly ms: number
      readonly from: Address
      readonly type: number
      readonly code: number
      readonly mtu?: number
    }
  | { readonly kind: 'timeout' | 'no-route' | 'filtered' }

interface Waiting {
  readonly sentAt: number
  readonly timer: Timer
  readonly done: (result: PingResult) => void
}

const ECHO = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const

export class Pings {
  readonly #engine: Engine
  readonly #send: (datagram: Datagram) => Sent
  readonly #waiting = new Map<number, Waiting>()
  #identifier = 0

  constructor(engine: Engine, send: (datagram: Datagram) => Sent) {
    this.#engine = engine
    this.#send = send
  }

  ping(source: Address | undefined, destination: Address, options: PingOptions = {}): Promise<PingResult> {
    const { timeoutMs = 1000, hopLimit = 64, size = 56, dontFragment = false } = options
    if (source === undefined) return Promise.resolve({ kind: 'no-route' })
    this.#identifier = (this.#identifier % 0xffff) + 1
    const id = this.#identifier
    const sent = this.#send({
      source,
      destination,
      hopLimit,
      ...(dontFragment ? { dontFragment } : {}),
      payload: {
        kind: 'icmp',
        type: ECHO[familyOf(destination)].request,
        code: 0,
        rest: id * 0x10000 + 1,
        data: Uint8Array.from({ length: size }, (_, i) => i & 255),
      },
    })
    if (sent !== 'sent') return Promise.resolve({ kind: sent })
    return new Promise(resolve => {
      const done = (result: PingResult): void => {
        this.#waiting.delete(id)
        this.#engine.tell()
        resolve(result)
      }
      const timer = this.#engine.schedule(timeoutMs, () => done({ kind: 'timeout' }))
      this.#waiting.set(id, { sentAt: this.#engine.now(), timer, done })
    })
  }

  /** Whether an ICMP message was about one of ours. */
  take(datagram: Datagram, message: IcmpMessage): boolean {
    const { source, hopLimit } = datagram
    const { type, code, rest = 0 } = message
    const isReply = type === ECHO[familyOf(source)].reply
    const id = isReply ? Math.floor(rest / 0x10000) : quotedEcho(datagram)
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (waiting === undefined) return false
    waiting.timer.cancel()
    const ms = this.#engine.now() - waiting.sentAt
    if (isReply) waiting.done({ kind: 'reply', ms, from: source, hopLimit })
    else waiting.done({ kind: 'error', ms, from: source, type, code, ...(rest === 0 ? {} : { mtu: rest }) })
    return true
  }
}

/** The identifier of the echo request that an error is about. */
function quotedEcho(error: Datagram): number | undefined {
  if (!isIcmpError(error)) return undefined
  const quoted = quotedIn(error)
  return quoted?.protocol === 1 || quoted?.protocol === 58 ? quoted.tuple.sourcePort : undefined
}

/** What answers an echo request; undefined for any other message. */
export function echoReply({ source, destination }: Datagram, message: IcmpMessage): Datagram | undefined {
  const { request, reply } = ECHO[familyOf(source)]
  if (message.type !== request) return undefined
  return { source: destination, destination: source, hopLimit: 64, payload: { ...message, type: reply } }
}
