import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory, type SocketDescription } from '../../../os/memory/memory.ts'
import { itemMaker, readTable } from '../../../tools/sockets/sockets.ts'
import { endpointText, itemEndText } from './endpoint-text.ts'
import { hasPeer } from './socket-lines.ts'

const HOST: MachineDescription = { addresses: ['lo 127.0.0.1/8', 'eth0 192.0.2.10/24', 'eth0 fe80::1/64'] }

const rows: readonly (readonly [what: string, socket: SocketDescription, local: string, peer?: string])[] = [
  ['a wildcard of IPv4', { listen: 'tcp 0.0.0.0:80' }, '0.0.0.0:80'],
  ['a wildcard of both families', { listen: 'tcp [::]:80' }, '*:80'],
  ['a wildcard of IPv6 alone', { listen: 'tcp [::]:80', v6only: true }, '[::]:80'],
  ['an address of IPv6', { listen: 'tcp [2001:db8::7]:80' }, '[2001:db8::7]:80'],
  ['no port', { unconnected: 'udp 0.0.0.0:0' }, '0.0.0.0:*'],
  ['no port, both families', { unconnected: 'udp [::]:0' }, '*:*'],
  ['a socket bound to an interface', { bound: 'udp 0.0.0.0:68', interface: 'eth0' }, '0.0.0.0%eth0:68'],
  ['both families on an interface', { listen: 'tcp [::]:80', interface: 'eth0' }, '*%eth0:80'],
  ['a link-local address', { bound: 'udp [fe80::1%eth0]:546' }, '[fe80::1%eth0]:546'],
  [
    'a connection over IPv4',
    { established: 'tcp 192.0.2.10:80 > 198.51.100.1:50000' },
    '192.0.2.10:80',
    '198.51.100.1:50000',
  ],
  [
    'an IPv4 client of a listener of both families',
    { established: 'tcp [::ffff:192.0.2.10]:80 > [::ffff:198.51.100.1]:50000' },
    '192.0.2.10:80',
    '198.51.100.1:50000',
  ],
  [
    'a connection of a socket bound to an interface',
    { established: 'tcp 192.0.2.10:80 > 198.51.100.1:50000', interface: 'eth0' },
    '192.0.2.10%eth0:80',
    '198.51.100.1:50000',
  ],
  [
    'a connection between link-local addresses',
    { established: 'tcp [fe80::1]:80 > [fe80::2]:50000', interface: 'eth0' },
    '[fe80::1%eth0]:80',
    '[fe80::2]:50000',
  ],
  ['a path', { listen: 'unix /run/db.sock' }, '/run/db.sock'],
  ['a name', { listen: 'unix @db' }, '@db'],
  ['neither', { unconnected: 'unix', inode: 77 }, '* 77'],
]
for (const [what, socket, local, peer] of rows) {
  test(`${what}: ${local}${peer === undefined ? '' : ` > ${peer}`}`, async () => {
    const table = await readTable(openMemory({ ...HOST, sockets: [socket] }), {})
    const item = (await itemMaker(table, () => null))(0)
    assert.equal(endpointText(table, 0, 'local'), local)
    assert.equal(itemEndText(item, 'local'), local, 'as an item')
    assert.equal(hasPeer(table.columns, 0) ? endpointText(table, 0, 'peer') : undefined, peer)
    assert.equal(itemEndText(item, 'peer'), peer, 'as an item')
  })
}

test('two ends of a unix socket: rows have the inode of the other, items its name', async () => {
  const sockets: SocketDescription[] = [
    { established: 'unix /run/db.sock', inode: 20, peerInode: 21 },
    { established: 'unix', inode: 21, peerInode: 20 },
  ]
  const table = await readTable(openMemory({ ...HOST, sockets }), {})
  const item = await itemMaker(table, () => null)
  assert.deepEqual(
    [0, 1].map(row => endpointText(table, row, 'peer')),
    ['* 21', '* 20'],
  )
  assert.deepEqual(
    [0, 1].map(row => itemEndText(item(row), 'peer')),
    ['*', '/run/db.sock'],
  )
})
