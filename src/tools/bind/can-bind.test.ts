import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, parseAddress } from '../../model/address.ts'
import { systemNamed } from '../../model/space/systems/systems.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { type CanBindRequest, canBind, canBindOn } from './bind.ts'

const ask = (machine: MachineDescription, request: Partial<CanBindRequest> & { at?: string } = {}) => {
  const { at = '0.0.0.0', ...rest } = request
  const address: Address = parseAddress(at)
  return canBind(openMemory(machine), {
    protocol: 'tcp',
    address,
    port: 3000,
    uid: 1000,
    trial: false,
    ...rest,
  })
}

const SERVER: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'eth0 192.0.2.10/24'],
  processes: [{ pid: 812, run: 'node server.js', uid: 1000 }],
  tunables: { 'net.ipv4.ip_local_port_range': '32768\t60999', 'net.ipv4.ip_unprivileged_port_start': '1024' },
}
const listening = (more: object = {}): MachineDescription => ({
  ...SERVER,
  sockets: [{ listen: 'tcp 0.0.0.0:3000', by: 812, ...more }],
})

test('a port that nobody has can be bound, as the trial says', async () => {
  const answer = await ask(SERVER, { trial: true })
  assert.deepEqual(
    { ...answer, endpoint: undefined },
    {
      endpoint: undefined,
      protocol: 'tcp',
      verdict: 'yes',
      errno: null,
      tried: true,
      reasons: [],
    },
  )
})

test('the listener is named, with the rule', async () => {
  for (const trial of [true, false]) {
    const { verdict, errno, tried, reasons } = await ask(listening(), { trial })
    assert.deepEqual([verdict, errno, tried], ['no', 'EADDRINUSE', trial])
    assert.match(reasons[0]!.says, /^tcp 0\.0\.0\.0:3000 is listened on by .*pid 812/)
    assert.equal(reasons[0]!.code, 'port-listened-on')
  }
})

test('flags that are hidden make it depend, flags that are told decide', async () => {
  const asked = { reusePort: true }
  assert.equal((await ask(listening(), asked)).verdict, 'depends')
  const told = listening({ options: { reuseAddress: false, reusePort: true, v6only: null } })
  assert.equal((await ask(told, asked)).verdict, 'yes')
  const without = listening({ options: { reuseAddress: true, reusePort: false, v6only: null } })
  assert.equal((await ask(without, asked)).verdict, 'no')
})

test('an address that is not ours is missing, and those that are ours are listed', async () => {
  const { verdict, errno, reasons } = await ask(SERVER, { at: '198.51.100.7' })
  assert.deepEqual([verdict, errno, reasons[0]!.code], ['no', 'EADDRNOTAVAIL', 'address-missing'])
  assert.match(reasons[0]!.evidence[0]!.says, /192\.0\.2\.10/)
})

const PRIVILEGE: readonly [says: string, port: number, uid: number | undefined, verdict: string][] = [
  ['below the floor for a user', 80, 1000, 'no'],
  ['below the floor for root', 80, 0, 'yes'],
  ['at the floor', 1024, 1000, 'yes'],
]
for (const [says, port, uid, verdict] of PRIVILEGE) {
  test(`privilege: ${says}`, async () => {
    const answer = await ask(SERVER, { port, ...(uid === undefined ? {} : { uid }) })
    assert.equal(answer.verdict, verdict)
    assert.equal(answer.errno, verdict === 'no' ? 'EACCES' : null)
  })
}

test('which refusal comes first differs by family: IPv4 looks at the address, IPv6 at the privilege', async () => {
  assert.equal((await ask(SERVER, { at: '198.51.100.7', port: 80 })).errno, 'EADDRNOTAVAIL')
  assert.equal((await ask(SERVER, { at: '2001:db8::7', port: 80 })).errno, 'EACCES')
})

test('a port of the ephemeral range is said to be one', async () => {
  const { verdict, reasons } = await ask(SERVER, { port: 40000, trial: true })
  assert.deepEqual([verdict, reasons[0]!.code], ['yes', 'port-ephemeral'])
})

test('a listener of the other family stands in the way of a dual-stack socket, and not of one for IPv6 alone', async () => {
  assert.equal((await ask(listening(), { at: '::', v6only: false })).verdict, 'no')
  assert.equal((await ask(listening(), { at: '::', v6only: true })).verdict, 'yes')
})

test('the connections of one server are one thing in the way, with their number', async () => {
  const connections = [1, 2, 3].map(i => ({
    connected: `tcp 192.0.2.10:3000 > 192.0.2.99:5000${i}`,
    by: 812,
  }))
  const { reasons } = await ask({ ...SERVER, sockets: connections }, { trial: true })
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['port-connected'],
  )
  assert.match(reasons[0]!.says, /^tcp 192\.0\.2\.10:3000 belongs to 3 connections of .*pid 812/)
})

test('what is hidden is called so, and the holder is kept apart from it', async () => {
  const { reasons } = await ask(listening(), { reusePort: true })
  assert.match(reasons[0]!.says, /pid 812\); whether that is in the way depends: .* is hidden$/)
})

test('a link-local address without a zone is refused for that, as the kernel does (__inet6_bind)', async () => {
  const { verdict, errno, reasons } = await ask(SERVER, { at: 'fe80::1' })
  assert.deepEqual([verdict, errno, reasons[0]!.code], ['no', 'EINVAL', 'zone-missing'])
})

test('a link-local address is looked for on the interface that is named', async () => {
  const machine = { ...SERVER, addresses: ['lo 127.0.0.1/8', 'eth0 fe80::1/64'] }
  assert.equal((await ask(machine, { at: 'fe80::1%eth0' })).verdict, 'yes')
  assert.equal((await ask(machine, { at: 'fe80::1%lo' })).errno, 'EADDRNOTAVAIL')
})

test('an IPv6 endpoint is written with brackets', async () => {
  const { reasons } = await ask(SERVER, { at: '::', port: 80 })
  assert.equal(reasons[0]!.subject, 'tcp [::]:80')
})

const ELSEWHERE: readonly [says: string, system: string, at: string, errno: string | null][] = [
  ['a specific address beside a wildcard is fine on Windows', 'windows', '127.0.0.1', null],
  ['a second wildcard is not', 'windows', '0.0.0.0', 'WSAEADDRINUSE'],
  ['BSD refuses the specific address', 'freebsd', '127.0.0.1', 'EADDRINUSE'],
]
for (const [says, name, at, errno] of ELSEWHERE) {
  test(`on other systems: ${says}`, async () => {
    const system = systemNamed(name)
    assert.ok(!system.judged)
    const os = openMemory(listening({ options: { reuseAddress: false, reusePort: false, v6only: null } }))
    const answer = await canBindOn(os, system, {
      protocol: 'tcp',
      address: parseAddress(at),
      port: 3000,
      uid: 1000,
      trial: false,
    })
    assert.deepEqual([answer.errno, answer.tried, answer.system], [errno, false, system.title])
  })
}

test('macOS lets everybody bind port 80 of the wildcard, and nobody but root that of an address', async () => {
  const system = systemNamed('macos')
  assert.ok(!system.judged)
  const on = (at: string) =>
    canBindOn(openMemory(SERVER), system, {
      protocol: 'tcp',
      address: parseAddress(at),
      port: 80,
      uid: 501,
      trial: false,
    })
  assert.equal((await on('0.0.0.0')).verdict, 'yes')
  assert.equal((await on('127.0.0.1')).errno, 'EACCES')
})
