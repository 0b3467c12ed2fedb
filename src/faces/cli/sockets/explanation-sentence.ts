/** The answer in one sentence: what holds a port, who, since when, reachable from where, started by what. */
import type { ExposureLevel } from '../../../model/exposure.ts'
import type { Process } from '../../../model/owner.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import {
  type Explanation,
  isHeld,
  type Listener,
  NO_OWNER_SAYS,
  type SocketTable,
} from '../../../tools/sockets/sockets.ts'
import { counted } from '../render/counted.ts'
import { ago } from './ago.ts'

/** The first listener's sentence, or what there is without a listener. `now`: milliseconds since 1970. */
export function answerOf(explanation: Explanation, now: number): string {
  const [listener, ...others] = explanation.listeners
  if (listener === undefined) return withoutListener(explanation)
  const more = others.length === 0 ? '' : `; and ${counted(others.length, 'other listener')} on this port`
  return `${listenerSentence(explanation.table, listener, now)}${more}`
}

/** `tcp 3000: node server.js (pid 812, alice), up 3 h, reachable from everywhere, started by shop.service` */
export function listenerSentence(table: SocketTable, listener: Listener, now: number): string {
  const { facts } = table
  const processes = processesOf(table, listener)
  const [first] = processes
  const where = REACH[listener.exposure.level]
  const what = `${listener.protocol} ${listener.port}`
  if (first === undefined) return `${what} is taken, reachable from ${where}; ${whyNobody(table, listener)}`
  const user = facts.userName(first.uid) ?? `uid ${first.uid}`
  const more = processes.length > 1 ? ` and ${processes.length - 1} more` : ''
  const by = startedBy(table, first)
  const since = `up ${ago(now - first.startedAt)}, reachable from ${where}`
  return `${what}: ${first.name} (pid ${first.pid}, ${user})${more}, ${since}${by === null ? '' : `, started by ${by}`}`
}

function whyNobody({ facts }: SocketTable, { pids, rows }: Listener): string {
  const reason = facts.noOwner(rows[0]!)
  if (reason !== null) return `its owner can’t be named: ${NO_OWNER_SAYS[reason]}`
  return `its owner (pid ${pids.join(', ')}) exited while it was looked at`
}

export const processesOf = ({ facts }: SocketTable, { pids }: Listener): Process[] =>
  pids.map(pid => facts.process(pid)).filter(one => one !== null)

const REACH: Readonly<Record<ExposureLevel, string>> = {
  host: 'this host only',
  link: 'the directly attached network',
  private: 'private networks',
  public: 'everywhere',
}

function startedBy({ facts }: SocketTable, process: Process): string | null {
  if (process.container !== undefined)
    return `${process.container.runtime} container ${process.container.id.slice(0, 12)}`
  if (process.unit?.endsWith('.service') === true) return process.unit
  const [parent] = facts.parents(process.pid)
  return parent === undefined ? null : `${parent.name} (pid ${parent.pid})`
}

function withoutListener(explanation: Explanation): string {
  const { asked, table, connections, bound, outgoing } = explanation
  const what = `${asked.protocol === undefined ? '' : `${asked.protocol} `}port ${asked.port}`
  if (!isHeld(explanation)) {
    const elsewhere = outgoing?.rows.length ?? 0
    const there =
      elsewhere === 0 ? '' : `; ${counted(elsewhere, 'connection')} from here to such a port elsewhere`
    return `nobody holds ${what} here${there}`
  }
  const parts: string[] = []
  if (bound.length > 0)
    parts.push(`${counted(bound.length, 'socket')} ${bound.length === 1 ? 'is' : 'are'} bound to it`)
  if (connections.length > 0) {
    const states = new Set(connections.map(row => SOCKET_STATES[table.columns.state[row]!]!))
    const goes = connections.length === 1 ? 'goes' : 'go'
    parts.push(`${counted(connections.length, 'connection')} ${goes} through it (${[...states].join(', ')})`)
  }
  return `${what}: nobody listens, but ${parts.join(' and ')}`
}
