/** Limits of queues, of connection tracking and of open files. */

import { formatEndpoint } from '../../model/endpoint.ts'
import { known, unknown } from '../../model/known.ts'
import { isUnixName } from '../../model/socket.ts'
import { protocolCode, stateCode, UNTOLD } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { finite, grown } from './closing.ts'
import { type Look, namesOf } from './look.ts'
import { fillOf, isShort, type Pool, percent, poolOf } from './pool.ts'

const TCP = protocolCode('tcp')
const LISTEN = stateCode('listen')

const ACCEPT_STEPS = [
  'Let the program accept faster, or start more of it: connections come faster than it takes them.',
  'Give listen() a larger backlog, and raise net.core.somaxconn with it: the smaller of the two counts.',
] as const

/** Listeners with connections that wait to be accepted, and what was dropped for want of room. */
export function acceptPools(now: Look, before: Look): Pool[] {
  const { columns, rows } = now.table
  const pools: Pool[] = []
  for (const row of rows) {
    if (columns.protocol[row] !== TCP || columns.state[row] !== LISTEN) continue
    const [used, backlog] = [columns.receiveQueue[row]!, columns.sendQueue[row]!]
    // One more than the backlog is taken (`sk_acceptq_is_full`, include/net/sock.h).
    const room = backlog + 1
    if (used === UNTOLD || used === 0) continue
    const { local } = socketAt(columns, row)
    const where = isUnixName(local) ? local.path : formatEndpoint(local)
    const users = namesOf(now, [row])
    const pool = {
      kind: 'accept-queue' as const,
      pool: `accept queue of ${where}`,
      used,
      usable: backlog === UNTOLD ? unknown('unsupported') : known(room),
      forecast: null,
      users,
    }
    const full = backlog !== UNTOLD && used >= room
    pools.push(
      poolOf(
        pool,
        full
          ? {
              code: 'accept-queue-overflow',
              severity: 'high',
              says: `${used} connections wait to be accepted at ${where}${users.length === 0 ? '' : ` by ${users.join(', ')}`}, and the queue has room for ${room}: new ones are dropped`,
              evidence: [{ source: 'sock_diag', says: `accept queue ${used}, backlog ${backlog}` }],
              steps: ACCEPT_STEPS,
            }
          : null,
      ),
    )
  }
  const overflows = grown(now, before, 'TcpExt.ListenOverflows')
  const drops = grown(now, before, 'TcpExt.ListenDrops')
  if (overflows + drops === 0) return pools
  return [
    ...pools,
    poolOf(
      {
        kind: 'accept-drops',
        pool: 'connections dropped by listeners',
        used: Math.max(overflows, drops),
        usable: unknown('unsupported'),
        forecast: null,
        users: [],
      },
      {
        code: 'accept-queue-overflow',
        severity: 'high',
        says: `listeners dropped ${Math.max(overflows, drops)} connections while they were looked at, ${overflows} of them because their queue was full`,
        evidence: [
          {
            source: '/proc/net/netstat',
            says: `ListenOverflows grew by ${overflows}, ListenDrops by ${drops}`,
          },
        ],
        steps: ACCEPT_STEPS,
      },
    ),
  ]
}

export function conntrackPool(now: Look, before: Look): Pool | null {
  const { conntrack } = now.counters
  if (!conntrack.known) return null
  const { entries, limit } = conntrack.value
  const earlier = before.counters.conntrack
  const more = (name: 'drop' | 'insertFailed' | 'earlyDrop'): number => {
    const later = conntrack.value[name]
    const first = earlier.known ? earlier.value[name] : null
    return later.known && first?.known === true ? Math.max(0, later.value - first.value) : 0
  }
  const [dropped, failed, early] = [more('drop'), more('insertFailed'), more('earlyDrop')]
  const pool = {
    kind: 'conntrack' as const,
    pool: 'tracked connections',
    used: entries,
    usable: known(limit),
    forecast: null,
    users: [],
  }
  const evidence = [
    { source: 'nf_conntrack_count', says: `${entries} entries of ${limit}` },
    {
      source: '/proc/net/stat/nf_conntrack',
      says: `in this time ${dropped} dropped, ${failed} not inserted, ${early} thrown out early`,
    },
  ]
  if (isShort(entries, limit) || early > 0)
    return poolOf(pool, {
      code: 'conntrack-full',
      severity: entries >= limit ? 'critical' : 'high',
      says: `${entries} of ${limit} connections that can be tracked (${percent(entries, limit)}) are: packets of further ones are dropped${entries >= limit ? '' : ' once it is full'}, and their senders only time out`,
      evidence,
      steps: [
        'Raise net.netfilter.nf_conntrack_max, and nf_conntrack_buckets with it; an entry takes some 320 bytes.',
        'Don’t track what needs no tracking: notrack rules for busy ports.',
        'Shorten nf_conntrack_tcp_timeout_established, 5 days by default.',
      ],
    })
  if (dropped + failed === 0) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'conntrack-insert-failed',
    severity: 'medium',
    certainty: 'possible',
    says: `${dropped + failed} packets could not be tracked though there is room: source NAT finds no free port, or two packets raced for one`,
    evidence,
    disprovedBy: 'no rule translates source addresses',
    steps: ['Give source NAT more addresses or ports.', 'Add fully-random to the rule.'],
  })
}

/** Processes with most sockets, and how many files they may open. */
export function descriptorPools(now: Look): Pool[] {
  const byPid = new Map(
    Array.from(now.table.rows).flatMap(row =>
      now.table.facts.processes(row).map(({ pid, name }) => [pid, `${name} (pid ${pid})`] as const),
    ),
  )
  return [...now.counters.descriptors].flatMap(([pid, told]) => {
    if (!told.known) return []
    const { open, limit } = told.value
    const name = byPid.get(pid) ?? `pid ${pid}`
    const pool = {
      kind: 'descriptors' as const,
      pool: `open files of ${name}`,
      used: open,
      usable: finite(limit),
      forecast: null,
      users: [name],
    }
    if (fillOf(open, limit) < 0.9) return [poolOf(pool, null)]
    return [
      poolOf(pool, {
        code: 'descriptors-near-limit',
        severity: open >= limit ? 'critical' : 'high',
        says: `${name} has ${open} files and sockets open, of ${limit} that it may: ${open >= limit ? '' : 'at the limit '}accept(), socket() and open() fail with EMFILE`,
        evidence: [{ source: `/proc/${pid}/limits`, says: `Max open files ${limit}` }],
        steps: ['See what it holds: it may leak.', 'Raise LimitNOFILE of its unit, or ulimit -n.'],
      }),
    ]
  })
}

export function filesPool({ counters: { files } }: Look): Pool | null {
  if (!files.known) return null
  const { open, limit } = files.value
  const pool = {
    kind: 'files' as const,
    pool: 'open files of the machine',
    used: open,
    usable: finite(limit),
    forecast: null,
    users: [],
  }
  if (fillOf(open, limit) < 0.9) return poolOf(pool, null)
  return poolOf(pool, {
    code: 'files-near-limit',
    severity: 'critical',
    says: `${open} of ${limit} files that the machine can have open are: ${open >= limit ? '' : 'at the limit '}calls fail with ENFILE`,
    evidence: [{ source: 'fs.file-nr', says: `${open} of ${limit}` }],
    steps: ['Find the process that leaks.', 'Raise fs.file-max.'],
  })
}
