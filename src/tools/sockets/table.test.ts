import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnixName } from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import type { OS, SocketQuery } from '../../os/os.ts'
import { parseFilter } from './filter/filter.ts'
import { overhear } from './overheard.cases.ts'
import { readTable, type SocketTable, type TableRequest } from './table.ts'

const OWN = 4_026_531_840
const MACHINE: MachineDescription = {
  namespaces: [{ inode: 77, name: 'blue' }],
  processes: [
    { pid: 812, run: 'node server.js', name: 'server.js' },
    { pid: 900, run: 'postgres', hidden: true },
    { pid: 990, run: 'dnsmasq', netns: 'blue' },
  ],
  sockets: [
    { bound: 'udp 0.0.0.0:53', by: 990, netns: 'blue' },
    { listen: 'tcp 0.0.0.0:53', by: 990, netns: 'blue' },
    { listen: 'tcp 127.0.0.1:5432', by: 900 },
    { listen: 'tcp [::]:3000', by: 812 },
    { listen: 'tcp 0.0.0.0:3000', by: 812 },
    { bound: 'tcp 0.0.0.0:3001', by: 812 },
    { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 },
    { established: 'tcp 127.0.0.1:40000 > 127.0.0.1:3000', by: 900 },
    { 'time-wait': 'tcp 127.0.0.1:3000 > 127.0.0.1:40001' },
    { bound: 'udp 0.0.0.0:5353', by: 812 },
    { connected: 'udp 127.0.0.1:6000 > 127.0.0.1:53', by: 812 },
    { unconnected: 'udp 0.0.0.0:0', by: 812 },
    { bound: 'raw 0.0.0.0:1', by: 812 },
    { listen: 'sctp 0.0.0.0:9', by: 812 },
    { bound: 'sctp 0.0.0.0:10', by: 812 },
    { listen: 'unix /run/shop.sock', by: 812 },
    { established: 'unix /run/shop.sock', by: 812 },
  ],
}

/** `tcp listen 127.0.0.1:5432`, in listing order. */
const texts = ({ columns, rows }: SocketTable): string[] =>
  Array.from(rows, row => {
    const { protocol, state, local } = socketAt(columns, row)
    return `${protocol} ${state} ${isUnixName(local) ? local.path : `${local.address}:${local.port}`}`
  })

const ALL = [
  'tcp listen 0.0.0.0:3000',
  'tcp established 127.0.0.1:3000',
  'tcp time-wait 127.0.0.1:3000',
  'tcp listen :::3000',
  'tcp bound 0.0.0.0:3001',
  'tcp listen 127.0.0.1:5432',
  'tcp established 127.0.0.1:40000',
  'udp unconnected 0.0.0.0:0',
  'udp bound 0.0.0.0:5353',
  'udp connected 127.0.0.1:6000',
  'sctp listen 0.0.0.0:9',
  'sctp bound 0.0.0.0:10',
  'raw bound 0.0.0.0:1',
  'unix listen /run/shop.sock',
  'unix established /run/shop.sock',
]
const only = (words: RegExp): string[] => ALL.filter(text => words.test(text))

