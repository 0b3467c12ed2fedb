import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { CONFORMANCE, runCase, type Stage } from '../conformance.ts'
import type { OS, SocketQuery } from '../os.ts'
import { Machine, type MachineDescription, openMemory, type SocketDescription } from './memory.ts'

const EVERYTHING: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 192.0.2.10/24', 'eth0 fe80::1/64'],
  namespaces: [
    { inode: 4026532001, name: 'blue', addresses: ['lo 127.0.0.1/8', 'blue0 198.51.100.2/24'] },
    { inode: 4026532002, unreadable: 'denied' },
  ],
  processes: [
    { pid: 812, run: 'node server.js', uid: 1000, cwd: '/srv/shop' },
    { pid: 813, run: 'sleep 1000', uid: 1000, parent: 812 },
    { pid: 900, run: 'postgres', uid: 70, hidden: true },
    { pid: 950, run: 'curl', vanishes: true },
    { pid: 990, run: 'dnsmasq', netns: 'blue' },
  ],
  sockets: [
    { listen: 'tcp 0.0.0.0:3000', by: [812, 813] },
    { listen: 'tcp [::]:8080', by: [{ pid: 812, fd: 40 }] },
    { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812, tcp: { rttMs: 0.2 } },
    { established: 'tcp 127.0.0.1:40000 > 127.0.0.1:3000', by: 950 },
    { 'time-wait': 'tcp 127.0.0.1:40001 > 127.0.0.1:3000' },
    { bound: 'udp 0.0.0.0:5353', by: 812, drops: 7 },
    { connected: 'udp 192.0.2.10:5000 > 192.0.2.99:53', by: 812 },
    { unconnected: 'udp 0.0.0.0:0', by: 812 },
    { listen: 'tcp 127.0.0.1:5432', by: 900 },
    { listen: 'tcp [fe80::1%eth0]:9000', by: 812 },
    { listen: 'unix /run/shop.sock', by: 812 },
    { listen: 'unix @shop', by: 812, kind: 'seqpacket' },
    { bound: 'raw 0.0.0.0:1', by: 812 },
    { bound: 'udp 0.0.0.0:53', by: 990, netns: 'blue' },
  ],
  users: { 1000: 'alice' },
  tunables: { 'net.ipv4.ip_local_port_range': '32768 60999' },
}

const openStage = async (description = EVERYTHING): Promise<Stage> => ({
  os: openMemory(description),
  sockets: [
    { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: 3000, holder: 813 },
    { protocol: 'tcp', family: 'ipv6', state: 'listen', localPort: 8080, holder: 812 },
    { protocol: 'tcp', family: 'ipv4', state: 'established', localPort: 3000, peerPort: 40000 },
    { protocol: 'tcp', family: 'ipv4', state: 'time-wait', localPort: 40001 },
    { protocol: 'udp', family: 'ipv4', state: 'bound', localPort: 5353, holder: 812 },
    { protocol: 'udp', family: 'ipv4', state: 'unconnected' },
    { protocol: 'unix', family: 'unix', state: 'listen' },
    { protocol: 'raw', family: 'ipv4', state: 'bound', localPort: 1 },
  ],
  pid: 812,
  otherNamespace: 4026532001,
  tunable: ['net.ipv4.ip_local_port_range', '32768 60999'],
  user: [1000, 'alice'],
  address: '192.0.2.10',
  binds: true,
  claims: true,
})

for (const one of CONFORMANCE) test(`memory: ${one.name}`, () => runCase(one, openStage))

const quiet: MachineDescription = {
  ...EVERYTHING,
  can: { endings: { yes: false, why: 'the test says so', remedy: 'none' } },
  coverage: { unsupported: true },
}
for (const one of CONFORMANCE) {
  if (one.name.includes('hold')) continue
  test(`memory, telling little: ${one.name}`, () => runCase(one, () => openStage(quiet)))
}

async function read(os: OS, query: SocketQuery = {}): Promise<SocketColumns> {
  const all = new SocketColumns()
  for await (const batch of os.sockets(query)) all.append(batch)
  return all
}

async function only(description: SocketDescription, machine: MachineDescription = {}) {
  const columns = await read(openMemory({ ...machine, sockets: [description] }), {
    details: ['tcp', 'queues'],
  })
  assert.equal(columns.length, 1)
  return socketAt(columns, 0)
}

