import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFilter } from './filter.ts'
import { allRows, factsOf, processOf, tableOf } from './rows.cases.ts'

const HOUR = 3_600_000

/** Each row by the letter that the expectations use. */
const TABLE = tableOf([
  /* a */ { state: 'listen', local: '0.0.0.0:80', inode: 1, receive: 3, send: 128, drops: 2, cookie: 5n },
  /* b */ { state: 'listen', local: '[::]:22', inode: 2, uid: 1000, receive: 120, send: 128 },
  /* c */ {
    state: 'established',
    local: '127.0.0.1:22',
    peer: '127.0.0.1:40000',
    inode: 3,
    uid: 1000,
    receive: 10,
    tcp: {
      rttMs: 60,
      retransmits: 3,
      bytesAcked: 900_000,
      bytesReceived: 200_000,
      sinceSentMs: 700_000,
      sinceReceivedMs: 5,
    },
  },
  /* d */ {
    state: 'established',
    local: '[::ffff:10.0.0.1]:443',
    peer: '[::ffff:10.0.0.9]:50000',
    inode: 4,
    uid: 33,
  },
  /* e */ { state: 'time-wait', local: '10.0.0.1:443', peer: '10.1.0.9:50001', timer: 'time-wait' },
  /* f */ { protocol: 'udp', state: 'bound', local: '[::1]:53', inode: 6, uid: 53, drops: 0 },
  /* g */ {
    protocol: 'udp',
    state: 'connected',
    local: '10.0.0.1:53',
    peer: '8.8.8.8:53',
    inode: 7,
    interface: 2,
  },
  /* h */ { protocol: 'unix', state: 'listen', local: '/run/X.sock', inode: 8, receive: 0, send: 5 },
  /* i */ { protocol: 'unix', state: 'established', inode: 9, peerInode: 8 },
  /* j */ { state: 'last-ack', local: '10.0.0.1:80', peer: '10.2.0.1:1000' },
  /* k */ { state: 'listen', local: '192.168.1.5:3000', inode: 11, uid: 1001, netns: 2, send: 0xffffffff },
])
const LETTERS = 'abcdefghijk'

const node = processOf({
  pid: 812,
  name: 'server.js',
  comm: 'MainThread',
  argv: ['/opt/bin/nodejs', 'server.js'],
  exe: { known: true, value: '/opt/bin/node (deleted)' },
  startedAt: 10 * HOUR,
  unit: 'shop.service',
})
const nginx = processOf({ pid: 7, name: 'nginx', comm: 'nginx', startedAt: HOUR })
const worker = processOf({ pid: 8, name: 'nginx', comm: 'nginx', startedAt: 9.5 * HOUR })
const docker = processOf({ pid: 9, name: 'app', container: { runtime: 'docker', id: 'abcdef0123' } })
const FACTS = factsOf({
  now: 10.5 * HOUR,
  processes: { 0: [nginx, worker], 2: [node], 3: [docker], 7: [nginx] },
  noOwner: { 5: 'kernel', 9: 'orphaned' },
  users: { 0: 'root', 1000: 'alice', 33: 'www-data' },
  exposure: { 0: 'public', 1: 'private', 5: 'host' },
  groups: { 1: { path: '/system.slice/ssh.service', unit: 'ssh.service' } },
  interfaces: { 2: 'eth0' },
  namespaces: { 1: { name: null, self: true }, 2: { name: 'blue', self: false } },
})