const ROWS: readonly (readonly [name: string, request: TableRequest, wanted: readonly string[]])[] = [
  ['all of our own namespace', {}, ALL],
  ['a protocol', { protocols: ['udp'] }, only(/^udp/)],
  ['no protocol', { protocols: [] }, []],
  ['a family', { families: ['ipv6'] }, only(/:::/)],
  ['states', { states: ['time-wait', 'bound'] }, only(/time-wait|bound /)],
  ['a local port', { localPort: 3000 }, only(/:3000$/)],
  ['a peer’s port', { peerPort: 3000 }, ['tcp established 127.0.0.1:40000']],
  [
    'what waits for clients',
    { listening: true },
    [...only(/ listen .*:|^udp bound/), 'unix listen /run/shop.sock'],
  ],
  [
    'that goes before states',
    { listening: true, states: ['established'], protocols: ['tcp'] },
    only(/^tcp listen/),
  ],
  ['datagrams that wait', { listening: true, protocols: ['udp'] }, ['udp bound 0.0.0.0:5353']],
  ['streams that wait', { listening: true, protocols: ['sctp'] }, ['sctp listen 0.0.0.0:9']],
  ['raw sockets wait for nobody', { listening: true, protocols: ['raw'] }, []],
  ['what waits on a port', { listening: true, localPort: 3000 }, only(/listen.*:3000/)],
  ['another namespace', { netns: [77] }, ['tcp listen 0.0.0.0:53', 'udp bound 0.0.0.0:53']],
  [
    'namespaces in the order in which they are asked for',
    { netns: [77, OWN], protocols: ['tcp', 'udp'], listening: true },
    ['tcp listen 0.0.0.0:53', 'udp bound 0.0.0.0:53', ...only(/tcp listen|udp bound/)],
  ],
  ['a filter', { filter: parseFilter('sport = :3000 and state listen') }, only(/listen.*:3000/)],
  ['a filter and a request', { filter: parseFilter('sport = :3000'), families: ['ipv6'] }, only(/:::3000/)],
  ['a filter that nothing can pass', { filter: parseFilter('tcp and udp') }, []],
  [
    'a filter that asks for what does not wait',
    { listening: true, filter: parseFilter('state established') },
    [],
  ],
  [
    'a filter by process, without owners being asked for',
    { filter: parseFilter('name = server.js and listening') },
    only(/listen .*3000|listen .*:9|shop.sock/).filter(text => text.includes('listen')),
  ],
]
for (const [name, request, wanted] of ROWS) {
  test(name, async () => assert.deepEqual(texts(await readTable(openMemory(MACHINE), request)), wanted))
}

test('the row numbers are those of the columns', async () => {
  const table = await readTable(openMemory(MACHINE), { filter: parseFilter('sport = :3000') })
  assert.equal(table.rows.length, 4)
  for (const row of table.rows) assert.equal(table.columns.localPort[row], 3000)
  assert.equal(table.own, OWN)
})

const UNDECIDED: readonly (readonly [filter: string, matched: number, undecided: number])[] = [
  ['name = server.js and listen and tcp', 2, 1],
  ['not name = server.js and listen and tcp', 0, 1],
  ['listen and tcp', 3, 0],
  ['name = server.js and sport = :5432', 0, 1],
]
for (const [filter, matched, undecided] of UNDECIDED) {
  test(`"${filter}": ${matched} match, ${undecided} can’t be judged`, async () => {
    const table = await readTable(openMemory(MACHINE), { filter: parseFilter(filter) })
    assert.deepEqual([table.rows.length, table.undecided], [matched, undecided])
  })
}

test('without a filter nothing is undecided', async () => {
  assert.equal((await readTable(openMemory(MACHINE), { owners: true })).undecided, 0)
})

test('owners that were not asked for are null, and not none', async () => {
  const { os, about } = overhear(openMemory(MACHINE))
  const without = await readTable(os, {})
  assert.deepEqual([without.owners, without.coverage, without.facts.noOwner(0)], [null, null, 'not-asked'])
  assert.equal(about('owners').length, 0)
  const withOwners = await readTable(os, { owners: true })
  assert.deepEqual(withOwners.coverage?.refused, [900])
  assert.equal(withOwners.owners, withOwners.facts.owners)
  assert.notEqual(withOwners.owners, null)
})

const QUERIES: readonly (readonly [name: string, request: TableRequest, queries: readonly SocketQuery[]])[] =
  [
    ['nothing is said: all', {}, [{}]],
    [
      'everything is said',
      {
        protocols: ['tcp'],
        families: ['ipv4'],
        states: ['listen'],
        localPort: 1,
        peerPort: 2,
        netns: [77],
        details: ['tcp'],
        owners: true,
      },
      [
        {
          protocols: ['tcp'],
          families: ['ipv4'],
          states: ['listen'],
          localPort: 1,
          peerPort: 2,
          netns: [77],
          details: ['tcp'],
        },
      ],
    ],
    [
      'what waits is asked for in two questions, in which no connection is read',
      { listening: true, details: ['queues'] },
      [
        { protocols: ['tcp', 'sctp', 'dccp', 'unix'], states: ['listen'], details: ['queues'] },
        { protocols: ['udp'], states: ['bound'], details: ['queues'] },
      ],
    ],
    [
      'or in one, where that is enough',
      { listening: true, protocols: ['tcp'], localPort: 80 },
      [{ protocols: ['tcp'], states: ['listen'], localPort: 80 }],
    ],
  ]
