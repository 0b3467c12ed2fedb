import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEndpoint } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import type { Port } from '../../model/port.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { overhear } from './overheard.cases.ts'
import {
  countSockets,
  explain,
  isHeld,
  itemMaker,
  type ListOptions,
  listSockets,
  measureRates,
  nextSteps,
  readFilter,
  readTable,
  type SocketItem,
  watch,
  whichNamespaces,
} from './sockets.ts'

const MACHINE: MachineDescription = {
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js', uid: 1000, unit: 'shop.service' },
    { pid: 900, run: 'postgres', uid: 105, hidden: true },
  ],
  users: { 1000: 'alice' },
  sockets: [
    { listen: 'tcp 127.0.0.1:5432', by: 900 },
    { listen: 'tcp 0.0.0.0:443', by: 812 },
    { established: 'tcp 127.0.0.1:443 > 127.0.0.1:40000', by: 812, tcp: { rttMs: 3 } },
    { bound: 'udp 0.0.0.0:53', by: 812, netns: 'blue' },
    { listen: 'unix /run/shop', by: 812 },
  ],
}

/** `tcp listen 443 812`: protocol, state, port or path, and who holds it or why nobody does. */
const text = ({ protocol, state, local, owners, ownersUnknown }: SocketItem): string =>
  `${protocol} ${state} ${'port' in local ? local.port : local.path} ${owners?.map(({ pid }) => pid).join() ?? ownersUnknown}`

const names = (name: string): readonly Port[] => (name === 'https' ? [443 as Port] : [])

const LISTS: readonly (readonly [
  name: string,
  options: ListOptions | undefined,
  items: readonly string[],
])[] = [
  [
    'everything, with owners',
    undefined,
    ['tcp listen 443 812', 'tcp established 443 812', 'tcp listen 5432 denied', 'unix listen /run/shop 812'],
  ],
  ['listeners', { listening: true, protocols: ['tcp'] }, ['tcp listen 443 812', 'tcp listen 5432 denied']],
  [
    'without owners',
    { owners: false, listening: true, protocols: ['tcp'] },
    ['tcp listen 443 not-asked', 'tcp listen 5432 not-asked'],
  ],
  ['another namespace', { netns: [77] }, ['udp bound 53 812']],
  ['a filter', { filter: 'sport = :443 and established' }, ['tcp established 443 812']],
  ['a filter by process', { filter: 'name = server.js and tcp and listen' }, ['tcp listen 443 812']],
  ['what a filter can’t judge is left out', { filter: 'not name = server.js and tcp' }, []],
  ['an empty filter takes all', { filter: '', protocols: ['unix'] }, ['unix listen /run/shop 812']],
]
for (const [name, options, items] of LISTS) {
  test(`list: ${name}`, async () =>
    assert.deepEqual((await listSockets(openMemory(MACHINE), options)).map(text), items))
}

test('list: names of ports, in the filter and in the items, where they are given', async () => {
  const services = (port: number) => (port === 443 ? { name: 'https', source: 'here' } : null)
  const os = openMemory(MACHINE)
  const named = await listSockets(os, { services, listening: true, protocols: ['tcp'] })
  assert.deepEqual(
    named.map(({ service }) => service),
    [{ name: 'https', source: 'here' }, undefined],
  )
  const plain = await listSockets(os, { listening: true })
  assert.ok(plain.every(item => !('service' in item)))
  assert.deepEqual((await listSockets(os, { names, filter: 'sport = :https and listen' })).map(text), [
    'tcp listen 443 812',
  ])
  await assert.rejects(listSockets(os, { filter: 'sport = :https and listen' }), isFault)
})

test('list: details where they are asked for', async () => {
  const os = openMemory(MACHINE)
  const [with3] = await listSockets(os, { filter: 'established', details: ['tcp'] })
  const [without] = await listSockets(os, { filter: 'established' })
  assert.deepEqual([with3?.tcp, without?.tcp], [{ rttMs: 3 }, undefined])
})

for (const [filter, code] of [
  ['sport = ', 'E_FILTER_SYNTAX'],
  ['sport = :99999', 'E_FILTER_SYNTAX'],
] as const) {
  test(`list: the filter "${filter}" is refused before anything is read`, async () => {
    const { os, asked } = overhear(openMemory(MACHINE))
    await assert.rejects(listSockets(os, { filter }), error => isFault(error) && error.code === code)
    assert.deepEqual(asked, [])
  })
}

test('items: of some rows only what these need is asked for', async () => {
  const { os, about } = overhear(openMemory(MACHINE))
  const table = await readTable(os, { owners: true })
  const item = await itemMaker(table, () => null, table.rows.subarray(2, 3))
  assert.equal(text(item(table.rows[2]!)), 'tcp listen 5432 denied')
  assert.deepEqual(about('processes'), [])
})

test('a filter that can’t judge some rows says how many', async () => {
  const filter = await readFilter('name = server.js and tcp')
  const table = await readTable(openMemory(MACHINE), { filter })
  assert.deepEqual([table.rows.length, table.undecided], [2, 1])
})

test('counts: owners and names of users are made ready for what they count', async () => {
  const os = openMemory(MACHINE)
  const table = await readTable(os, { owners: true, protocols: ['tcp'] })
  assert.deepEqual(
    (await countSockets(table, 'process')).map(({ key, count }) => [key, count]),
    [
      ['server.js', 2],
      ['hidden', 1],
    ],
  )
  assert.deepEqual(
    (await countSockets(table, 'user')).map(({ key, count }) => [key, count]),
    [
      ['alice', 2],
      ['105', 1],
    ],
  )
})

const HELD: readonly (readonly [asked: string, held: boolean])[] = [
  ['443', true],
  ['5432', true],
  ['40000', false],
  ['53', false],
  ['9', false],
]
for (const [asked, held] of HELD) {
  test(`port ${asked} is ${held ? '' : 'not '}held`, async () =>
    assert.equal(isHeld(await explain(openMemory(MACHINE), parseEndpoint(asked))), held))
}

test('whatever is imported when it is needed does what it says', async () => {
  const os = openMemory(MACHINE)
  assert.deepEqual(await whichNamespaces(os, 'blue'), [77])
  const rates = measureRates(os, { protocols: ['tcp'] }, 1)
  await os.clock.whenSomebodySleeps()
  await os.clock.advance(1000)
  assert.equal((await rates).elapsed, 1000)
  const steps = await nextSteps({ port: 9, listener: null, ownersHidden: false, again: [] })
  assert.deepEqual(steps[0]?.line, 'ports watch sport = :9 --until open')
  const stop = new AbortController()
  const types: string[] = []
  for await (const { type } of watch(os, { interval: 1, services: () => null, signal: stop.signal })) {
    types.push(type)
    stop.abort()
  }
  assert.deepEqual(types, ['watching'])
})
