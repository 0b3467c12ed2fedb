/**
 * The pools that connect() draws from: one for each source address, destination address and destination port.
 *
 * A port serves many destinations at once, so each has the whole range for itself, less what is reserved and what
 * binding, listening and accepting own.
 */
import { forecastOf, isFirstChoice, sizeOf } from '../../model/capacity/capacity.ts'
import { known } from '../../model/known.ts'
import { stateCode } from '../../model/socket-columns.ts'
import type { Ephemeral, Group } from './ephemeral.ts'
import { type Look, namesOf } from './look.ts'
import { type Change, keepsPort, observe } from './observe.ts'
import { type Cause, endsSoon, fillOf, isShort, type Pool, percent, poolOf } from './pool.ts'
import { REUSE_FIRST } from './remedies.ts'

const TIME_WAIT = stateCode('time-wait')
const CLOSE_WAIT = stateCode('close-wait')
/** From here on a call may soon have to walk half of the range in vain. */
const CLIFF_AHEAD = 0.45

export interface Free {
  /** Ports that connect() may choose, and those of them that it tries first. */
  readonly usable: number
  readonly firstChoice: number
}

/** Ports of the range that are neither reserved nor owned. */
export function freeOf({ range, owned }: Ephemeral, isReserved: (port: number) => boolean): Free {
  let [usable, firstChoice] = [0, 0]
  for (let port = range.first as number; port <= range.last; port++) {
    if (owned.has(port) || isReserved(port)) continue
    usable++
    if (isFirstChoice(range, port)) firstChoice++
  }
  return { usable, firstChoice }
}

export function destinationPool(
  now: Look,
  before: Look,
  group: Group,
  earlier: Group | undefined,
  ephemeral: Ephemeral,
  free: Free,
): Pool {
  const { columns } = now.table
  const linger = now.settings.reusedAfter(group.address)
  const held = group.rows.filter(row => keepsPort(now, row, linger))
  const used = new Set(held.map(row => columns.localPort[row]!).filter(port => !ephemeral.owned.has(port)))
  const change = observe(now, group.rows, before, earlier?.rows ?? [], free.usable, linger)
  const users = namesOf(now, group.rows)
  const pool = {
    kind: 'tcp-destination' as const,
    pool: `tcp ${group.source} > ${group.destination}`,
    used: used.size,
    usable: known(free.usable),
    forecast: forecastOf(change.observation),
    users: users.length > 0 || earlier === undefined ? users : namesOf(before, earlier.rows),
  }
  return poolOf(pool, causeOf(now, group, change, used, ephemeral, free, pool))
}

function causeOf(
  { table: { columns } }: Look,
  { rows }: Group,
  { came }: Change,
  used: ReadonlySet<number>,
  { range }: Ephemeral,
  { usable, firstChoice }: Free,
  { forecast, users }: Pick<Pool, 'forecast' | 'users'>,
): Cause | null {
  const count = (state: number): number => rows.filter(row => columns.state[row] === state).length
  const [lingering, unclosed] = [count(TIME_WAIT), count(CLOSE_WAIT)]
  const full = isShort(used.size, usable)
  const size = `${used.size} of ${usable} ports (${percent(used.size, usable)}) towards it are taken`
  const evidence = [
    {
      source: 'sock_diag',
      says: `${lingering} in TIME_WAIT, ${unclosed} in CLOSE_WAIT, ${rows.length - lingering - unclosed} in other states`,
    },
    {
      source: 'net.ipv4.ip_local_port_range',
      says: `${range.first} to ${range.last}: ${sizeOf(range)} ports`,
    },
    ...(forecast === null ? [] : [{ source: 'two looks', says: forecast.assumes.join('; ') }]),
  ]
  const severity = full ? ('critical' as const) : ('high' as const)
  if (full || endsSoon(forecast, came)) {
    const by = users.length === 0 ? '' : ` by ${users.join(', ')}`
    if (unclosed * 2 > rows.length)
      return {
        code: 'close-wait-leak',
        severity,
        says: `${size}, most of them closed by the peer and not${by === '' ? ' here' : by}`,
        evidence,
        steps: ['Mend the program: it must close a connection when the peer has.', 'Restart it meanwhile.'],
      }
    if (lingering * 2 > rows.length)
      return {
        code: 'time-wait-churn',
        severity,
        says: `${size}, most of them in TIME_WAIT: connections are made and closed here too fast${by}`,
        evidence,
        steps: REUSE_FIRST,
      }
    return {
      code: 'connections-held',
      severity,
      says: `${size} by open connections${by}`,
      evidence,
      steps: [
        REUSE_FIRST[0],
        'Check the limit of the connection pool: it may leak.',
        ...REUSE_FIRST.slice(2),
      ],
    }
  }
  if (fillOf(used.size, usable) < CLIFF_AHEAD || firstChoice === 0) return null
  const taken = [...used].filter(port => isFirstChoice(range, port)).length
  const over = taken >= firstChoice * 0.99
  return {
    code: 'search-cliff',
    severity: over ? 'medium' : 'low',
    says: over
      ? `${size}: half of the range is used up, and each connect() walks all of it before it finds a port`
      : `${size}: soon each connect() walks half of the range before it finds a port`,
    evidence: [
      ...evidence,
      { source: 'sock_diag', says: `${taken} of ${firstChoice} ports that are tried first are taken` },
    ],
    steps: [
      REUSE_FIRST[0],
      'Set IP_LOCAL_PORT_RANGE to the whole range on the socket (Linux 6.8): it is then searched straight.',
    ],
  }
}
