/** One datagram to an endpoint, and what came back: bytes, an error, or nothing. */
import type { Endpoint } from '../../model/endpoint.ts'
import type { IcmpError } from '../../os/attempt.ts'
import type { OS } from '../../os/os.ts'

export type DatagramOutcome =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly ms: number }
  /** The system's word; with an error of ICMP, what it said. */
  | { readonly kind: 'failed'; readonly code: string; readonly icmp?: IcmpError; readonly ms: number }
  | { readonly kind: 'nothing'; readonly ms: number }

export interface DatagramProbe {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** By a connected socket, which hears errors; where a host has none, by a plain one. Closes what it opens. */
export async function probeDatagram(
  os: OS,
  to: Endpoint,
  bytes: Uint8Array,
  { timeoutMs, signal }: DatagramProbe,
): Promise<DatagramOutcome> {
  const began = os.clock.monotonic()
  const ms = (): number => os.clock.monotonic() - began
  const attempt = await os.reach.attempt({ protocol: 'udp', to }, { timeoutMs, signal })
  if (attempt.outcome.code === 'ENOSYS') return byPlainSocket(os, to, bytes, { timeoutMs, signal }, ms)
  try {
    if (attempt.outcome.kind !== 'yes')
      return { kind: 'failed', code: attempt.outcome.code ?? attempt.outcome.kind, ms: ms() }
    const sent = await attempt.send(bytes)
    if (sent.kind !== 'yes') return { kind: 'failed', code: sent.code ?? sent.kind, ms: ms() }
    const heard = await attempt.receive({ timeoutMs, signal })
    if (heard.kind === 'bytes') return { kind: 'bytes', bytes: heard.bytes, ms: ms() }
    if (heard.kind !== 'failed') return { kind: 'nothing', ms: ms() }
    const { icmp } = await attempt.seen()
    const error = icmp.known ? icmp.value.at(-1) : undefined
    const code = heard.tried.code ?? heard.tried.kind
    return { kind: 'failed', code, ...(error === undefined ? {} : { icmp: error }), ms: ms() }
  } finally {
    await attempt.close()
  }
}

async function byPlainSocket(
  os: OS,
  to: Endpoint,
  bytes: Uint8Array,
  probe: DatagramProbe,
  ms: () => number,
): Promise<DatagramOutcome> {
  const opened = await os.reach.datagrams({ towards: to })
  if (opened.kind !== 'yes') return { kind: 'failed', code: opened.code ?? opened.kind, ms: ms() }
  try {
    const sent = await opened.socket.send(bytes, to)
    if (sent.kind !== 'yes') return { kind: 'failed', code: sent.code ?? sent.kind, ms: ms() }
    const heard = await opened.socket.receive(probe)
    return heard === undefined
      ? { kind: 'nothing', ms: ms() }
      : { kind: 'bytes', bytes: heard.bytes, ms: ms() }
  } finally {
    await opened.socket.close()
  }
}
