import assert from 'node:assert/strict'
import test from 'node:test'
import {
  parseConntrackStat,
  parseCounterLines,
  parseDeviceCounters,
  parseFileNumbers,
  parseOpenFilesLimit,
  parsePairedCounters,
  parseSockstat,
} from './proc-counters.ts'

type Row = readonly [what: string, text: string, counters: Readonly<Record<string, number>>]

/** As proc_pid_net(5) and net/ipv4/proc.c have them. */
const PAIRED: readonly Row[] = [
  [
    'two groups',
    'TcpExt: TW ListenOverflows\nTcpExt: 12 3\nIpExt: InOctets\nIpExt: 18446744073709551615\n',
    { 'TcpExt.TW': 12, 'TcpExt.ListenOverflows': 3, 'IpExt.InOctets': 2 ** 64 },
  ],
  [
    'a number below zero',
    'Tcp: MaxConn ActiveOpens\nTcp: -1 7\n',
    { 'Tcp.MaxConn': -1, 'Tcp.ActiveOpens': 7 },
  ],
  ['fewer numbers than names', 'Tcp: A B\nTcp: 1\n', { 'Tcp.A': 1 }],
  ['numbers of another group', 'Tcp: A\nUdp: 1\n', {}],
  ['nothing', '', {}],
]
for (const [what, text, counters] of PAIRED)
  test(`snmp and netstat: ${what}`, () =>
    assert.deepEqual(Object.fromEntries(parsePairedCounters(text)), counters))

const SOCKSTAT: readonly Row[] = [
  [
    'a group a line',
    'sockets: used 162\nTCP: inuse 3 orphan 1 tw 40 alloc 9 mem 2\nUDP: inuse 4 mem 0\n',
    {
      'sockets.used': 162,
      'TCP.inuse': 3,
      'TCP.orphan': 1,
      'TCP.tw': 40,
      'TCP.alloc': 9,
      'TCP.mem': 2,
      'UDP.inuse': 4,
      'UDP.mem': 0,
    },
  ],
  ['IPv6', 'TCP6: inuse 5\n', { 'TCP6.inuse': 5 }],
  ['a name without number', 'TCP: inuse\n', {}],
]
for (const [what, text, counters] of SOCKSTAT)
  test(`sockstat: ${what}`, () => assert.deepEqual(Object.fromEntries(parseSockstat(text)), counters))

const CONNTRACK: readonly Row[] = [
  [
    'processors are summed, entries are not',
    'entries  found insert_failed drop early_drop\n00000010  00000001 00000002 0000000a 00000000\n00000010  00000001 00000001 00000000 00000000\n',
    { entries: 16, found: 2, insert_failed: 3, drop: 10, early_drop: 0 },
  ],
  ['only a header', 'entries found\n', {}],
  ['nothing', '', {}],
]
for (const [what, text, counters] of CONNTRACK)
  test(`nf_conntrack: ${what}`, () =>
    assert.deepEqual(Object.fromEntries(parseConntrackStat(text)), counters))

/** As proc_pid_limits(5) has them. */
const LIMITS = [
  [
    'a limit',
    'Max processes  12  12  processes\nMax open files            1024                 524288               files\n',
    1024,
  ],
  [
    'none',
    'Max open files            unlimited            unlimited            files\n',
    Number.POSITIVE_INFINITY,
  ],
  ['another file', 'Name: node\n', null],
] as const
for (const [what, text, limit] of LIMITS)
  test(`limits: ${what}`, () => assert.equal(parseOpenFilesLimit(text), limit))

test('file-nr: allocated less free, and the most', () =>
  assert.deepEqual(parseFileNumbers('492\t2\t2466170\n'), { open: 490, limit: 2466170 }))
test('file-nr: another text is not one', () => assert.equal(parseFileNumbers('492 2'), null))

const LINES: readonly Row[] = [
  [
    'snmp6: groups by their prefixes, the longest first',
    'Ip6InTooBigErrors               \t3\nIcmp6OutType128 \t7\nUdpLite6InErrors \t1\nUdp6NoPorts\t2\n',
    { 'Ip6.InTooBigErrors': 3, 'Icmp6.OutType128': 7, 'UdpLite6.InErrors': 1, 'Udp6.NoPorts': 2 },
  ],
  [
    'xfrm_stat',
    'XfrmOutPolBlock         \t4\nXfrmOutNoStates\t0\n',
    { 'Xfrm.OutPolBlock': 4, 'Xfrm.OutNoStates': 0 },
  ],
  [
    'a line of no group, a name without number, a group without name',
    'ifIndex 3\nIp6InReceives\nIp6 4\n',
    {},
  ],
]
for (const [what, text, counters] of LINES)
  test(`counters a line: ${what}`, () =>
    assert.deepEqual(Object.fromEntries(parseCounterLines(text)), counters))

test('devices: what came and went, and not the head of the table (net/core/net-procfs.c)', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 267175702 3174465    0    0    0     0          0         0 267175702 3174465    0    0    0     0       0          0
  eth0:     10      11    12    13   14    15         16        17       20      21   22   23   24    25      26         27
eth0:1: 1 2 3
`
  assert.deepEqual(Object.fromEntries(parseDeviceCounters(text)), {
    lo: {
      received: { packets: 3174465, errors: 0, drops: 0 },
      sent: { packets: 3174465, errors: 0, drops: 0, carrier: 0 },
    },
    eth0: {
      received: { packets: 11, errors: 12, drops: 13 },
      sent: { packets: 21, errors: 22, drops: 23, carrier: 26 },
    },
  })
})
