import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Socket } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { openMemory, type SocketDescription } from '../../os/memory/memory.ts'
import { cameAndWent } from './came-and-went.ts'
import { parseFilter } from './filter/filter.ts'
import type { ServiceNames } from './item.ts'
import { overhear } from './overheard.cases.ts'
import type { TableRequest } from './table.ts'

const OWN = 4_026_531_840
const machine = openMemory({
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [{ pid: 812, uid: 1000 }],
  users: { 1000: 'alice' },
})
const none: ServiceNames = () => null

/** As they are told when they end. */
async function ended(...sockets: readonly SocketDescription[]): Promise<Socket[]> {
  const columns = new SocketColumns()
  const os = openMemory({ ...machine.machine.description, sockets })
  for await (const batch of os.sockets({ netns: [OWN, 77], details: ['tcp', 'queues'] }))
    columns.append(batch)
  return Array.from({ length: columns.length }, (_, row) => socketAt(columns, row))
}

const IPV4: SocketDescription = { established: 'tcp 10.0.0.7:40000 > 10.0.0.9:443', by: 812 }
/** As Linux tells them: closed, without user or inode. */
const LINUX: SocketDescription = {
  closed: 'tcp 10.0.0.7:40000 > 10.0.0.9:443',
  inode: 0,
  uid: 0,
  tcp: { bytesAcked: 4096, bytesReceived: 0 },
}
const LINUX_UDP: SocketDescription = { closed: 'udp 10.0.0.7:40000 > 10.0.0.9:53', inode: 0, uid: 0 }

const ROWS: readonly (readonly [
  name: string,
  socket: SocketDescription,
  request: TableRequest & { readonly text?: string },
  told: boolean,
])[] = [
  ['a connection', IPV4, {}, true],
  ['as Linux tells it', LINUX, {}, true],
  ['of UDP', LINUX_UDP, {}, true],
  ['a listener', { listen: 'tcp 0.0.0.0:80' }, {}, false],
  ['a socket that never had a peer', { unconnected: 'udp 0.0.0.0:0' }, {}, false],
  ['a unix socket', { established: 'unix /run/a', inode: 5, peerInode: 5 }, {}, false],
  ['in another namespace', { ...IPV4, netns: 77 }, {}, false],
  ['in another namespace that is asked for', { ...IPV4, netns: 77 }, { netns: [77] }, true],
  ['in our own, which is not asked for', IPV4, { netns: [77] }, false],
  ['of that protocol', IPV4, { protocols: ['udp', 'tcp'] }, true],
  ['of another protocol', IPV4, { protocols: ['udp'] }, false],
  ['of that family', IPV4, { families: ['ipv4'] }, true],
  ['of another family', IPV4, { families: ['ipv6'] }, false],
  ['at that port', IPV4, { localPort: 40_000 }, true],
  ['at another port', IPV4, { localPort: 443 }, false],
  ['to that port', IPV4, { peerPort: 443 }, true],
  ['to another port', IPV4, { peerPort: 40_000 }, false],
  ['in a state that it was in', LINUX, { states: ['time-wait', 'established'] }, true],
  ['in a state that nobody has seen it in', LINUX, { states: ['time-wait'] }, false],
  ['a datagram socket was connected', LINUX_UDP, { states: ['connected'] }, true],
  ['a datagram socket was never established', LINUX_UDP, { states: ['established'] }, false],
  ['filter: to that port', LINUX, { text: 'dport = :443' }, true],
  ['filter: to another port', LINUX, { text: 'dport = :80' }, false],
  ['filter: to that network', LINUX, { text: 'dst 10.0.0.0/8' }, true],
  ['filter: not to that network', LINUX, { text: 'not dst 10.0.0.0/8' }, false],
  ['filter: it was established', LINUX, { text: 'established' }, true],
  ['filter: it never listened', LINUX, { text: 'listening' }, false],
  ['filter: nobody knows that it was closing', LINUX, { text: 'state closing' }, false],
  ['filter: by its numbers', LINUX, { text: 'bytes > 4k' }, true],
  ['filter: by its numbers, too few', LINUX, { text: 'bytes > 5k' }, false],
  ['filter: who held it is not known', LINUX, { text: 'name = node' }, false],
  ['filter: nor who did not', LINUX, { text: 'not name = node' }, false],
  ['filter: nor whether anybody did', LINUX, { text: 'not pid = 812' }, false],
  ['filter: whose it was is not told: root', LINUX, { text: 'user = root' }, false],
  ['filter: whose it was is not told: not root', LINUX, { text: 'not user = root' }, false],
  ['filter: whose it was, where that is told', IPV4, { text: 'user = alice' }, true],
  ['filter: whose it wasn’t, where that is told', IPV4, { text: 'user = root' }, false],
  ['filter: what is not known beside what is enough', LINUX, { text: 'name = node or dport = :443' }, true],
  ['filter: a connection has no exposure', LINUX, { text: 'exposure = host' }, false],
  ['filter: in that namespace', { ...IPV4, netns: 77 }, { netns: [77], text: 'netns = blue' }, true],
  ['filter: in another namespace', IPV4, { netns: [OWN, 77], text: 'netns = blue' }, false],
]
for (const [name, socket, { text, ...request }, told] of ROWS) {
  test(`${told ? 'told' : 'not told'}: ${name}`, async () => {
    const asked = text === undefined ? request : { ...request, filter: parseFilter(text) }
    const found = await cameAndWent(machine, await ended(socket), asked, none)
    assert.equal(found.length, Number(told))
  })
}

