/**
 * A recorded machine, held to the suite, to what ss said of it at the same time, and to what stood on it: a shop on
 * 3000 with a child that has its listening socket, a database on 5432, and so on (`test/record/harbour.ts`).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LOOPBACK_V4 } from '../../model/address.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import { isUnixName, type Socket, type SocketState } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { CONFORMANCE, runCase, type Stage, type StagedSocket, unmet } from '../conformance.ts'
import type { OS, SocketQuery } from '../os.ts'
import { openReplay, type Recording, type ReplayOptions, readRecording } from './replay.ts'

const textOf = (file: string): string => readFileSync(new URL(`./testdata/${file}`, import.meta.url), 'utf8')
const ROOT = readRecording(textOf('harbour-root.json'))
const USER = readRecording(textOf('harbour-user.json'))

const VIEWS: readonly (readonly [name: string, recording: Recording, options: ReplayOptions])[] = [
  ['recorded as root', ROOT, {}],
  ['recorded as root, without netlink', ROOT, { netlink: false }],
  ['recorded as a user', USER, {}],
  ['recorded as a user, without netlink', USER, { netlink: false }],
]

const SOCKETS: readonly StagedSocket[] = [
  { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: 3000 },
  { protocol: 'tcp', family: 'ipv6', state: 'listen', localPort: 8080 },
  { protocol: 'tcp', family: 'ipv4', state: 'established', localPort: 40001, peerPort: 5432 },
  { protocol: 'tcp', family: 'ipv4', state: 'time-wait', localPort: 40005 },
  { protocol: 'tcp', family: 'ipv4', state: 'syn-sent', peerPort: 443 },
  { protocol: 'udp', family: 'ipv6', state: 'bound', localPort: 53 },
  { protocol: 'udp', family: 'ipv4', state: 'connected', peerPort: 53 },
  { protocol: 'unix', family: 'unix', state: 'listen' },
]

/** The other namespace: a user who may not see its inode knows it by another number, and not that it is called blue. */
const blueOf = async (os: OS): Promise<number> =>
  (await os.namespaces()).find(({ self, readable }) => !self && readable.known)!.inode

async function read(os: OS, query: SocketQuery = {}): Promise<Socket[]> {
  const all = new SocketColumns()
  for await (const batch of os.sockets(query)) all.append(batch)
  return Array.from({ length: all.length }, (_, row) => socketAt(all, row))
}

/** The process that listens on a port of TCP, as the recording names it. */
async function holderOf(os: OS, port: number): Promise<number> {
  const [socket] = await read(os, { protocols: ['tcp'], states: ['listen'], localPort: port })
  const { inode, pid } = await os.owners({ inodes: new Set([socket!.inode]) })
  return pid[inode.indexOf(socket!.inode)]!
}

for (const [name, recording, options] of VIEWS) {
  const open = async (): Promise<Stage> => {
    const os = openReplay(recording, options)
    const pid = await holderOf(os, 3000)
    return {
      os,
      pid,
      sockets: SOCKETS.map(one => (one.localPort === 3000 ? { ...one, holder: pid } : one)),
      otherNamespace: await blueOf(os),
      tunable: ['net.ipv4.ip_local_port_range', '32768 60999'],
      user: [1000, 'alice'],
      address: '192.0.2.10',
    }
  }
  for (const one of CONFORMANCE)
    if (!one.needs.some(need => need === 'binds' || need === 'claims'))
      test(`${name}: ${one.name}`, () => runCase(one, open))
  test(`${name}: nothing of the suite is left out but what changes a machine`, async () => {
    const stage = await open()
    assert.deepEqual([...new Set(CONFORMANCE.flatMap(one => unmet(one, stage)))], ['binds', 'claims'])
    const { os } = stage
    const request = { protocol: 'tcp', address: LOOPBACK_V4, port: 0 } as const
    await assert.rejects(os.bind(request), { code: 'E_BIND_UNSUPPORTED' })
    await assert.rejects(os.claims(), { code: 'E_LEASE_UNSUPPORTED' })
    await assert.rejects(os.become({ program: 'true', words: [], env: {} }), { code: 'E_PROGRAM' })
  })
}

/** A socket in one line, as far as ss tells it, too. */
interface Line {
  readonly what: string
  readonly ends: string
  readonly cookie: string
  readonly uid: number | undefined
  readonly v6only: boolean | undefined
  readonly queues: string
  readonly owners: readonly string[]
}

const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: 'listen',
  'SYN-SENT': 'syn-sent',
  'FIN-WAIT-2': 'fin-wait-2',
  'CLOSE-WAIT': 'close-wait',
  'TIME-WAIT': 'time-wait',
}

/** `-H -n -a -p -e -O -t -u -w -x` of iproute2 6.1: uid 0 is not said, unix sockets have neither cookie nor uid, and who waits
 * out TIME-WAIT is nobody's. */