const SOCKETS: readonly (readonly [description: SocketDescription, wanted: Record<string, unknown>])[] = [
  [
    { listen: 'tcp 0.0.0.0:3000' },
    { protocol: 'tcp', family: 'ipv4', state: 'listen', local: { address: '0.0.0.0', port: 3000 }, uid: 0 },
  ],
  [
    { listen: 'tcp 0.0.0.0:3000' },
    { acceptQueue: { length: 0, limit: 511 }, peer: undefined, queue: undefined },
  ],
  [{ listen: 'tcp [::]:3000' }, { family: 'ipv6', v6only: false }],
  [{ listen: 'tcp [::]:3000', v6only: true }, { v6only: true }],
  [{ listen: 'tcp [::1]:3000' }, { v6only: undefined }],
  [
    { established: 'tcp [::1]:3000 > [::1]:4000' },
    { peer: { address: '::1', port: 4000 }, queue: { receive: 0, send: 0 } },
  ],
  [
    { 'time-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:2' },
    { inode: 0, timer: { kind: 'time-wait', ms: 60_000, retransmits: 0 } },
  ],
  [{ 'close-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:2', inode: 0 }, { inode: 0 }],
  [
    { bound: 'udp 0.0.0.0:53', drops: 3 },
    { drops: 3, queue: { receive: 0, send: 0 } },
  ],
  [{ listen: 'unix /run/a b.sock' }, { local: { path: '/run/a b.sock' }, kind: 'stream', family: 'unix' }],
  [
    { unconnected: 'unix', kind: 'datagram' },
    { local: { path: '' }, kind: 'datagram' },
  ],
  [{ listen: 'tcp 0.0.0.0:1', cgroup: '/system.slice/shop.service' }, { cgroup: 2n }],
  [
    { listen: 'tcp 0.0.0.0:1', inode: 77, cookie: 99n, uid: 5 },
    { inode: 77, cookie: 99n, uid: 5 },
  ],
]
for (const [description, wanted] of SOCKETS) {
  test(`${JSON.stringify(description, (_, value) => (typeof value === 'bigint' ? `${value}` : value))} is told as described`, async () => {
    const told: Record<string, unknown> = { ...(await only(description)) }
    for (const [field, value] of Object.entries(wanted)) assert.deepEqual(told[field], value, field)
  })
}

test('a socket on an interface has its index, also by the zone of its address', async () => {
  const machine = { addresses: ['lo ::1/128', 'eth0 fe80::1/64'] }
  assert.equal((await only({ listen: 'tcp 0.0.0.0:1', interface: 'eth0' }, machine)).interface, 2)
  assert.equal((await only({ listen: 'tcp [fe80::1%eth0]:1' }, machine)).interface, 2)
})

test('a unix socket has the name of its peer', async () => {
  const os = openMemory({
    sockets: [
      { connected: 'unix /run/db.sock', inode: 5, peerInode: 6 },
      { connected: 'unix', inode: 6, peerInode: 5 },
    ],
  })
  assert.deepEqual(socketAt(await read(os), 1).peer, { path: '/run/db.sock' })
})

const MISTAKES: readonly (readonly [description: MachineDescription, said: RegExp])[] = [
  [{ sockets: [{}] }, /one state/],
  [{ sockets: [{ listen: 'tcp 0.0.0.0:1', bound: 'tcp 0.0.0.0:1' }] }, /here are 2/],
  [{ sockets: [{ listen: '0.0.0.0:1' }] }, /begin with tcp/],
  [{ sockets: [{ listen: 'tcp :1' }] }, /needs an address/],
  [{ sockets: [{ listen: 'tcp localhost:1' }] }, /needs an address/],
  [{ sockets: [{ listen: 'tcp 0.0.0.0' }] }, /no port/],
  [{ sockets: [{ established: 'tcp 127.0.0.1:1 > [::1]:2' }] }, /two families/],
  [{ sockets: [{ established: 'tcp 127.0.0.1:1 > 127.0.0.1:2 > 127.0.0.1:3' }] }, /one end or two/],
  [{ sockets: [{ listen: 'tcp 0.0.0.0:1', by: 812 }] }, /no process 812/],
  [{ sockets: [{ listen: 'tcp 0.0.0.0:1', netns: 'blue' }] }, /no namespace blue/],
  [{ sockets: [{ listen: 'tcp 0.0.0.0:1', interface: 'eth9' }] }, /no interface eth9/],
  [{ processes: [{ pid: 7 }, { pid: 7 }] }, /process 7 already/],
  [{ addresses: ['eth0 192.0.2.1'] }, /not like/],
]
for (const [description, said] of MISTAKES) {
  test(`a mistake is told at once: ${JSON.stringify(description)}`, () =>
    assert.throws(() => new Machine(description), said))
}

const PROCESSES: readonly (readonly [described: object, wanted: object])[] = [
  [
    { run: 'node server.js' },
    { name: 'node server.js', comm: 'node', argv: ['node', 'server.js'], parent: 1, uid: 0 },
  ],
  [{ run: '/opt/a/prog -x' }, { name: 'prog', exe: { known: true, value: '/opt/a/prog' } }],
  [{ argv: ['a b', 'c'] }, { argv: ['a b', 'c'] }],
  [{ argv: [] }, { argv: [], comm: 'kernel-77', name: 'kernel-77' }],
  [{ hidden: true }, { cwd: { known: false, reason: 'denied' }, exe: { known: false, reason: 'denied' } }],
  [
    { startedAt: 5, unit: 'a.service' },
    { startedAt: 5, unit: 'a.service' },
  ],
]
for (const [described, wanted] of PROCESSES) {
  test(`process ${JSON.stringify(described)} is told as described`, async () => {
    const os = openMemory({ processes: [{ pid: 77, ...described }] })
    const told = (await os.processes([77])).get(77)
    assert(told?.known)
    for (const [field, value] of Object.entries(wanted))
      assert.deepEqual((told.value as unknown as Record<string, unknown>)[field], value, field)
  })
}

