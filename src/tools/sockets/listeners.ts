/**
 * Listeners as people count them: one process that listens on 0.0.0.0 and on [::], or through four sockets, is
 * one thing and not two or four.
 */
import { compareLevels, type Exposure } from '../../model/exposure.ts'
import { SOCKET_PROTOCOLS, type SocketProtocol } from '../../model/protocol.ts'
import { canBeReached } from './facts.ts'
import type { SocketTable } from './table.ts'

/** Sockets of one protocol and port, in one namespace, that the same processes hold. */
export interface Listener {
  readonly protocol: SocketProtocol
  readonly port: number
  readonly netns: number
  /** In listing order. */
  readonly rows: readonly number[]
  /** Processes that hold any of them, in order of pid; empty where none can be named. */
  readonly pids: readonly number[]
  /** The widest of them. */
  readonly exposure: Exposure
}

/** The listeners among a table's rows. Exposure and owners must have been prepared. */
export function listenersOf(table: SocketTable): Listener[] {
  const { columns, facts, owners } = table
  const groups = new Map<string, { rows: number[]; pids: number[] }>()
  for (const row of table.rows) {
    if (!canBeReached(columns, row)) continue
    const pids = [...new Set(owners?.of(columns.inode[row]!).map(owner => owner.pid))]
    // Without owners, the user is the best sign of what belongs together.
    const holder = pids.length > 0 ? pids.join(',') : `uid ${columns.uid[row]} ${columns.cgroup[row]}`
    const key = [columns.netns[row], columns.protocol[row], columns.localPort[row], holder].join(' ')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { rows: [row], pids })
    else group.rows.push(row)
  }
  return [...groups.values()].map(({ rows, pids }) => ({
    protocol: SOCKET_PROTOCOLS[columns.protocol[rows[0]!]!]!,
    port: columns.localPort[rows[0]!]!,
    netns: columns.netns[rows[0]!]!,
    rows,
    pids,
    exposure: widest(rows.map(row => facts.exposure(row)!)),
  }))
}

const widest = (all: readonly Exposure[]): Exposure =>
  all.toSorted((a, b) => compareLevels(b.level, a.level))[0]!
