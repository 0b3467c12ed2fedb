/** Pools of connections that are over but not gone: TIME_WAIT, orphans, and what programs never close. */
import { type Known, known, unknown } from '../../model/known.ts'
import { protocolCode, stateCode, TCP_FIELDS } from '../../model/socket-columns.ts'
import type { Look } from './look.ts'
import { namesOf } from './look.ts'
import type { Memory } from './memory.ts'
import { isShort, type Pool, percent, poolOf } from './pool.ts'
import { REUSE_FIRST } from './remedies.ts'

const TCP = protocolCode('tcp')
const TIME_WAIT = stateCode('time-wait')
const CLOSE_WAIT = stateCode('close-wait')
const LISTEN = stateCode('listen')

export function timeWaitPool(now: Look, before: Look): Pool {
  const { columns, rows } = now.table
  const lingering = Array.from(rows).filter(row => columns.state[row] === TIME_WAIT)
  const counted = counter(now.counters.sockets, 'TCP.tw')
  const used = counted.known ? counted.value : lingering.length
  const { mostTimeWait: usable } = now.settings
  const makers = makersOf(now, before, lingering)
  const pool = { kind: 'time-wait' as const, pool: 'TIME_WAIT', used, usable, forecast: null, users: makers }
  const skipped = grown(now, before, 'TcpExt.TCPTimeWaitOverflow')
  if (!usable.known || (skipped === 0 && !isShort(used, usable.value))) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'time-wait-overflow',
    severity: 'medium',
    says: `${used} of ${usable.value} sockets that may be in TIME_WAIT are: further connections are closed without it, and late segments may reach new ones`,
    evidence: [
      { source: '/proc/net/sockstat', says: `TCP tw ${used}` },
      { source: '/proc/net/netstat', says: `TCPTimeWaitOverflow grew by ${skipped} in this time` },
      ...makers.map(maker => ({ source: 'sock_diag', says: `TIME_WAIT of ${maker}` })),
    ],
    steps: [
      REUSE_FIRST[0],
      REUSE_FIRST[1],
      'Raise net.ipv4.tcp_max_tw_buckets; an entry takes some 250 bytes.',
    ],
  })
}

/** Who closes first, where it can be told: the server whose port it is, or who has, or had, other connections there. */
function makersOf(now: Look, before: Look, lingering: readonly number[]): string[] {
  const { columns, rows } = now.table
  const byPeer = Map.groupBy(lingering, row => columns.peerPort[row]!)
  const byLocal = Map.groupBy(lingering, row => columns.localPort[row]!)
  const found: { readonly text: string; readonly count: number }[] = []
  const who = (look: Look, is: (row: number) => boolean): string[] =>
    namesOf(look, Array.from(look.table.rows).filter(is), 1)
  for (const row of rows) {
    const local = columns.localPort[row]!
    const mine =
      columns.protocol[row] === TCP && columns.state[row] === LISTEN ? byLocal.get(local) : undefined
    if (mine === undefined) continue
    byLocal.delete(local)
    for (const one of mine) byPeer.get(columns.peerPort[one]!)!.pop()
    found.push({ text: `${namesOf(now, [row], 1)[0] ?? 'a server'}, port ${local}`, count: mine.length })
  }
  for (const [port, { length }] of [...byPeer].sort((a, b) => b[1].length - a[1].length).slice(0, 3)) {
    if (length === 0) continue
    const [name = 'programs that are gone'] = [
      ...who(now, row => columns.peerPort[row] === port && columns.inode[row] !== 0),
      ...who(before, row => before.table.columns.peerPort[row] === port),
    ]
    found.push({ text: `${name}, to port ${port}`, count: length })
  }
  return found
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ text, count }) => `${text}: ${count}`)
}

