/** What stands in the way of a bind: one finding for each socket, with the rule it is by and what would make it pass. */

import { familyOf } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import type { NoOwnerReason } from '../../model/owner.ts'
import type { Claimant } from '../../model/space/claimant.ts'
import { NO_OWNER_SAYS, type SocketTable } from '../sockets/sockets.ts'
import type { OccupiedBy } from './occupants.ts'
import { placeText } from './place-text.ts'

/** Sockets of one place, state, holder and flags: to a person they are one thing in the way. */
export interface Alike extends OccupiedBy {
  readonly count: number
}

/** In the order in which the first of each comes; of TIME_WAIT the one that lasts longest stands for all. */
export function alikeOf(table: SocketTable, all: readonly OccupiedBy[]): readonly Alike[] {
  const groups = Map.groupBy(all, old =>
    [
      old.state,
      old.address,
      holderOf(table, old),
      old.reuseAddress,
      old.reusePort,
      old.v6only,
      old.uid,
    ].join(),
  )
  return [...groups.values()].map(group => {
    const last = group.reduce((one, other) => ((other.endsInMs ?? 0) > (one.endsInMs ?? 0) ? other : one))
    return { ...last, count: group.length }
  })
}

export function findingOfOccupant(
  table: SocketTable,
  old: Alike,
  fresh: Claimant,
  subject: string,
  certain: boolean,
): Finding {
  const at = `${old.protocol} ${placeText(old.address, table.columns.localPort[old.row]!)}`
  const depends = certain ? '' : `; whether that is in the way depends: ${hiddenOf(old)} hidden`
  return {
    code: CODES[old.state],
    severity: certain ? 'medium' : 'low',
    certainty: certain ? 'proven' : 'possible',
    subject,
    says: `${at} ${SAYS[old.state](old)}${holderOf(table, old)}${depends}`,
    evidence: [
      { source: 'socket table', says: `${at} is in the table${inodeOf(table, old)}` },
      { source: 'rules of the port space', says: ruleOf(old, fresh) },
    ],
    disprovedBy: 'a trial bind that succeeds',
    remedy: remedyOf(old, fresh),
  }
}

const CODES = {
  listen: 'port-listened-on',
  bound: 'port-bound',
  connected: 'port-connected',
  'time-wait': 'port-in-time-wait',
} as const

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`

const times = (count: number): string => (count === 1 ? '' : ` by ${count} sockets`)

const SAYS: Readonly<Record<OccupiedBy['state'], (old: Alike) => string>> = {
  listen: ({ count }) => `is listened on${times(count)}`,
  bound: ({ protocol, count }) =>
    protocol === 'udp'
      ? `is bound${times(count)}`
      : `is bound${times(count)} without listening, which older tools don’t show,`,
  connected: ({ count }) => `belongs to ${count === 1 ? 'a connection' : `${count} connections`}`,
  'time-wait': ({ endsInMs, count }) =>
    `is in TIME_WAIT after ${count === 1 ? 'a closed connection' : `${count} closed connections`}${endsInMs === null ? '' : `, for ${seconds(endsInMs)} more`}`,
}

/** What the kernel keeps after a program, or before it takes it. */
const WITHOUT_PROCESS: ReadonlySet<NoOwnerReason> = new Set([
  'not-accepted',
  'orphaned',
  'half-open',
  'kernel',
  'vanished',
])

function holderOf({ facts }: SocketTable, { row, state }: OccupiedBy): string {
  if (state === 'time-wait') return ''
  const by = state === 'connected' ? ' of' : ' by'
  const processes = facts.processes(row).map(({ name, pid }) => `${name} (pid ${pid})`)
  if (processes.length > 0) return `${by} ${processes.join(', ')}`
  const reason = facts.noOwner(row)
  if (reason === null) return `${by} a process that has just ended`
  return WITHOUT_PROCESS.has(reason)
    ? ` that no process holds (${NO_OWNER_SAYS[reason]})`
    : `${by} somebody unseen (${NO_OWNER_SAYS[reason]})`
}

const inodeOf = ({ columns }: SocketTable, { row }: OccupiedBy): string =>
  columns.inode[row] === 0 ? '' : `, inode ${columns.inode[row]}`

/** What is hidden of it and would decide. */
function hiddenOf({ reuseAddress, uid, v6only, address }: OccupiedBy): string {
  const flags = reuseAddress === null ? ['whether it has SO_REUSEADDR or SO_REUSEPORT is'] : []
  if (v6only === null && familyOf(address) === 'ipv6') flags.push('whether it has IPV6_V6ONLY is')
  return [...flags, ...(uid === null ? ['its owner is'] : [])].join(', and ') || 'who asks is'
}

function ruleOf({ state, reuseAddress, reusePort, protocol }: OccupiedBy, fresh: Claimant): string {
  const asked = flagText(fresh.reuseAddress, fresh.reusePort)
  const had = flagText(reuseAddress, reusePort)
  const share =
    protocol === 'udp'
      ? 'two share a port if both have SO_REUSEADDR, or both SO_REUSEPORT and one owner'
      : state === 'listen'
        ? 'beside a listener another socket needs SO_REUSEPORT on both, and one owner'
        : 'two share a port if both have SO_REUSEADDR and neither listens, or both SO_REUSEPORT and one owner'
  return `the addresses overlap; asked with ${asked}, held with ${had}; ${share}`
}

function flagText(reuseAddress: boolean | null, reusePort: boolean | null): string {
  if (reuseAddress === null || reusePort === null) return 'flags that are hidden'
  const set = [...(reuseAddress ? ['SO_REUSEADDR'] : []), ...(reusePort ? ['SO_REUSEPORT'] : [])]
  return set.join(' and ') || 'neither flag'
}

function remedyOf({ state, reuseAddress }: OccupiedBy, fresh: Claimant): string {
  if (state === 'time-wait')
    return fresh.reuseAddress
      ? 'Wait until it ends: the socket before it did not have SO_REUSEADDR, so yours does not help.'
      : 'Set SO_REUSEADDR before you bind, as servers do, or wait until it ends.'
  if (state === 'connected' && !fresh.reuseAddress)
    return 'Set SO_REUSEADDR before you bind: if the connection’s socket has it too, both can have the port.'
  if (state === 'connected' && reuseAddress === false)
    return 'End the connection, or choose a port outside the ephemeral range: it took the port without SO_REUSEADDR.'
  return 'Stop who holds it, bind another address, or choose another port.'
}