for (const [name, request, queries] of QUERIES) {
  test(`the host is asked: ${name}`, async () => {
    const { os, about } = overhear(openMemory({ namespaces: [{ inode: 77 }] }))
    await readTable(os, request)
    assert.deepEqual(about('sockets'), queries)
  })
}

test('a filter leaves to the host what it can', async () => {
  const { os, about } = overhear(openMemory())
  await readTable(os, { filter: parseFilter('tcp and sport = :80 and state time-wait') })
  const [{ protocols, states, localPort }] = about('sockets') as [SocketQuery]
  assert.deepEqual([protocols, states, localPort], [['tcp'], ['time-wait'], 80])
})

test('facts are asked for only where the columns leave it open whether a row matches', async () => {
  const { os, about } = overhear(openMemory(MACHINE))
  await readTable(os, { filter: parseFilter('name = server.js and sport >= :40000') })
  assert.deepEqual(about('processes'), [])
})

test('owners are asked for before the table is read', async () => {
  const { os, asked } = overhear(openMemory(MACHINE))
  await readTable(os, { owners: true, listening: true, protocols: ['tcp'] })
  assert.deepEqual(
    asked.slice(0, 2).map(([question]) => question),
    ['owners', 'sockets'],
  )
})

test('owners of what is found: nobody is looked at where nothing is, and else the holders are those of all', async () => {
  const { os, about } = overhear(openMemory(MACHINE))
  const none = await readTable(os, { owners: 'found', localPort: 9999 })
  assert.deepEqual([none.rows.length, none.owners, about('owners').length], [0, null, 0])
  const some = await readTable(os, { owners: 'found', localPort: 3000 })
  const all = await readTable(os, { owners: true, localPort: 3000 })
  const holders = ({ rows, columns, owners }: SocketTable): string[] =>
    Array.from(rows, row => `${columns.inode[row]} ${owners!.pid(owners!.first(columns.inode[row]!))}`)
  assert.deepEqual(holders(some), holders(all))
  assert.deepEqual(some.coverage?.refused, all.coverage?.refused)
})

test('notes of the filter, then of every table that was read', async () => {
  const note = (code: string) => ({
    code,
    severity: 'note' as const,
    certainty: 'proven' as const,
    subject: 'a table',
    says: 'it is so',
    evidence: [],
  })
  const host = openMemory(MACHINE)
  let tables = 0
  const os: OS = {
    ...host,
    async *sockets(query, options) {
      for await (const batch of host.sockets(query, options)) {
        batch.notes.push(note(`table-${++tables}`))
        yield batch
      }
    },
  }
  const filter = { ...parseFilter('sport = :80'), notes: [note('filter')] }
  const table = await readTable(os, { filter, netns: [OWN, 77] })
  assert.deepEqual(
    table.notes.map(({ code }) => code),
    ['filter', 'table-1', 'table-2'],
  )
})

const failing = async (what: string): Promise<never> => {
  throw new Error(what)
}
const broken = (host: OS, methods: readonly ('sockets' | 'owners')[]): OS => ({
  ...host,
  ...(methods.includes('owners') ? { owners: () => failing('owners') } : {}),
  ...(methods.includes('sockets')
    ? {
        // biome-ignore lint/correctness/useYield: it fails before
        async *sockets() {
          await failing('sockets')
        },
      }
    : {}),
})
const FAILURES: readonly (readonly [broken: readonly ('sockets' | 'owners')[], said: string])[] = [
  [['owners'], 'owners'],
  [['sockets'], 'sockets'],
  [['sockets', 'owners'], 'sockets'],
]
for (const [methods, said] of FAILURES) {
  test(`where ${methods.join(' and ')} fail, ${said} are told, once`, async () => {
    const os = broken(openMemory(MACHINE), methods)
    await assert.rejects(readTable(os, { owners: true }), { message: said })
    // Whatever nobody has caught is reported before the next turn of the loop.
    await new Promise(resolve => setImmediate(resolve))
  })
}

test('a signal stops the reading, of owners as well', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(readTable(openMemory(MACHINE), { signal }), { message: 'enough' })
  const host = openMemory(MACHINE)
  const given: unknown[] = []
  const os: OS = {
    ...host,
    owners(query, options) {
      given.push(options?.signal)
      return host.owners(query)
    },
  }
  const later = new AbortController().signal
  await readTable(os, { owners: true, signal: later })
  assert.equal(given[0], later)
})
