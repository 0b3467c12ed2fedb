/** An echo request from a simulated host, and what came of it. */
import { familyOf, unmap } from '../../model/address.ts'
import type { Pinged, PingRequest } from '../../os/attempt.ts'
import { type TryOptions, triedOf } from '../../os/reach.ts'
import { icmpErrno, mtuTold } from '../../wire/ip/ip.ts'
import type { PingResult } from '../host/host.ts'
import type { ReachHost } from './reach-over.ts'

/** Bytes of IP's header and of the echo's. */
const HEADERS = { ipv4: 28, ipv6: 48 } as const

export async function pingOver(
  { host }: ReachHost,
  { to, source, hops, size }: PingRequest,
  { timeoutMs, signal }: TryOptions,
): Promise<Pinged> {
  signal?.throwIfAborted()
  const address = unmap(to)
  const family = familyOf(address)
  const asked = host.ping(address, {
    timeoutMs,
    ...(source === undefined ? {} : { source }),
    ...(hops === undefined ? {} : { hopLimit: hops }),
    ...(size === undefined ? {} : { size: Math.max(0, size - HEADERS[family]), dontFragment: true }),
  })
  return pingedOf(await abortable(asked, signal), family)
}

function pingedOf(result: PingResult, family: 'ipv4' | 'ipv6'): Pinged {
  switch (result.kind) {
    case 'reply':
      return { kind: 'yes', ms: result.ms, hops: result.hopLimit }
    case 'error': {
      const { type, code, from, ms, mtu } = result
      const errno = icmpErrno(family, type, code) ?? 'EPROTO'
      const told = mtu === undefined ? undefined : mtuTold(family, type, code, mtu)
      const icmp = { type, code, from, errno, ...(told === undefined ? {} : { mtu: told }), atMs: ms }
      return { ...triedOf(errno), ms, icmp }
    }
    case 'timeout':
      return { kind: 'timed-out' }
    case 'filtered':
      return triedOf('EPERM')
    default:
      return triedOf('ENETUNREACH')
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
