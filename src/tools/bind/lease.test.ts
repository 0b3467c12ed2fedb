import assert from 'node:assert/strict'
import test from 'node:test'
import type { Port } from '../../model/port.ts'
import { PortSet, parsePortSet } from '../../model/port-set.ts'
import { type MemoryOS, openMemory } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import {
  checkLeaseName,
  defaultPool,
  findFreePorts,
  type LeaseRequest,
  leaseOnePort,
  listLeases,
  planLease,
  releaseLeases,
  takeLease,
} from './bind.ts'

const TUNABLES = {
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.ip_local_reserved_ports': '8080,9148-9150',
  'net.ipv4.ip_unprivileged_port_start': '1024',
}
const machine = (): MemoryOS =>
  openMemory({
    tunables: TUNABLES,
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:7000', by: 812 },
      { listen: 'tcp [::1]:7001', by: 812 },
      { bound: 'udp 0.0.0.0:7002', by: 812 },
    ],
  })

async function ports(os: MemoryOS, request: LeaseRequest): Promise<readonly number[] | string> {
  const outcome = await takeLease(os, request)
  return 'lease' in outcome ? outcome.lease.ports : outcome.refused.code
}

test('the default pool leaves out ephemeral, reserved, system and habitual ports', async () => {
  const pool = await defaultPool(machine())
  for (const port of [0, 80, 1023, 3000, 5432, 6000, 8080, 9149, 32768, 45000, 60999])
    assert.ok(!pool.has(port), `${port}`)
  for (const port of [1024, 20000, 32767, 61000, 65535]) assert.ok(pool.has(port), `${port}`)
})

const FREE: readonly (readonly [range: string, protocol: 'tcp' | 'udp', wanted: string])[] = [
  ['7000-7003', 'tcp', '7002,7003'],
  ['7000-7003', 'udp', '7000,7001,7003'],
  ['7000-7001', 'tcp', ''],
]
for (const [range, protocol, wanted] of FREE) {
  test(`free for ${protocol} among ${range}: ${wanted || 'none'}`, async () => {
    const found = await findFreePorts(machine(), { count: 9, range: parsePortSet(range), protocol })
    assert.equal(found.ports.toSorted().join(), wanted)
    assert.equal(found.shortage?.code, 'no-free-port')
  })
}

for (const errno of ['EAFNOSUPPORT', 'EADDRNOTAVAIL']) {
  test(`where IPv6 is refused with ${errno}, IPv4 tells`, async () => {
    const os = machine()
    const only4: OS = {
      ...os,
      bind: async request =>
        request.address.includes(':') ? { errno, port: request.port } : os.bind(request),
    }
    const found = await findFreePorts(only4, { count: 9, range: parsePortSet('7000-7002') })
    assert.deepEqual(found.ports.toSorted(), [7001, 7002])
  })
}

test('free ports are drawn with chance, and leased ones are not free', async () => {
  const os = machine()
  const range = parsePortSet('7100-7199')
  const at = async (random: number) => (await findFreePorts(os, { range, random: () => random })).ports[0]
  assert.deepEqual([await at(0), await at(0.5), await at(0.99)], [7100, 7150, 7199])
  await takeLease(os, { port: 7150 })
  assert.equal(await at(0.5), 7151)
})

test('a lease is free for TCP and UDP, on both families', async () => {
  assert.deepEqual(await ports(machine(), { range: parsePortSet('7000-7003') }), [7003])
})

test('a block is in a row, within the range and around what is taken', async () => {
  const os = machine()
  assert.deepEqual(await ports(os, { range: parsePortSet('6998-7005'), count: 3 }), [7003, 7004, 7005])
  assert.deepEqual(await ports(os, { port: 7010, count: 2 }), [7010, 7011])
  assert.equal(await ports(os, { port: 7011 }), 'port-not-free')
  assert.equal(await ports(os, { range: parsePortSet('7020,7022,7024'), count: 2 }), 'no-free-port')
})

test('the same holder gets the same lease again; another one another', async () => {
  const os = machine()
  const mine = await ports(os, { name: 'web' })
  assert.deepEqual(await ports(os, { name: 'web' }), mine)
  assert.notDeepEqual(await ports(os, { name: 'web', holder: 812 }), mine)
  assert.notDeepEqual(await ports(os, { name: 'web', project: 'other' }), mine)
  assert.notDeepEqual(await ports(os, { name: 'web', branch: 'next' }), mine)
  assert.equal((await listLeases(os)).length, 4)
})

