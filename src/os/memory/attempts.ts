/**
 * What attempts from a machine in memory come to: as it was described, and else its listeners answer. Nothing takes time: how
 * long something took is what the description says.
 */
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import { type Known, known, type Unknown, unknown } from '../../model/known.ts'
import type {
  Attempt,
  AttemptRequest,
  IcmpError,
  Pinged,
  PingRequest,
  Received,
  Seen,
  SeenFrame,
  TcpProgress,
  TlsRequest,
  TlsTried,
} from '../attempt.ts'
import { type Tried, type TryOptions, triedOf } from '../reach.ts'
import type { RouteAnswer, RouteQuestion } from '../route-answer.ts'

/** What an attempt comes to. What is left out isn't told by this host. */
export interface AttemptDescription {
  /** `yes`, `timed-out`, or the system's word: ECONNREFUSED. `yes`. */
  readonly ends?: string
  /** The call itself said no. */
  readonly atOnce?: boolean
  /** Milliseconds; the whole time of what timed out, and else 1. */
  readonly ms?: number
  readonly local?: Endpoint
  /** What is seen; of several, the first at the first look, the next at the next, the last from then on. */
  readonly seen?: SeenDescription | readonly SeenDescription[]
  /** What sending comes to: as `ends`. */
  readonly sends?: string
  /** What is received, in order: texts, or what else there is. Nothing after that. */
  readonly receives?: readonly (string | Received)[]
}

export interface SeenDescription {
  readonly icmp?: readonly IcmpError[] | Unknown
  readonly frames?: readonly SeenFrame[] | Unknown
  readonly tcp?: TcpProgress | Unknown
}

/** What a machine's attempts are described with. */
export interface TrialsDescription {
  /** By protocol and end, `tcp 192.0.2.7:443`. With a number of hops behind it, `tcp 192.0.2.7:443 hops 2`, only those with that; and so with `segment 500`. */
  readonly attempts?: Readonly<Record<string, AttemptDescription>>
  /** By address; with `size 1400` or `hops 2` behind it, only those. Without any, nobody answers. */
  readonly pings?: Readonly<Record<string, Pinged>>
  /** By end, `192.0.2.7:443`; with ` as db.internal` behind it, only with that name. */
  readonly handshakes?: Readonly<Record<string, TlsTried>>
  /** By address; with ` dev eth0` or ` from 192.0.2.1` behind it, only those. */
  readonly ways?: Readonly<Record<string, RouteAnswer>>
}

const wordOf = (ends: string): Tried =>
  ends === 'yes' || ends === 'timed-out' ? { kind: ends } : triedOf(ends)

export function attemptOn(
  described: TrialsDescription,
  { protocol, to, hops, segment, watch }: AttemptRequest,
  { timeoutMs }: TryOptions,
  otherwise: Tried,
): Attempt {
  const place = `${protocol} ${formatEndpoint(to)}`
  const found =
    described.attempts?.[`${place} hops ${hops}`] ??
    described.attempts?.[`${place} segment ${segment}`] ??
    described.attempts?.[place] ??
    {}
  const outcome = found.ends === undefined ? otherwise : wordOf(found.ends)
  const looks = [found.seen ?? {}].flat()
  const waiting = (found.receives ?? []).map(
    (one): Received =>
      typeof one === 'string' ? { kind: 'bytes', bytes: new TextEncoder().encode(one) } : one,
  )
  let [looked, open] = [0, true]
  return {
    outcome,
    atOnce: found.atOnce ?? false,
    ms: found.ms ?? (outcome.kind === 'timed-out' ? timeoutMs : 1),
    local: found.local === undefined ? unknown('unsupported') : known(found.local),
    async seen(): Promise<Seen> {
      const { icmp, frames, tcp } = looks[Math.min(looked++, looks.length - 1)] ?? {}
      return {
        icmp: told(icmp),
        frames: watch === true ? told(frames) : unknown('not-asked'),
        tcp: told(tcp),
      }
    },
    send: async () => (open && outcome.kind === 'yes' ? wordOf(found.sends ?? 'yes') : triedOf('EBADF')),
    async receive({ signal }) {
      signal?.throwIfAborted()
      if (!open) return { kind: 'failed', tried: triedOf('EBADF') }
      if (outcome.kind !== 'yes') return { kind: 'failed', tried: outcome }
      return waiting.shift() ?? { kind: 'nothing' }
    },
    finish: async () => undefined,
    close: async () => {
      open = false
    },
  }
}

const told = <T extends object>(value: T | Unknown | undefined): Known<T> => {
  if (value === undefined) return unknown('unsupported')
  return 'known' in value && value.known === false ? value : known(value as T)
}

export const pingOn = ({ pings = {} }: TrialsDescription, { to, size, hops }: PingRequest): Pinged =>
  pings[`${to} size ${size}`] ?? pings[`${to} hops ${hops}`] ?? pings[to] ?? { kind: 'timed-out' }

export function handshakeOn(
  { handshakes = {} }: TrialsDescription,
  { to, serverName }: TlsRequest,
  otherwise: Tried,
): TlsTried {
  const place = formatEndpoint(to)
  const found = handshakes[`${place} as ${serverName}`] ?? handshakes[place]
  if (found !== undefined) return found
  return otherwise.kind === 'yes' ? triedOf('ECONNRESET') : otherwise
}

export function wayOn(
  { ways }: TrialsDescription,
  { to, device, source }: RouteQuestion,
): Known<RouteAnswer> {
  if (ways === undefined) return unknown('unsupported')
  const found = ways[`${to} dev ${device}`] ?? ways[`${to} from ${source}`] ?? ways[to]
  return known(found ?? { kind: 'refused', code: 'ENETUNREACH' })
}
