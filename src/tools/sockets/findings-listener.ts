/** What is worth saying about a listener beyond who and where. */
import type { Finding } from '../../model/finding.ts'
import { familyCode, stateCode, UNTOLD } from '../../model/socket-columns.ts'
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
      drops === UNTOLD || drops === 0 ? '' : `, and ${drops} attempts were dropped at this listener`
    return [
      {
        code: 'accept-queue-full',
        severity: 'high',
        certainty: 'proven',
        subject,
        says: `the accept queue is full: ${length} connections wait, and ${limit} may${dropped}`,
        evidence: [{ source: 'sock_diag', says: `receive queue ${length}, limit ${limit}` }],
        disprovedBy: 'a later reading with an empty queue',
        remedy:
          'See why the program does not accept; a larger backlog (and net.core.somaxconn) only helps against bursts.',
      },
    ]
  })
}

/** A server that takes only one family is the usual reason why `localhost` works for one client and not another. */
function families({ columns, facts }: SocketTable, { rows, exposure }: Listener, subject: string): Finding[] {
  if (exposure.level !== 'host') return []
  const loopback = rows.map(row => (columns.family[row] === IPV4 ? 'ipv4' : 'ipv6'))
  if (new Set(loopback).size > 1 || rows.some(row => (facts.exposure(row)?.families.length ?? 0) > 1))
    return []
  const [has, lacks] = loopback[0] === 'ipv4' ? ['IPv4', '::1'] : ['IPv6', '127.0.0.1']
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

/** Holders that started long after the first, and aren't its children, have probably inherited the descriptor. */
function inherited({ facts }: SocketTable, { pids }: Listener, subject: string): Finding[] {
  const processes = pids.map(pid => facts.process(pid)).filter(one => one !== null)
  const names = new Set(processes.map(one => one.name))
  if (processes.length < 2 || names.size < 2) return []
  const others = processes.slice(1).map(one => `${one.name} (pid ${one.pid})`)
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

const LISTEN = stateCode('listen')
const IPV4 = familyCode('ipv4')
