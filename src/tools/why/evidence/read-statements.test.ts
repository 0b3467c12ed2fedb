/**
 * What a difference says. The rows are the kernel's: which counters move by which fault, as its source has them
 * (net/ipv4/tcp_input.c `tcp_conn_request`, net/ipv4/tcp_ipv4.c, net/ipv4/ip_forward.c, net/ipv4/udp.c).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CAUSES } from '../causes/causes.ts'
import { counterEvidence, readStatements } from './read-statements.ts'
import { STATEMENTS, type ViewRole } from './statements.ts'

interface Row {
  readonly name: string
  readonly role: ViewRole
  readonly protocol?: 'tcp' | 'udp'
  readonly rose: Readonly<Record<string, number>>
  readonly says: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'a full accept queue moves both counters, and is not taken for the other queue',
    role: 'target',
    rose: { 'TcpExt.ListenOverflows': 2, 'TcpExt.ListenDrops': 2 },
    says: ['accept-queue-full'],
  },
  {
    name: 'a full SYN queue by the backlog',
    role: 'target',
    rose: { 'TcpExt.TCPReqQFullDrop': 2, 'TcpExt.ListenDrops': 2 },
    says: ['syn-queue-full'],
  },
  {
    name: 'a full SYN queue by the three quarters of the limit moves ListenDrops alone',
    role: 'target',
    rose: { 'TcpExt.ListenDrops': 1 },
    says: ['syn-queue-full'],
  },
  {
    name: 'a SYN that can’t be answered for lack of a route is refused, too',
    role: 'target',
    rose: { 'TcpExt.ListenDrops': 2, 'Ip.OutNoRoutes': 2 },
    says: ['no-return-route'],
  },
  {
    name: 'SYN cookies instead of a queue',
    role: 'target',
    rose: { 'TcpExt.TCPReqQFullDoCookies': 1, 'TcpExt.SyncookiesSent': 1 },
    says: ['syn-queue-full'],
  },
  {
    name: 'a segment without its signature',
    role: 'target',
    rose: { 'TcpExt.TCPMD5NotFound': 1 },
    says: ['md5-required'],
  },
  {
    name: 'the reverse path at a router',
    role: 'between',
    rose: { 'TcpExt.IPReversePathFilter': 1 },
    says: ['reverse-path'],
  },
  {
    name: 'forwarding that is off',
    role: 'between',
    rose: { 'Ip.InAddrErrors': 1 },
    says: ['forwarding-off'],
  },
  {
    name: 'an address error while others are passed on is not forwarding that is off',
    role: 'between',
    rose: { 'Ip.InAddrErrors': 1, 'Ip.ForwDatagrams': 3 },
    says: [],
  },
  {
    name: 'hops that ran out',
    role: 'between',
    rose: { 'Ip.InHdrErrors': 1, 'Icmp.OutTimeExcds': 1 },
    says: ['hop-limit'],
  },
  {
    name: 'a broken header alone says nothing of hops',
    role: 'between',
    rose: { 'Ip.InHdrErrors': 1 },
    says: [],
  },
  {
    name: 'a closed UDP port',
    role: 'target',
    protocol: 'udp',
    rose: { 'Udp.NoPorts': 1 },
    says: ['udp-closed'],
  },
  {
    name: 'an answer that comes to no socket of the client',
    role: 'client',
    protocol: 'udp',
    rose: { 'Udp.NoPorts': 1 },
    says: ['reply-from-elsewhere'],
  },
  {
    name: 'a buffer that is full',
    role: 'target',
    protocol: 'udp',
    rose: { 'Udp.RcvbufErrors': 1, 'Udp.InErrors': 1 },
    says: ['receive-buffer-full'],
  },
  { name: 'UDP’s counters say nothing of TCP', role: 'target', rose: { 'Udp.NoPorts': 1 }, says: [] },
  {
    name: 'a drop of connection tracking',
    role: 'between',
    rose: { 'conntrack.drop': 1 },
    says: ['conntrack-full'],
  },
  {
    name: 'a translation without a free port is no full table',
    role: 'between',
    rose: { 'conntrack.drop': 1, 'conntrack.insertFailed': 1 },
    says: [],
  },
  {
    name: 'ordinary traffic says nothing',
    role: 'target',
    rose: { 'Tcp.InSegs': 12, 'Ip.InReceives': 12 },
    says: [],
  },
]

for (const { name, role, protocol = 'tcp', rose, says } of rows)
  test(name, () => {
    const shown = readStatements({ rose: new Map(Object.entries(rose)) }, role, protocol)
    assert.deepEqual(
      shown.map(({ statement }) => statement.code),
      says,
    )
  })

test('every statement can come to hold, names a cause of the catalogue and what to beware of', () => {
  for (const { rose, roles, protocols = ['tcp'] as const, code, beware } of STATEMENTS) {
    const risen = new Map(rose.map(names => [names.split('|')[0]!, 1]))
    const shown = readStatements({ rose: risen }, roles[0]!, protocols[0]!)
    assert.ok(
      shown.some(one => one.statement.code === code),
      `${rose.join(', ')}: ${code}`,
    )
    assert.ok(Object.hasOwn(CAUSES, code), code)
    assert.notEqual(beware, '')
  }
})

test('evidence names the view, the counter and what its rise shows', () => {
  const [shown] = readStatements({ rose: new Map([['TcpExt.IPReversePathFilter', 2]]) }, 'between', 'tcp')
  const [evidence] = counterEvidence(shown!, 'router')
  assert.equal(evidence!.source, 'counters of router')
  assert.match(
    evidence!.says,
    /^TcpExt\.IPReversePathFilter rose by 2 during the attempt: a packet was dropped/,
  )
})
