/**
 * Capacity: what of a host's ports, queues and tables is used, how long it lasts, why it is short, and what to change.
 *
 * Answers for the network namespace that it runs in: ports towards each destination, the ephemeral range, bound source
 * addresses, UDP, TIME_WAIT, orphans, unclosed connections, accept queues, tracked connections, open files. Doesn't see
 * a call that failed: no counter of the kernel moves when connect() or bind() finds no port (EADDRNOTAVAIL,
 * EADDRINUSE). It is told from what is taken. Doesn't see beyond the host: a NAT gateway on the way has ports of its
 * own (`ports capacity plan`). Sources: RFC 6056, RFC 9293 section 3.6.1, net/ipv4/inet_hashtables.c.
 */
import type { EndpointSpec } from '../../model/endpoint.ts'
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import type { SocketTable } from '../sockets/sockets.ts'
import { closeWaitSince } from './closing.ts'
import { type Look, lookAt } from './look.ts'
import { measure } from './measure.ts'
import type { Memory } from './memory.ts'
import type { Pool } from './pool.ts'

export { POOL_KINDS, type Pool, type PoolKind } from './pool.ts'

export interface CapacityRequest {
  /** Seconds between two looks. */
  readonly interval: number
  /** Only connections to there. Port 0 is every port. */
  readonly to?: Pick<EndpointSpec, 'host' | 'port'>
  /** Seconds after which a connection that the peer closed counts as leaked; 60. */
  readonly stale?: number
  readonly signal?: AbortSignal
}

export interface Capacity {
  /** Milliseconds since 1970, when the second look began. */
  readonly at: number
  /** Seconds between the looks. */
  readonly seconds: number
  /** Worst first. */
  readonly pools: readonly Pool[]
  readonly notes: readonly Finding[]
  /** The sockets of the second look. */
  readonly table: SocketTable
}

/** How long an unclosed connection is nothing to worry about. */
const STALE_SECONDS = 60

/** Two looks, and what they tell. Rejects with the signal's reason when that aborts. */
export async function measureCapacity(os: OS, request: CapacityRequest): Promise<Capacity> {
  for await (const capacity of watchCapacity(os, request)) return capacity
  throw new TypeError('a watch ends only by rejecting')
}

/** The same again and again, each time from the look before; rejects when the signal aborts. */
export async function* watchCapacity(os: OS, request: CapacityRequest): AsyncIterable<Capacity> {
  const { interval, to, stale = STALE_SECONDS, signal } = request
  const before = await lookAt(os, signal)
  let memory: Memory = { before, closeWaitSince: closeWaitSince(before, new Map()) }
  for (;;) {
    await os.clock.sleep(interval * 1000, signal)
    const at = os.clock.now()
    const now: Look = await lookAt(os, signal)
    const measured = measure(now, memory, { staleSeconds: stale, ...(to === undefined ? {} : { to }) })
    yield { at, seconds: now.at - memory.before.at, ...measured, table: now.table }
    memory = { before: now, closeWaitSince: closeWaitSince(now, memory.closeWaitSince) }
  }
}
