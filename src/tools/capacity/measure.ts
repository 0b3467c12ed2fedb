/** All pools of a host, from two looks at it. */
import { unmap } from '../../model/address.ts'
import { type EndpointSpec, isHostAddress } from '../../model/endpoint.ts'
import { type Finding, SEVERITIES } from '../../model/finding.ts'
import { UNKNOWN_SAYS } from '../../model/known.ts'
import { PortSet } from '../../model/port-set.ts'
import { closeWaitPools, orphansPool, timeWaitPool } from './closing.ts'
import { destinationPool, freeOf } from './destinations.ts'
import { type Ephemeral, ephemeralOf, type Group } from './ephemeral.ts'
import { acceptPools, conntrackPool, descriptorPools, filesPool } from './limits.ts'
import type { Look } from './look.ts'
import type { Memory } from './memory.ts'
import { fillOf, type Pool } from './pool.ts'
import { boundPool, rangePool, reservedPool, udpPool } from './shared-pools.ts'

export interface Measured {
  readonly pools: readonly Pool[]
  readonly notes: readonly Finding[]
}

export interface MeasureOptions {
  /** Only connections to there, and what they draw from. */
  readonly to?: Pick<EndpointSpec, 'host' | 'port'>
  /** From when on an unclosed connection counts as leaked. */
  readonly staleSeconds: number
}

export function measure(now: Look, memory: Memory, { to, staleSeconds }: MeasureOptions): Measured {
  const { before } = memory
  const { range, reserved } = now.settings
  const about = range.known ? portPools(now, before, ephemeralOf(now, range.value), to) : []
  const rest =
    to === undefined
      ? [
          timeWaitPool(now, before),
          orphansPool(now),
          ...closeWaitPools(now, memory, staleSeconds),
          ...acceptPools(now, before),
          conntrackPool(now, before),
          ...descriptorPools(now),
          filesPool(now),
        ]
      : []
  const notes = [...now.table.notes]
  if (!range.known) notes.push(rangeUnknown(UNKNOWN_SAYS[range.reason]))
  else if (!reserved.known) notes.push(reservedUnknown(UNKNOWN_SAYS[reserved.reason]))
  const pools = [...about, ...rest].filter(pool => pool !== null)
  return { pools: pools.sort(byUrgency), notes }
}

function portPools(now: Look, before: Look, is: Ephemeral, to: MeasureOptions['to']): (Pool | null)[] {
  const { reserved: told } = now.settings
  const reserved = told.known ? told.value : new PortSet()
  let reservedPorts = 0
  for (let port = is.range.first as number; port <= is.range.last; port++)
    if (reserved.has(port)) reservedPorts++
  const free = freeOf(is, port => reserved.has(port))
  const was = ephemeralOf(before, is.range)
  const sources = Map.groupBy(is.destinations.values(), ({ source }) => source)
  const binding = new Map(
    [...sources].flatMap(([source, groups]): [string, Pool][] => {
      const earlier = [...was.destinations.values()].filter(one => one.source === source)
      const pool = boundPool(now, before, groups, earlier, is, free.usable + is.owned.size)
      return pool === null ? [] : [[source, pool]]
    }),
  )
  const destinations = [...is.destinations].flatMap(([key, group]) =>
    // Where the address is bound first, its own pool is what runs out.
    (binding.has(group.source) && binding.get(group.source)!.cause !== null) || !leadsTo(group, to)
      ? []
      : [destinationPool(now, before, group, was.destinations.get(key), is, free)],
  )
  const bound = [...binding].flatMap(([source, pool]) =>
    sources.get(source)!.some(group => leadsTo(group, to)) ? [pool] : [],
  )
  if (to !== undefined && destinations.length + bound.length === 0) return []
  return [
    ...(to === undefined ? destinations.filter(isOfInterest) : destinations),
    ...bound,
    to === undefined ? udpPool(now, is, reservedPorts) : null,
    rangePool(now, is, reservedPorts),
    reservedPool(is, reserved, reservedPorts),
  ]
}

/** Where all that is left is in TIME_WAIT that may be reused, no port is held any more: told only to who asks for it. */
const isOfInterest = ({ used, forecast, cause }: Pool): boolean =>
  used > 0 || forecast !== null || cause !== null

function leadsTo({ address, port }: Group, to: MeasureOptions['to']): boolean {
  if (to === undefined) return true
  const { host } = to
  const there = host === undefined || (isHostAddress(host) && unmap(host) === unmap(address))
  return there && (to.port === 0 || to.port === port)
}

/** Worst first, then what is fullest. */
function byUrgency(a: Pool, b: Pool): number {
  const severity = ({ cause }: Pool): number => (cause === null ? -1 : SEVERITIES.indexOf(cause.severity))
  const fill = ({ used, usable }: Pool): number => (usable.known ? fillOf(used, usable.value) : 0)
  return severity(b) - severity(a) || fill(b) - fill(a) || (a.pool < b.pool ? -1 : 1)
}

const rangeUnknown = (why: string): Finding => ({
  code: 'range-unknown',
  severity: 'note',
  certainty: 'proven',
  subject: 'ephemeral range',
  says: `which ports connect() chooses from is not known (${why}): pools of ports are left out`,
  evidence: [{ source: 'net.ipv4.ip_local_port_range', says: why }],
})

const reservedUnknown = (why: string): Finding => ({
  code: 'reserved-unknown',
  severity: 'note',
  certainty: 'proven',
  subject: 'reserved ports',
  says: `which ports are reserved is not known (${why}): none is taken to be`,
  evidence: [{ source: 'net.ipv4.ip_local_reserved_ports', says: why }],
})