test('as an item: what is known of it', async () => {
  const services: ServiceNames = (port, protocol) => ({ name: `${protocol}-${port}`, source: 'test' })
  const [mine, others] = await ended(
    { ...LINUX, cookie: 7n },
    { connected: 'udp [2001:db8::1]:40000 > [2001:db8::2]:53', cookie: 0n, inode: 9, netns: 77 },
  )
  assert.deepEqual(await cameAndWent(machine, [mine!, others!], { netns: [OWN, 77] }, services), [
    {
      socket: {
        protocol: 'tcp',
        family: 'ipv4',
        state: 'established',
        local: { address: '10.0.0.7', port: 40_000 },
        peer: { address: '10.0.0.9', port: 443 },
        netns: { inode: OWN, name: null, self: true },
        inode: 0,
        cookie: '7',
        owners: null,
        ownersUnknown: 'vanished',
        service: { name: 'tcp-443', source: 'test' },
      },
      final: { bytesAcked: 4096, bytesReceived: 0 },
    },
    {
      socket: {
        protocol: 'udp',
        family: 'ipv6',
        state: 'connected',
        local: { address: '2001:db8::1', port: 40_000 },
        peer: { address: '2001:db8::2', port: 53 },
        netns: { inode: 77, name: null, self: false },
        inode: 9,
        owners: null,
        ownersUnknown: 'vanished',
        service: { name: 'udp-53', source: 'test' },
      },
    },
  ])
})

test('each is judged by itself, and they stay in order', async () => {
  const flow = (port: number): SocketDescription => ({ established: `tcp 10.0.0.7:${port} > 10.0.0.9:443` })
  const sockets = await ended(flow(5), { listen: 'tcp 0.0.0.0:4' }, flow(3), flow(4), flow(1))
  const found = await cameAndWent(machine, sockets, { filter: parseFilter('sport >= :3') }, none)
  assert.deepEqual(
    found.map(({ socket: { local } }) => 'port' in local && local.port),
    [5, 3, 4],
  )
})

test('where there are none, or no filter, nothing is asked of the host', async () => {
  const { os, asked } = overhear(machine)
  const filter = parseFilter('netns = blue')
  assert.deepEqual(await cameAndWent(os, [], { filter }, none), [])
  await cameAndWent(os, await ended(IPV4), {}, none)
  assert.deepEqual(asked, [])
})
