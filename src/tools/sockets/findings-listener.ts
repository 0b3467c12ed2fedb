/** What is worth saying about a listener beyond who and where. */
import { scopeOf, unmap } from '../../model/address.ts'
import type { Finding } from '../../model/finding.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { protocolCode, stateCode, UNTOLD } from '../../model/socket-columns.ts'
import { canBeReached, localAddress } from './facts.ts'
import type { Listener } from './listeners.ts'
import type { SocketTable } from './table.ts'

export function findingsOfListener(table: SocketTable, listener: Listener): Finding[] {
  const subject = `${listener.protocol} port ${listener.port}`
  return [
    ...queues(table, listener, subject),
    ...families(table, listener, subject),
    ...inherited(table, listener, subject),
  ]
}

/**
 * The accept queue holds one connection more than its limit before the kernel drops handshakes
 * (`sk_acceptq_is_full`, include/net/sock.h).
 */
function queues({ columns }: SocketTable, { rows }: Listener, subject: string): Finding[] {
  return rows.flatMap((row): Finding[] => {
    if (columns.state[row] !== LISTEN) return []
    const length = columns.receiveQueue[row]!
    const limit = columns.sendQueue[row]!
    const drops = columns.drops[row]!
    if (limit === UNTOLD || length <= limit) return []
    const dropped =
      drops === UNTOLD || drops === 0
        ? ''
        : `, and ${drops === 1 ? '1 attempt was' : `${drops} attempts were`} dropped at this listener`
    return [
      {
        code: 'accept-queue-full',
        severity: 'high',
        certainty: 'proven',
        subject,
        says: `the accept queue is full: ${length === 1 ? '1 connection waits' : `${length} connections wait`} where ${limit} may${dropped}`,
        evidence: [{ source: 'sock_diag', says: `receive queue ${length}, limit ${limit}` }],
        disprovedBy: 'a later reading with an empty queue',
        remedy:
          'See why the program does not accept; a larger backlog (and net.core.somaxconn) only helps against bursts.',
      },
    ]
  })
}

/** A server that takes only one family is the usual reason why `localhost` works for one client and not another. */
function families(
  table: SocketTable,
  { protocol, port, netns, rows, exposure }: Listener,
  subject: string,
): Finding[] {
  const { columns, facts } = table
  const takesLoopback = (row: number): boolean => LOOPBACK.has(scopeOf(unmap(localAddress(columns, row))))
  if (exposure.level !== 'host' || !rows.some(takesLoopback)) return []
  const taken = new Set<IpFamily>()
  // Another program may take the other family, and a question about one address leaves rows out.
  for (let row = 0; row < columns.length; row++) {
    if (columns.localPort[row] !== port || columns.netns[row] !== netns) continue
    if (columns.protocol[row] !== protocolCode(protocol) || !canBeReached(columns, row)) continue
    if (takesLoopback(row)) for (const family of facts.exposure(row)!.families) taken.add(family)
  }
  if (taken.size !== 1) return []
  const [has, lacks] = taken.has('ipv4') ? ['IPv4', '::1'] : ['IPv6', '127.0.0.1']
  return [
    {
      code: 'one-family-only',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `listens on ${has} only: clients for which localhost is ${lacks} are refused`,
      evidence: [
        {
          source: 'bind address',
          says: rows.length === 1 ? 'one socket' : `${rows.length} sockets, all ${has}`,
        },
      ],
      remedy: 'Let the program listen on both, or name the address instead of localhost.',
    },
  ]
}

/**
 * Holders by other names than the first to start are hardly its workers: they have inherited the descriptor, or been
 * handed it.
 */
function inherited({ facts }: SocketTable, { pids }: Listener, subject: string): Finding[] {
  const processes = pids
    .map(pid => facts.process(pid))
    .filter(one => one !== null)
    .sort((a, b) => a.startedAt - b.startedAt)
  const others = processes
    .filter(({ name }) => programOf(name) !== programOf(processes[0]!.name))
    .map(({ name, pid }) => `${name} (pid ${pid})`)
  if (others.length === 0) return []
  return [
    {
      code: 'held-by-several',
      severity: 'low',
      certainty: 'proven',
      subject,
      says: `also held by ${others.join(', ')}: the port stays taken until the last of them closes it`,
      evidence: [{ source: '/proc/<pid>/fd', says: `${processes.length} processes hold the same socket` }],
      remedy: 'A program that starts others should open its sockets with SOCK_CLOEXEC.',
    },
  ]
}

/** Masters and workers give themselves titles: `nginx: master process`, `nginx: worker process`. */
const programOf = (name: string): string => name.split(': ', 1)[0]!

const LISTEN = stateCode('listen')
const LOOPBACK: ReadonlySet<string> = new Set(['loopback', 'unspecified'])