function linesOfSs(text: string): Map<string, Line> {
  const lines = new Map<string, Line>()
  for (const row of text.split('\n').filter(line => line !== '')) {
    const [netid, told, receive, send, ...words] = row.trim().split(/\s+/)
    const unix = netid === 'u_str'
    const [local, peer] = unix ? [words[0]!, words[2]!] : [words[0]!, words[1]!]
    const rest = words.join(' ')
    const field = (name: string): string | undefined => new RegExp(`\\b${name}:(\\w+)`).exec(rest)?.[1]
    const inode = unix ? words[1]! : field('ino')!
    const protocol = unix ? 'unix' : netid!
    const state =
      STATES[told!] ?? (told === 'ESTAB' ? (protocol === 'tcp' ? 'established' : 'connected') : 'bound')
    lines.set(inode === '0' ? local : inode, {
      what: `${protocol} ${state}`,
      ends: unix
        ? local === '*'
          ? ''
          : local
        : `${spelt(local)} > ${peer.endsWith(':*') ? '' : spelt(peer)}`,
      cookie: unix ? '' : field('sk')!,
      uid: unix || state === 'time-wait' ? undefined : Number(field('uid') ?? 0),
      v6only:
        field('v6only') === undefined || !/^(\*|\[::\]):/.test(local) ? undefined : field('v6only') === '1',
      queues: `${receive} ${send}`,
      owners: [...rest.matchAll(/pid=(\d+),fd=(\d+)/g)].map(([, pid, fd]) => `${pid} ${fd}`).sort(),
    })
  }
  return lines
}

const spelt = (end: string): string => end.replace(/^\*:/, '[::]:')

async function linesOf(os: OS, netns: number): Promise<Map<string, Line>> {
  const { length, inode, pid, fd } = await os.owners()
  const lines = new Map<string, Line>()
  for (const socket of await read(os, { netns: [netns] })) {
    const { protocol, state, local, peer, queue, acceptQueue } = socket
    const owners: string[] = []
    for (let i = 0; i < length; i++) if (inode[i] === socket.inode) owners.push(`${pid[i]} ${fd[i]}`)
    const unix = isUnixName(local)
    const name = unix ? local.path : formatEndpoint(local)
    lines.set(socket.inode === 0 ? name : String(socket.inode), {
      what: `${protocol} ${state}`,
      ends: unix ? name : `${name} > ${peer === undefined || isUnixName(peer) ? '' : formatEndpoint(peer)}`,
      cookie: unix ? '' : socket.cookie.toString(16),
      uid: unix ? undefined : socket.uid,
      v6only: socket.v6only,
      queues: acceptQueue ? `${acceptQueue.length} ${acceptQueue.limit}` : `${queue?.receive} ${queue?.send}`,
      owners: socket.inode === 0 ? [] : owners.sort(),
    })
  }
  return lines
}

const [ownSaid, blueSaid] = textOf('harbour.ss').split('--- blue\n') as [string, string]
test('as root, every socket is what ss says it is, and there is no other', async () => {
  const os = openReplay(ROOT)
  assert.deepEqual(sorted(await linesOf(os, os.netns)), sorted(linesOfSs(ownSaid)))
})
test('as root, the other namespace is what ss says it is', async () => {
  const os = openReplay(ROOT)
  assert.deepEqual(sorted(await linesOf(os, await blueOf(os))), sorted(linesOfSs(blueSaid)))
})
test('as a user, sockets are the same, and owners those of the user’s own processes', async () => {
  const os = openReplay(USER)
  const wanted = linesOfSs(ownSaid)
  const alice = new Set([await holderOf(os, 3000)])
  for (const [pid, process] of await os.processes([1, ...alice, ...pidsOf(ownSaid)]))
    if (process.known && process.value.uid === 1000) alice.add(pid)
  const seen = [...wanted].map(([key, line]): [string, Line] => [
    key,
    { ...line, owners: line.owners.filter(owner => alice.has(Number(owner.split(' ')[0]))) },
  ])
  assert.deepEqual(sorted(await linesOf(os, os.netns)), sorted(new Map(seen)))
  assert.notDeepEqual(seen, [...wanted], 'some owners are hidden')
})

const pidsOf = (text: string): number[] => [...text.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid))
const sorted = (lines: ReadonlyMap<string, Line>): [string, Line][] =>
  [...lines].sort(([a], [b]) => (a < b ? -1 : 1))

