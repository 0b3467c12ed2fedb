/** Interfaces, addresses and reach of a table's rows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { canBeReached, localAddress, TableFacts } from './facts.ts'
import { allRows, type RowSpec, tableOf } from './filter/rows.cases.ts'
import { overhear } from './overheard.cases.ts'
import { readTable, type SocketTable } from './table.ts'

async function prepared(described: MachineDescription, netns?: readonly number[]): Promise<SocketTable> {
  const table = await readTable(openMemory(described), netns === undefined ? {} : { netns })
  await table.facts.prepare(table.rows, { exposure: true, namespaces: true })
  return table
}

const TWO_SPACES: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24'],
  namespaces: [{ inode: 77, name: 'blue', addresses: ['lo 127.0.0.1/8', 'blue0 10.0.0.2/24'] }],
  sockets: [{ listen: 'tcp 0.0.0.0:1' }, { listen: 'tcp 0.0.0.0:2', netns: 77 }],
}

test('each namespace has interfaces, addresses and a reach of its own', async () => {
  const { facts, own } = await prepared(TWO_SPACES, [4_026_531_840, 77])
  const told = (netns: number) => ({
    name: facts.interfaceName(2, netns),
    addresses: facts.addresses(netns).map(({ address }) => address),
  })
  assert.deepEqual(told(own), { name: 'eth0', addresses: ['127.0.0.1', '203.0.113.7'] })
  assert.deepEqual(told(77), { name: 'blue0', addresses: ['127.0.0.1', '10.0.0.2'] })
  assert.deepEqual(told(5), { name: undefined, addresses: [] })
  assert.equal(facts.interfaceName(3, own), undefined)
  assert.deepEqual([facts.exposure(0)?.level, facts.exposure(1)?.level], ['public', 'private'])
  assert.equal(facts.namespace(77)?.name, 'blue')
  assert.equal(facts.namespace(own)?.self, true)
  assert.equal(facts.namespace(5), null)
})

test('the addresses of a single namespace without a number are our own', async () => {
  const { os, about } = overhear(openMemory())
  const columns = tableOf([{ state: 'listen', local: '0.0.0.0:1', netns: 0 }])
  const facts = new TableFacts(os, columns, null, null)
  await facts.prepare(allRows(columns), { exposure: true })
  assert.deepEqual(about('addresses'), [undefined])
  assert.equal(facts.exposure(0)?.level, 'host')
})

const REACHED: readonly (readonly [name: string, row: RowSpec, reached: boolean])[] = [
  ['a listener', { state: 'listen', local: '0.0.0.0:80' }, true],
  ['a listener on IPv6', { state: 'listen', local: '[::]:80' }, true],
  ['a listener of SCTP', { protocol: 'sctp', state: 'listen', local: '0.0.0.0:80' }, true],
  ['a listener of unix', { protocol: 'unix', state: 'listen', local: '/run/a' }, false],
  ['a datagram socket with a port', { protocol: 'udp', state: 'bound', local: '0.0.0.0:53' }, true],
  ['a datagram socket without a port', { protocol: 'udp', state: 'bound', local: '0.0.0.0:0' }, false],
  [
    'a datagram socket with a peer',
    { protocol: 'udp', state: 'connected', local: '10.0.0.1:53', peer: '10.0.0.2:53' },
    false,
  ],
  ['TCP that does not listen', { state: 'bound', local: '0.0.0.0:80' }, false],
  ['a connection', { state: 'established', local: '10.0.0.1:80', peer: '10.0.0.2:53' }, false],
]
for (const [name, row, reached] of REACHED) {
  test(`${reached ? 'can be reached' : 'can’t be reached'}: ${name}`, async () => {
    const columns = tableOf([row])
    assert.equal(canBeReached(columns, 0), reached)
    assert.equal(new TableFacts(openMemory(), columns, null, null).exposure(0) !== null, reached)
  })
}

const EXPOSED: readonly (readonly [name: string, socket: object, level: string, families: string])[] = [
  ['loopback', { listen: 'tcp 127.0.0.1:1' }, 'host', 'ipv4'],
  ['all of IPv4', { listen: 'tcp 0.0.0.0:1' }, 'private', 'ipv4'],
  ['all of both', { listen: 'tcp [::]:1' }, 'public', 'ipv4 ipv6'],
  ['all of IPv6', { listen: 'tcp [::]:1', v6only: true }, 'public', 'ipv6'],
  ['one interface', { listen: 'tcp [::]:1', interface: 'lo' }, 'host', 'ipv4 ipv6'],
  ['a link', { bound: 'udp [fe80::7%eth0]:1' }, 'link', 'ipv6'],
]
for (const [name, socket, level, families] of EXPOSED) {
  test(`reach of ${name}: ${level}, ${families}`, async () => {
    const { facts } = await prepared({
      addresses: [
        'lo 127.0.0.1/8',
        'lo ::1/128',
        'eth0 10.0.0.7/8',
        'eth0 2001:db8::7/64',
        'eth0 fe80::7/64',
      ],
      sockets: [socket],
    })
    const exposure = facts.exposure(0)
    assert.deepEqual([exposure?.level, exposure?.families.join(' ')], [level, families])
  })
}

test('whether a wildcard takes IPv4 is not made up where it is not told', async () => {
  const { facts, columns } = await prepared({ sockets: [{ listen: 'tcp [::]:1' }] })
  columns.v6only[0] = 255
  assert.match(facts.exposure(0)!.because, /whether it takes IPv4 is not known/)
})

const LOCALS = ['0.0.0.0', '10.0.0.1', '255.255.255.255', '::', '2001:db8::1', '::ffff:10.0.0.1']
for (const address of LOCALS) {
  test(`local address ${address}`, () => {
    const local = address.includes(':') ? `[${address}]:1` : `${address}:1`
    const columns = tableOf([
      { state: 'listen', local: '1.2.3.4:9' },
      { state: 'listen', local },
    ])
    assert.equal(localAddress(columns, 1), address)
  })
}
