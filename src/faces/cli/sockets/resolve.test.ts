/** `ports ls -r` with names that the test gives: no name server is asked. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory, type SocketDescription } from '../../../os/memory/memory.ts'
import type { HostNames } from '../context.ts'
import { type FakeOptions, runFake } from '../fake-context.ts'

const NAMES = {
  '127.0.0.1': 'localhost',
  '198.51.100.23': 'quay.example',
  '2001:db8::9': 'db.example',
  '192.0.2.66': 'evil\x1b[2J\n.example',
}
const host = (...sockets: SocketDescription[]): MachineDescription => ({
  addresses: ['lo 127.0.0.1/8', 'eth0 192.0.2.10/24'],
  sockets,
})
const lines = async (
  described: MachineDescription,
  hostNames: FakeOptions['hostNames'] = NAMES,
  words = '-arH',
) => {
  const { out } = await runFake(['ls', ...words.split(' ')], { os: openMemory(described), hostNames })
  return out.trimEnd().split('\n')
}
const endsOf = (line: string): string => line.split('\t').slice(4, 6).join(' > ')

const rows: readonly (readonly [what: string, socket: SocketDescription, ends: string])[] = [
  ['a listener', { listen: 'tcp 127.0.0.1:5432' }, 'localhost:postgresql > '],
  ['a wildcard has no name', { listen: 'tcp 0.0.0.0:22' }, '0.0.0.0:ssh > '],
  ['nor has one for both families', { listen: 'tcp [::]:22' }, '*:ssh > '],
  [
    'a client: its port was chosen by chance and is called nothing',
    { established: 'tcp 192.0.2.10:22 > 198.51.100.23:5432' },
    '192.0.2.10:ssh > quay.example:5432',
  ],
  [
    'a connection to elsewhere',
    { established: 'tcp [2001:db8::7]:41000 > [2001:db8::9]:5432' },
    '[2001:db8::7]:41000 > db.example:postgresql',
  ],
  [
    'an IPv4 client in IPv6’s clothes',
    { established: 'tcp [::ffff:192.0.2.10]:22 > [::ffff:198.51.100.23]:50000' },
    '192.0.2.10:ssh > quay.example:50000',
  ],
  [
    'a name with traps in it',
    { established: 'tcp 192.0.2.10:22 > 192.0.2.66:50000' },
    '192.0.2.10:ssh > evil\\x1b[2J\\x0a.example:50000',
  ],
  ['a port without a name', { listen: 'tcp 127.0.0.1:4' }, 'localhost:4 > '],
  ['no port', { unconnected: 'udp 127.0.0.1:0' }, 'localhost:* > '],
  ['an interface', { bound: 'udp 0.0.0.0:68', interface: 'eth0' }, '0.0.0.0%eth0:bootpc > '],
  ['a unix socket', { listen: 'unix /run/127.0.0.1' }, '/run/127.0.0.1 > '],
]
for (const [what, socket, ends] of rows) {
  test(`${what}: ${ends}`, async () => {
    assert.deepEqual((await lines(host(socket))).map(endsOf), [ends])
  })
}

/** Counts what is asked, and answers what `nameOf` does. */
function recording(nameOf: HostNames['nameOf']): HostNames & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    nameOf(address) {
      asked.push(address)
      return nameOf(address)
    },
    addressesOf: () => Promise.reject(new Error('nobody asked for an address')),
  }
}

const visitor = (i: number): SocketDescription => ({
  established: `tcp 192.0.2.10:22 > 10.0.${i >> 8}.${i & 255}:50000`,
})

test('each address is asked for once, wildcards and paths never', async () => {
  const names = recording(async () => null)
  const sockets = [visitor(1), visitor(2), visitor(1), { listen: 'tcp [::]:22' }, { listen: 'unix @a' }]
  await lines(host(...sockets), names)
  assert.deepEqual(names.asked.toSorted(), ['10.0.0.1', '10.0.0.2', '192.0.2.10'])
})

test('a name server is not flooded: of a thousand addresses five hundred are asked for', async () => {
  const names = recording(async address => `host-${address}`)
  const printed = await lines(host(...Array.from({ length: 1000 }, (_, i) => visitor(i))), names)
  assert.equal(printed.length, 1000)
  assert.equal(names.asked.length, 500)
})

test('a name that does not come in time is not waited for: its number is shown', async () => {
  const os = openMemory(host(visitor(1), { listen: 'tcp 127.0.0.1:5432' }))
  const names = recording(address =>
    address === '127.0.0.1' ? Promise.resolve('localhost') : new Promise(() => {}),
  )
  const running = runFake(['ls', '-arH'], { os, hostNames: names })
  await os.clock.whenSomebodySleeps()
  await os.clock.advance(2999)
  assert.equal(os.clock.sleepers, 1, 'it still waits')
  await os.clock.advance(1)
  const { out } = await running
  assert.deepEqual(out.trimEnd().split('\n').map(endsOf), [
    '192.0.2.10:ssh > 10.0.0.1:50000',
    'localhost:postgresql > ',
  ])
})

test('nobody waits when all names are there', async () => {
  const os = openMemory(host(visitor(1)))
  await runFake(['ls', '-ar'], { os, hostNames: recording(async () => 'x.example') })
  assert.equal(os.clock.sleepers, 0)
})

test('who interrupts does not wait for names either', async () => {
  const os = openMemory(host(visitor(1)))
  const stop = new AbortController()
  const running = runFake(['ls', '-ar'], {
    os,
    hostNames: recording(() => new Promise(() => {})),
    signal: stop.signal,
  })
  await os.clock.whenSomebodySleeps()
  stop.abort()
  assert.equal((await running).out, '')
  assert.equal(os.clock.sleepers, 0)
})

test('programs get numbers: JSON has no resolved names, and nothing is asked for it', async () => {
  const names = recording(async () => 'x.example')
  const [document] = [await lines(host(visitor(1)), names, '-ar --json')]
  assert.deepEqual(JSON.parse(document.join('\n')).items[0].peer, { address: '10.0.0.1', port: 50000 })
  assert.deepEqual(names.asked, [])
})
