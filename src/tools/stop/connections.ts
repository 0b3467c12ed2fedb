/**
 * Ends single connections: those that a filter means, never a listener, whose port would stay taken by its process.
 *
 * The host ends each by its cookie, so that a connection which has come to the same endpoints since is left alone.
 */
import type { Finding } from '../../model/finding.ts'
import { SOCKET_STATES, type Socket } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { DestroyOutcome } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import { canBeReached, readTable, type SocketFilter, type SocketTable } from '../sockets/sockets.ts'

export interface ConnectionPlan {
  readonly table: SocketTable
  /** Rows that would be ended. */
  readonly rows: readonly number[]
  readonly findings: readonly Finding[]
}

export interface ConnectionResult {
  readonly row: number
  readonly outcome: DestroyOutcome
}

export async function planConnections(
  os: OS,
  filter: SocketFilter,
  signal?: AbortSignal,
): Promise<ConnectionPlan> {
  const table = await readTable(os, {
    filter,
    owners: true,
    protocols: ['tcp', 'udp', 'sctp', 'dccp'],
    ...(signal === undefined ? {} : { signal }),
  })
  await table.facts.prepare(table.rows, { owners: true })
  const listening = [...table.rows].filter(row => !isConnection(table, row))
  return {
    table,
    rows: [...table.rows].filter(row => isConnection(table, row)),
    findings: [...(listening.length === 0 ? [] : [listenersLeft(listening.length)]), ...table.notes],
  }
}

/** Sockets with another end; what only listens or is bound isn't one. */
function isConnection({ columns }: SocketTable, row: number): boolean {
  const state = SOCKET_STATES[columns.state[row]!]!
  return columns.peerPort[row] !== 0 && !canBeReached(columns, row) && state !== 'listen' && state !== 'bound'
}

export async function endConnections(
  os: OS,
  { table, rows }: ConnectionPlan,
  signal?: AbortSignal,
): Promise<readonly ConnectionResult[]> {
  const results: ConnectionResult[] = []
  for (const row of rows) {
    signal?.throwIfAborted()
    const socket: Socket = socketAt(table.columns, row)
    results.push({ row, outcome: await os.acts.destroySocket(socket) })
  }
  return results
}

const listenersLeft = (count: number): Finding => ({
  code: 'listener-refused',
  severity: 'medium',
  certainty: 'proven',
  subject: `${count} ${count === 1 ? 'socket' : 'sockets'}`,
  says: `${count} ${count === 1 ? 'socket that listens is' : 'sockets that listen are'} left alone: a port stays taken until its process ends`,
  evidence: [{ source: 'sock_diag', says: 'the state is listen, or bound without a peer' }],
  remedy: 'To free a port, use: ports stop PORT',
})