/** Closed by the program, and still with something to send or a FIN to wait for. Counted on the whole machine. */
export function orphansPool(now: Look): Pool | null {
  const orphans = counter(now.counters.sockets, 'TCP.orphan')
  if (!orphans.known) return null
  const used = orphans.value
  const { mostOrphans: usable } = now.settings
  const pool = { kind: 'orphans' as const, pool: 'orphans', used, usable, forecast: null, users: [] }
  if (!usable.known || !isShort(used, usable.value)) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'orphans-near-limit',
    severity: 'high',
    says: `${used} of ${usable.value} orphaned connections (${percent(used, usable.value)}) are there: further ones are reset`,
    evidence: [{ source: '/proc/net/sockstat', says: `TCP orphan ${used}` }],
    steps: [
      'Find the peers that don’t read: their connections wait with unsent data.',
      'Lower net.ipv4.tcp_orphan_retries and tcp_fin_timeout.',
      'Raise net.ipv4.tcp_max_orphans; each may take 64 KiB.',
    ],
  })
}

const SINCE_RECEIVED = TCP_FIELDS.indexOf('sinceReceivedMs')

/** Connections that the peer has closed and the program hasn't, for longer than `staleSeconds`, by process. */
export function closeWaitPools(now: Look, memory: Memory, staleSeconds: number): Pool[] {
  const { columns, rows, facts } = now.table
  const stale = Array.from(rows).filter(row => {
    if (columns.protocol[row] !== TCP || columns.state[row] !== CLOSE_WAIT) return false
    const since = memory.closeWaitSince.get(columns.cookie[row]!)
    if (since === undefined) return false
    const idle = columns.tcp?.[row * TCP_FIELDS.length + SINCE_RECEIVED] ?? Number.NaN
    // Whoever was seen in the state twice, and has got nothing for so long, has had time to close.
    return now.at - since >= staleSeconds || (now.at > since && idle >= staleSeconds * 1000)
  })
  const byPid = Map.groupBy(stale, row => facts.processes(row)[0]?.pid ?? 0)
  return [...byPid].map(([pid, leaked]) => {
    const name = namesOf(now, leaked, 1)[0] ?? 'a process that can’t be named'
    const limit = now.counters.descriptors.get(pid)
    const usable: Known<number> =
      limit === undefined ? unknown('not-asked') : limit.known ? finite(limit.value.limit) : limit
    return poolOf(
      {
        kind: 'close-wait',
        pool: `CLOSE_WAIT of ${name}`,
        used: leaked.length,
        usable,
        forecast: null,
        users: [name],
      },
      {
        code: 'close-wait-leak',
        severity: leaked.length >= 10 ? 'high' : 'medium',
        certainty: 'inferred',
        says: `${name} has not closed ${leaked.length === 1 ? 'a connection' : `${leaked.length} connections`} that the peer closed; nothing came for over ${staleSeconds} s`,
        evidence: [{ source: 'sock_diag', says: `${leaked.length} in CLOSE_WAIT in two looks` }],
        disprovedBy: 'the program still sends on them',
        steps: ['Mend the program: it must close a connection when the peer has.', 'Restart it meanwhile.'],
      },
    )
  })
}

/** The sockets in CLOSE_WAIT, each with the time of the first look that saw it so. */
export function closeWaitSince(look: Look, earlier: ReadonlyMap<bigint, number>): Map<bigint, number> {
  const { columns, rows } = look.table
  const since = new Map<bigint, number>()
  for (const row of rows)
    if (columns.state[row] === CLOSE_WAIT)
      since.set(columns.cookie[row]!, earlier.get(columns.cookie[row]!) ?? look.at)
  return since
}

export const finite = (value: number): Known<number> =>
  Number.isFinite(value) ? known(value) : unknown('unsupported')

export function counter(counters: Known<ReadonlyMap<string, number>>, name: string): Known<number> {
  if (!counters.known) return counters
  const value = counters.value.get(name)
  return value === undefined ? unknown('unsupported') : known(value)
}

/** By how much a counter of the stack has grown between two looks; 0 where it isn't told. */
export function grown(now: Look, before: Look, name: string): number {
  const [later, earlier] = [now, before].map(look => counter(look.counters.protocols, name))
  return later!.known && earlier!.known ? Math.max(0, later!.value - earlier!.value) : 0
}