/** The rows that match, and after a question mark how many are undecided. */
const ROWS: readonly [filter: string, matches: string][] = [
  ['', 'abcdefghijk'],
  ['sport = 22', 'bc'],
  ['dport = 50000', 'd'],
  ['dport < 1024', 'abfgjk'],
  ['not sport = 22', 'adefghijk'],
  ['port 22', 'bc'],
  ['port 0-65535', 'abcdefgjk'],
  ['port < 1024', 'abcdefgj'],
  ['port 53,3000', 'fgk'],
  ['port none', ''],
  ['src 10.0.0.1', 'degj'],
  ['src 10.0.0.0/8', 'degj'],
  ['dst 10/9', 'dej'],
  ['dst 10.1.0.0/16', 'e'],
  ['src ::ffff:10.0.0.1', 'd'],
  ['src ::ffff:0:0/96', 'd'],
  ['src ::/0', 'bdf'],
  ['src 0.0.0.0/0', 'acdegjk'],
  ['dst 0.0.0.0', 'ak'],
  ['10.0.0.9', 'd'],
  ['0.0.0.0', 'a'],
  ['0.0.0.0/0', 'acdegjk'],
  ['::/0', 'bdf'],
  ['dst 8.8.8.8:53', 'g'],
  ['dst 8.8.8.8:54', ''],
  ['10.0.0.1:443', 'de'],
  ['src 10.0.0.1:443-500', 'de'],
  ['src 0.0.0.0/1:80', 'aj'],
  ['src unix:/run/*', 'h'],
  ['src unix:/RUN/x*', 'h'],
  ['dst unix:/run/?.sock', 'i'],
  ['/run/[W-Y].sock', 'hi'],
  ['unix:/run/x', ''],
  ['src unix:', 'i'],
  ['state listening', 'abhk'],
  ['state established', 'cdgi'],
  ['state closed', 'f'],
  ['state bucket', 'e'],
  ['state connected', 'cdegij'],
  ['state connected exclude time-wait', 'cdgij'],
  ['exclude listening', 'cdefgij'],
  ['exclude listen state listen', 'abcdefghijk'],
  ['state all', 'abcdefghijk'],
  ['listen established', 'abcdghik'],
  ['listen and established', ''],
  ['proto=udp', 'fg'],
  ['unix', 'hi'],
  ['family=ipv6', 'bdf'],
  ['family=unix', 'hi'],
  ['inode in 1,9', 'ai'],
  ['cookie 5', 'a'],
  ['sport != inet:22', 'aegjk'],
  ['not sport = inet:22', 'abdefghijk'],
  // Owners.
  ['pid 812', 'c?4'],
  ['pid != 812', 'adefhj?4'],
  ['name=node', 'c?4'],
  ['name=nodejs', 'c?4'],
  ['name=MainThread', 'c?4'],
  ['name=server.js', 'c?4'],
  ['name~NGINX', 'ah?4'],
  ['name~/^ng/', 'ah?4'],
  ['name~/^NG/', '?4'],
  ['name~/^NG/i', 'ah?4'],
  ['name=*', 'acdh?4'],
  ['not name=*', 'efj?4'],
  ['name=nginx and port 80', 'a'],
  ['name=nginx or port 22', 'abch?3'],
  ['age<1h', 'c?4'],
  ['age>9h', 'adh?4'],
  ['age>9h and port 80', 'a'],
  // Users: nobody's sockets are not root's.
  ['user=root', 'aghi'],
  ['user=0', 'aghi'],
  ['user=alice', 'bc'],
  ['user=alice,33', 'bcd'],
  ['user~WWW', 'd'],
  ['user=1001', 'k'],
  ['user=bob', ''],
  ['not user=root', 'bcdefjk'],
  // Places.
  ['unit=ssh.service', 'b?3'],
  ['unit=ssh', 'b?3'],
  ['unit~shop', 'c?3'],
  ['unit=*', 'bc?3'],
  ['container=docker', 'd?3'],
  ['container=abcd', 'd?3'],
  ['container=abc', '?3'],
  ['cgroup = /system.slice/ssh.service', 'b?9'],
  ['cgroup = /sys/fs/cgroup/system.slice/ssh.service/', 'b?9'],
  ['netns=blue', 'k'],
  ['netns=self', 'abcdefghij'],
  ['netns=2', 'k'],
  ['dev eth0', 'g'],
  ['dev 2', 'g'],
  ['dev lo', ''],
  ['exposure=public', 'a'],
  ['exposure>=private', 'ab'],
  ['exposure=host', 'f'],
  // Numbers.
  ['recvq>0', 'abc'],
  ['sendq>0', ''],
  ['drops>0', 'a?9'],
  ['drops=0', 'f?9'],
  ['queue>80%', 'b?1'],
  ['queue<=80%', 'ah?1'],
  ['rtt>50ms', 'c?2'],
  ['rtt<=50ms', '?2'],
  ['not rtt>50ms', 'abefghik?2'],
  ['retrans>=3', 'c?2'],
  ['idle<10ms', 'c?2'],
  ['bytes>1M', 'c?2'],
  ['bytes=1100000', 'c?2'],
]

for (const [filter, expected] of ROWS) {
  test(`"${filter}" matches ${expected || 'nothing'}`, () => {
    const { matched, undecided } = parseFilter(filter).judge(TABLE, allRows(TABLE), FACTS)
    const letters = Array.from(matched, row => LETTERS[row]).join('')
    assert.equal(letters + (undecided === 0 ? '' : `?${undecided}`), expected)
  })
}

const LACKS: readonly [filter: string, lacking: Record<string, number>][] = [
  ['pid 812', { owners: 4 }],
  ['drops>0 and rtt>1ms', { queues: 3, tcp: 2 }],
  ['port 80 and pid 7', {}],
]

for (const [filter, lacking] of LACKS) {
  test(`"${filter}" says what it lacks`, () => {
    assert.deepEqual(parseFilter(filter).judge(TABLE, allRows(TABLE), FACTS).lacking, lacking)
  })
}

const CANDIDATES: readonly [filter: string, rows: string][] = [
  ['port 22 and name=node', 'bc'],
  ['port 22 or name=node', 'abcdfghik'],
  ['name=node', 'abcdfghik'],
  ['user=alice and listen', 'abhk'],
  ['dev eth0', 'g'],
  ['exposure=public', 'abfk'],
]

for (const [filter, rows] of CANDIDATES) {
  test(`"${filter}" needs facts about ${rows} only`, () => {
    const found = parseFilter(filter).candidates(TABLE, allRows(TABLE))
    assert.equal(Array.from(found, row => LETTERS[row]).join(''), rows)
  })
}

test('an end without a port is not at port 0', () => {
  const unbound = tableOf([{ protocol: 'udp', state: 'unconnected', inode: 1 }])
  assert.deepEqual([...parseFilter('port 0-9').judge(unbound, allRows(unbound), FACTS).matched], [])
  assert.deepEqual([...parseFilter('sport 0-9').judge(unbound, allRows(unbound), FACTS).matched], [0])
})

test('rows are judged in the order in which they are given', () => {
  const { matched } = parseFilter('listen').judge(TABLE, Uint32Array.of(10, 4, 1, 0), FACTS)
  assert.deepEqual([...matched], [10, 1, 0])
})

test('a filter reads back from its text', () => {
  const filter = parseFilter('(sport=22|dport=:443) listen')
  assert.deepEqual(parseFilter(String(filter)).tree, filter.tree)
})

test('law: any port set judges as its set', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 65535 }), { minLength: 1, maxLength: 5 }), ports => {
      const { matched } = parseFilter(`sport = ${ports.join(',')}`).judge(TABLE, allRows(TABLE), FACTS)
      for (const row of allRows(TABLE)) {
        const wanted = row !== 7 && row !== 8 && ports.includes(TABLE.localPort[row]!)
        assert.equal(matched.includes(row), wanted)
      }
    }),
  )
})
