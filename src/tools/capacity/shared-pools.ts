/** Pools that all destinations share: the range itself, what is reserved of it, bound source addresses, and UDP's. */
import { forecastOf, isOdd, sizeOf } from '../../model/capacity/capacity.ts'
import { known } from '../../model/known.ts'
import type { PortSet } from '../../model/port-set.ts'
import { protocolCode } from '../../model/socket-columns.ts'
import { bindsBeforeConnect, type Ephemeral, type Group } from './ephemeral.ts'
import { type Look, namesOf } from './look.ts'
import { observe } from './observe.ts'
import { type Cause, endsSoon, fillOf, isShort, type Pool, percent, poolOf } from './pool.ts'

/** A range of which so much is taken away isn't what it seems. */
const MUCH = 0.5

/** The range, and how much of it binding, listening and accepting own. */
export function rangePool(now: Look, { range, owned }: Ephemeral, reservedPorts: number): Pool {
  const usable = sizeOf(range) - reservedPorts
  const users = namesOf(now, owned.values())
  const pool = {
    kind: 'range' as const,
    pool: `ports ${range.first}-${range.last}`,
    used: owned.size,
    usable: known(usable),
    forecast: null,
    users,
  }
  const evidence = [
    { source: 'sock_diag', says: `${owned.size} ports of the range are listened on or bound` },
  ]
  if (owned.size > 0 && fillOf(owned.size, usable) >= MUCH)
    return poolOf(pool, {
      code: 'range-owned',
      severity: isShort(owned.size, usable) ? 'critical' : 'medium',
      says: `${owned.size} of ${usable} ephemeral ports (${percent(owned.size, usable)}) are bound or listened on, and connect() can’t have them`,
      evidence,
      steps: [
        'Move the servers below the range, or the range above them.',
        'Widen net.ipv4.ip_local_port_range.',
      ],
    })
  return poolOf(pool, isOdd(range) ? oddCause(pool.pool) : null)
}

const oddCause = (range: string): Cause => ({
  code: 'range-odd',
  severity: 'note',
  says: `${range} are an odd number: a search leaves one of them out`,
  evidence: [{ source: 'net.ipv4.ip_local_port_range', says: 'both bounds have the same parity' }],
  steps: ['Let one bound be even and the other odd.'],
})

export function reservedPool({ range }: Ephemeral, reserved: PortSet, reservedPorts: number): Pool {
  const usable = sizeOf(range)
  const pool = {
    kind: 'reserved' as const,
    pool: 'reserved ports',
    used: reservedPorts,
    usable: known(usable),
    forecast: null,
    users: [],
  }
  if (fillOf(reservedPorts, usable) < MUCH) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'range-reserved',
    severity: isShort(reservedPorts, usable) ? 'critical' : 'medium',
    says: `${reservedPorts} of ${usable} ephemeral ports (${percent(reservedPorts, usable)}) are reserved: no program is given one`,
    evidence: [{ source: 'net.ipv4.ip_local_reserved_ports', says: `${reserved}` }],
    steps: ['Reserve only ports that servers use: net.ipv4.ip_local_reserved_ports.', 'Widen the range.'],
  })
}

/** The pool of a source address that programs bind before they connect: one for all destinations. */
export function boundPool(
  now: Look,
  before: Look,
  groups: readonly Group[],
  earlier: readonly Group[],
  ephemeral: Ephemeral,
  usable: number,
): Pool | null {
  const rows = groups.flatMap(group => group.rows)
  const ports = new Set(rows.map(row => now.table.columns.localPort[row]!))
  for (const [port, row] of ephemeral.owned) if (sharesSource(now, row, rows[0]!)) ports.add(port)
  if (!bindsBeforeConnect(ephemeral, ports)) return null
  const { observation, came } = observe(
    now,
    rows,
    before,
    earlier.flatMap(group => group.rows),
    usable,
  )
  const users = namesOf(now, rows)
  const pool = {
    kind: 'tcp-bound' as const,
    pool: `tcp ${groups[0]!.source} > anywhere`,
    used: ports.size,
    usable: known(usable),
    forecast: forecastOf(observation),
    users,
  }
  const short = isShort(ports.size, usable)
  if (!short && fillOf(ports.size, usable) < MUCH && !endsSoon(pool.forecast, came)) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'bind-before-connect',
    severity: short ? 'critical' : 'high',
    certainty: 'inferred',
    says: `${ports.size} of ${usable} ports of ${groups[0]!.source} are taken by programs that bind it before they connect${users.length === 0 ? '' : ` (${users.join(', ')})`}: all destinations share one pool`,
    evidence: [
      {
        source: 'sock_diag',
        says: 'most ports are of the parity that bind() to port 0 takes first, and connect() last',
      },
    ],
    disprovedBy: 'the programs set IP_LOCAL_PORT_RANGE, or choose their ports themselves',
    steps: [
      'Set IP_BIND_ADDRESS_NO_PORT before bind(): each destination then has the whole range.',
      'Or leave the source address out where the route gives the same.',
    ],
  })
}

function sharesSource({ table: { columns } }: Look, row: number, other: number): boolean {
  const at = (one: number): string => columns.local.subarray(one * 16, one * 16 + 16).join('.')
  return columns.family[row] === columns.family[other] && at(row) === at(other)
}

const UDP = protocolCode('udp')

/** UDP chooses before it knows where to: one pool for all, though sockets of different addresses may share a port. */
export function udpPool(now: Look, { range }: Ephemeral, reservedPorts: number): Pool {
  const { columns, rows } = now.table
  const held = Array.from(rows).filter(
    row =>
      columns.protocol[row] === UDP &&
      columns.localPort[row]! >= range.first &&
      columns.localPort[row]! <= range.last,
  )
  const used = new Set(held.map(row => columns.localPort[row]!)).size
  const usable = sizeOf(range) - reservedPorts
  const users = namesOf(now, held)
  const pool = { kind: 'udp' as const, pool: 'udp', used, usable: known(usable), forecast: null, users }
  if (!isShort(used, usable)) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'udp-pool-full',
    severity: used >= usable ? 'critical' : 'high',
    says: `${used} of ${usable} ephemeral ports of UDP are taken${users.length === 0 ? '' : `, most by ${users.join(', ')}`}: all destinations share them`,
    evidence: [{ source: 'sock_diag', says: `${held.length} UDP sockets with a port of the range` }],
    steps: [
      'Use one socket for many destinations, with sendto().',
      'Bind sockets to different addresses: each address has ports of its own.',
      'Never give port 0 and SO_REUSEADDR to a UDP socket: it may get a port that is in use.',
    ],
  })
}