test('a name has the same port on every machine, and keeps it in mind where it had to take another', async () => {
  const first = await ports(machine(), { name: 'web', project: '/srv/shop' })
  assert.deepEqual(await ports(machine(), { name: 'web', project: '/srv/shop' }), first)
  const os = machine()
  const [port] = first as readonly number[]
  await takeLease(os, { port: port!, holder: 812 })
  const second = await ports(os, { name: 'web', project: '/srv/shop' })
  assert.notDeepEqual(second, first)
  os.machine.exit(812)
  await releaseLeases(os, 'web', { project: '/srv/shop' })
  assert.deepEqual(await ports(os, { name: 'web', project: '/srv/shop' }), second)
})

test('a lease ends with its holder, and with its time', async () => {
  const os = machine()
  await takeLease(os, { port: 7100, holder: 812 })
  await takeLease(os, { port: 7101, holder: null, ttl: 1000 })
  await takeLease(os, { port: 7102, holder: 812, ttl: 1000 })
  const listed = async () => (await listLeases(os)).map(({ ports: [port] }) => port)
  assert.deepEqual(await listed(), [7100, 7101, 7102])
  await os.clock.advance(1000)
  assert.deepEqual(await listed(), [7100])
  os.machine.exit(812)
  assert.deepEqual(await listed(), [])
  assert.deepEqual(await ports(os, { port: 7100 }), [7100])
})

test('asked for again, a lease that ends by time ends later', async () => {
  const os = machine()
  const lease = { name: 'api', holder: null, ttl: 1000 } as const
  await takeLease(os, lease)
  await os.clock.advance(600)
  await takeLease(os, lease)
  const [only, ...more] = await listLeases(os)
  assert.equal(only?.expiresAt, os.clock.now() + 1000)
  assert.deepEqual(more, [])
})

test('a plan says what would be, and claims nothing', async () => {
  const os = machine()
  const plan = await planLease(os, { name: 'web' })
  assert.deepEqual(await listLeases(os), [])
  assert.deepEqual(await ports(os, { name: 'web' }), ['claim' in plan && plan.claim.first])
})

test('of many dead claims few are left', async () => {
  const os = machine()
  for (let i = 0; i < 100; i++) {
    os.machine.start({ pid: 900, run: 'node' })
    await takeLease(os, { holder: 900 })
    os.machine.exit(900)
    await os.clock.advance(1)
  }
  assert.ok((await os.claims()).list().length < 16)
})

test('ports that are leased one by one are of one row, and never the same', async () => {
  const os = machine()
  const got: number[] = []
  for (let i = 0; i < 40; i++) {
    const outcome = await leaseOnePort(os)
    if ('lease' in outcome) got.push(...outcome.lease.ports)
  }
  assert.equal(new Set(got).size, 40)
  assert.ok((await listLeases(os)).length <= 4)
  for (const port of got) assert.equal(await ports(os, { port }), 'port-not-free')
})

test('ranges that are equal share their row', async () => {
  const os = machine()
  for (let i = 0; i < 10; i++) await leaseOnePort(os, { range: parsePortSet('10000-19999') })
  assert.equal((await listLeases(os)).length, 1)
})

const WRONG: readonly (readonly [what: string, request: LeaseRequest, code: string])[] = [
  ['port 0', { port: 0 }, 'E_BIND_REQUEST'],
  ['no ports', { count: 0 }, 'E_BIND_REQUEST'],
  ['1001 ports', { count: 1001 }, 'E_BIND_REQUEST'],
  ['two from the last port on', { port: 65535, count: 2 }, 'E_BIND_REQUEST'],
  ['nobody as a holder, without end', { holder: null }, 'E_LEASE_HOLDER'],
  ['a holder that isn’t there', { holder: 77 }, 'E_LEASE_HOLDER'],
  ['the empty name', { name: '' }, 'E_LEASE_NAME'],
]
for (const [what, request, code] of WRONG)
  test(`${what} is a fault`, () => assert.rejects(takeLease(machine(), request), { code }))

for (const name of ['', '-x', 'a b', '3000', 'a'.repeat(65), 'näme', 'a\nb', '../x'])
  test(`${JSON.stringify(name)} is no name`, () =>
    assert.throws(() => checkLeaseName(name), { code: 'E_LEASE_NAME' }))
for (const name of ['web', 'shop/web-2', 'a.b_c', '3d', 'X'])
  test(`${name} is a name`, () => assert.equal(checkLeaseName(name), name))

test('an address of somebody else is a fault', () =>
  assert.rejects(findFreePorts(machine(), { host: '192.0.2.77' as never, range: PortSet.of(7500 as Port) }), {
    code: 'E_BIND_REQUEST',
  }))
