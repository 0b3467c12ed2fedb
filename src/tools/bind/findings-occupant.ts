/** What stands in the way of a bind: one finding for each socket, with the rule it is by and what would make it pass. */

import { familyOf } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import type { Claimant } from '../../model/space/in-the-way.ts'
import { NO_OWNER_SAYS, type SocketTable } from '../sockets/sockets.ts'
import type { OccupiedBy } from './occupants.ts'

export function findingOfOccupant(
  table: SocketTable,
  old: OccupiedBy,
  fresh: Claimant,
  subject: string,
  certain: boolean,
): Finding {
  const address = familyOf(old.address) === 'ipv6' ? `[${old.address}]` : old.address
  const at = `${old.protocol} ${address}:${table.columns.localPort[old.row]}`
  const who = holderOf(table, old)
  const depends = certain ? '' : `, or not: ${hiddenOf(old)} hidden`
  return {
    code: CODES[old.state],
    severity: certain ? 'medium' : 'low',
    certainty: certain ? 'proven' : 'possible',
    subject,
    says: `${at} ${SAYS[old.state](old)}${who === '' ? '' : ` by ${who}`}${depends}`,
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

const SAYS: Readonly<Record<OccupiedBy['state'], (old: OccupiedBy) => string>> = {
  listen: () => 'is listened on',
  bound: ({ protocol }) =>
    protocol === 'udp' ? 'is bound' : 'is bound without listening, which older tools don’t show,',
  connected: () => 'belongs to a connection held',
  'time-wait': ({ endsInMs }) =>
    `is in TIME_WAIT after a closed connection${endsInMs === null ? '' : `, for ${seconds(endsInMs)} more`}`,
}

function holderOf({ facts }: SocketTable, { row, state }: OccupiedBy): string {
  if (state === 'time-wait') return ''
  const processes = facts.processes(row).map(({ name, pid }) => `${name} (pid ${pid})`)
  if (processes.length > 0) return processes.join(', ')
  const reason = facts.noOwner(row)
  return reason === null ? 'a process that has just ended' : `somebody unseen (${NO_OWNER_SAYS[reason]})`
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