/** By those who wrote the programs of the recorded machine. */
const LISTENERS: readonly (readonly [what: string, names: readonly string[]])[] = [
  ['tcp 0.0.0.0:3000', ['node server.js', 'sleep']],
  ['tcp 127.0.0.1:5432', ['node db.js']],
  ['tcp [::1]:5432', ['node db.js']],
  ['tcp [::]:8080', ['node dual.js']],
  ['tcp [::]:8443', ['node dual.js']],
  ['udp 0.0.0.0:53', ['node dns.js']],
  ['udp [::]:53', ['node dns.js']],
  ['unix /run/db/.s.PGSQL.5432', ['node db.js']],
  ['unix /run/shop/shop.sock', ['node server.js']],
  ['unix @shop-control', ['node server.js']],
]
for (const [name, recording, options] of VIEWS) {
  test(`${name}: who listens where`, async () => {
    const os = openReplay(recording, options)
    const { length, inode, pid } = await os.owners()
    const found: [string, string[]][] = []
    for (const { protocol, local, inode: one } of await read(os, { states: ['listen', 'bound'] })) {
      const pids = [...pid.subarray(0, length)].filter((_, i) => inode[i] === one)
      const processes = await os.processes(pids)
      const names = [...processes.values()].map(known => (known.known ? known.value.name : known.reason))
      found.push([`${protocol} ${isUnixName(local) ? local.path : formatEndpoint(local)}`, names.sort()])
    }
    const visible = recording === ROOT ? /./ : /server\.js|sleep/
    const wanted = LISTENERS.map(([what, names]) => [what, names.filter(one => visible.test(one))])
    assert.deepEqual(found.sort(), wanted.sort())
  })
}

test('what a user may not see is counted as refused', async () => {
  const [root, user] = [openReplay(ROOT), openReplay(USER)]
  const [all, some] = [(await root.owners()).coverage, (await user.owners()).coverage]
  assert.deepEqual([all.refused, all.privileged, all.confined], [[], true, true])
  assert.equal(some.privileged, false)
  assert(some.refused.includes(1))
  assert.equal((await user.can())['all-owners'].yes, false)
  assert.equal((await root.can())['all-owners'].yes, true)
})

test('processes are told with folder, user and program', async () => {
  const os = openReplay(ROOT)
  const shop = (await os.processes([await holderOf(os, 3000)])).values().next().value
  assert(shop?.known)
  const { name, argv, uid, cwd, exe, parent } = shop.value
  assert.deepEqual(
    { name, argv, uid, cwd, exe, parent },
    {
      name: 'node server.js',
      argv: ['node', 'server.js'],
      uid: 1000,
      cwd: { known: true, value: '/srv/shop' },
      exe: { known: true, value: '/usr/local/bin/node' },
      parent: 1,
    },
  )
  const hidden = (await openReplay(USER).processes([await holderOf(os, 5432)])).values().next().value
  assert(hidden?.known)
  assert.deepEqual(hidden.value.cwd, { known: false, reason: 'denied' })
})

test('addresses are those of its interfaces', async () => {
  for (const [, recording, options] of VIEWS) {
    const told = (await openReplay(recording, options).addresses())
      .map(({ interface: name, address, prefix }) => `${name} ${address}/${prefix}`)
      .filter(text => !text.includes('fe80'))
    assert.deepEqual(told.sort(), [
      'eth0 192.0.2.10/24',
      'eth0 198.51.100.1/24',
      'eth0 2001:db8::10/64',
      'lo 127.0.0.1/8',
      'lo ::1/128',
    ])
  }
})

test('a setting that nobody asked for is not said to be missing', async () => {
  const told = await openReplay(ROOT).tunables(['net.ipv4.tcp_keepalive_time', 'net.core.somaxconn'])
  assert.deepEqual(told.get('net.ipv4.tcp_keepalive_time'), { known: false, reason: 'not-asked' })
  assert.deepEqual(told.get('net.core.somaxconn'), { known: true, value: '4096' })
})

test('its clock shows the moment of the recording', () => {
  const os = openReplay(ROOT)
  assert.equal(new Date(os.clock.now()).toISOString(), ROOT.recordedAt)
  assert.equal(os.hostname, 'harbour')
})

const REFUSED: readonly (readonly [what: string, text: string, why: RegExp])[] = [
  ['no JSON', '{', /not JSON/],
  ['null', 'null', /format is another/],
  ['another document', '{"format":"portolan/sockets@1"}', /format is another/],
  ['another system', JSON.stringify({ ...ROOT, platform: 'win32' }), /win32/],
  [
    'another byte order',
    JSON.stringify({ ...ROOT, endianness: ROOT.endianness === 'LE' ? 'BE' : 'LE' }),
    /byte order/,
  ],
  ['half a recording', JSON.stringify({ ...ROOT, netlink: undefined }), /no netlink/],
]
for (const [what, text, why] of REFUSED) {
  test(`${what} is not a recording`, () =>
    assert.throws(() => readRecording(text), { code: 'E_RECORDING_FORMAT', message: why }))
}

test('a namespace that only a name leads to can’t be read by a user', async () => {
  const os = openReplay(USER)
  const named = (await os.namespaces()).find(({ name }) => name === 'blue')
  assert.deepEqual(named?.readable, { known: false, reason: 'denied' })
  await assert.rejects(read(os, { netns: [named!.inode] }), { code: 'E_NETNS_DENIED' })
})