test('a process that exits closes what it alone held', async () => {
  const os = openMemory({
    processes: [{ pid: 812 }, { pid: 813 }],
    sockets: [
      { listen: 'tcp 0.0.0.0:1', by: [812, 813] },
      { listen: 'tcp 0.0.0.0:2', by: 812 },
    ],
  })
  os.machine.exit(812)
  const columns = await read(os)
  assert.deepEqual([...columns.localPort.subarray(0, columns.length)], [1])
  const { length, pid } = await os.owners()
  assert.deepEqual([...pid.subarray(0, length)], [813])
  assert.deepEqual((await os.processes([812])).get(812), { known: false, reason: 'vanished' })
})

test('a descriptor of one thread is found when threads are looked at', async () => {
  const os = openMemory({
    processes: [{ pid: 812 }],
    sockets: [{ listen: 'tcp 0.0.0.0:1', by: [{ pid: 812, thread: true }] }],
  })
  assert.equal((await os.owners()).length, 0)
  assert.equal((await os.owners({ threads: true })).length, 1)
})

test('what a hidden process holds is not told, and coverage says why', async () => {
  const os = openMemory(EVERYTHING)
  const { length, pid, coverage } = await os.owners()
  assert(!pid.subarray(0, length).includes(900))
  assert.deepEqual(coverage.refused, [900])
  assert.equal(coverage.privileged, false)
  assert.equal((await os.can())['all-owners'].yes, false)
})

test('sockets that end are told, those that stay are not', async () => {
  const os = openMemory({ sockets: [{ listen: 'tcp 0.0.0.0:1' }, { listen: 'tcp 0.0.0.0:2' }] })
  const stop = new AbortController()
  const ports: number[] = []
  const watching = (async () => {
    for await (const columns of os.endings({ signal: stop.signal })) {
      ports.push(...columns.localPort.subarray(0, columns.length))
      if (ports.length === 3) stop.abort()
    }
  })()
  const [first] = os.machine.sockets
  os.machine.close(first!)
  const third = os.machine.open({ listen: 'tcp 0.0.0.0:3' })
  os.machine.close(third)
  await new Promise(resolve => setImmediate(resolve))
  os.machine.close(os.machine.open({ listen: 'tcp 0.0.0.0:4' }))
  await watching
  assert.deepEqual(ports, [1, 3, 4])
})

test('a socket that changes keeps its inode and cookie', async () => {
  const os = openMemory({ sockets: [{ bound: 'tcp 0.0.0.0:1' }] })
  const [before] = os.machine.sockets
  const after = os.machine.change(before!, { listen: 'tcp 0.0.0.0:1' })
  assert.equal(after.socket.state, 'listen')
  assert.equal(after.socket.inode, before!.socket.inode)
  assert.equal(after.socket.cookie, before!.socket.cookie)
  assert.throws(() => os.machine.change(before!, { listen: 'tcp 0.0.0.0:1' }), /not open/)
})

test('details are told when they are asked for', async () => {
  const os = openMemory(EVERYTHING)
  const query: SocketQuery = { protocols: ['udp'], localPort: 5353 }
  assert.equal(socketAt(await read(os, query), 0).drops, undefined)
  assert.equal(socketAt(await read(os, { ...query, details: ['queues'] }), 0).drops, 7)
})

test('a namespace that can’t be read is a fault', async () => {
  const os = openMemory(EVERYTHING)
  await assert.rejects(read(os, { netns: [4026532002] }), { code: 'E_NETNS_DENIED' })
  await assert.rejects(os.addresses(4026532002), { code: 'E_NETNS_DENIED' })
  const listed = (await os.namespaces()).find(({ inode }) => inode === 4026532002)
  assert.deepEqual(listed?.readable, { known: false, reason: 'denied' })
})

test('what decides for everybody is a filter without rules; what concerns one unit is none', async () => {
  const xdp = { kind: 'xdp', place: 'eth0', says: 'program 7' } as const
  const unit = { kind: 'systemd', place: 'db.service', says: 'IPAddressDeny=any' } as const
  const told = async (outside: object) => (await openMemory({ filter: { outside } })).filtered()
  assert.deepEqual(await told({ xdp: [xdp] }), { known: true, value: true })
  assert.deepEqual(await told({ systemd: [unit] }), { known: true, value: false })
  assert.deepEqual(await told({ xdp: [] }), { known: true, value: false })
})
