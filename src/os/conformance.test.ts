/**
 * The suite is judged itself: a host that breaks one promise must fail the case that holds it, and no case may be there
 * that nothing can break.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOOPBACK_V4 } from '../model/address.ts'
import { known, unknown } from '../model/known.ts'
import { parsePrefix } from '../model/prefix.ts'
import type { Route, RoutingRule } from '../model/route.ts'
import { SocketColumns, UNTOLD } from '../model/socket-columns.ts'
import { type Case, CONFORMANCE, runCase, type Stage, unmet } from './conformance.ts'
import { FILTER_VIEWS } from './filter-views.ts'
import { type MemoryOS, openMemory } from './memory/memory.ts'
import type { ClaimStore, OS, Ownership, SocketQuery } from './os.ts'

const OTHER = 4026532001
const honest = (): MemoryOS =>
  openMemory({
    namespaces: [{ inode: OTHER, name: 'blue' }],
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812, tcp: { rttMs: 1 } },
      { established: 'tcp [::1]:3000 > [::1]:40000', by: 812, tcp: { rttMs: 1 } },
      { bound: 'udp 0.0.0.0:53', by: 812 },
      { unconnected: 'udp 0.0.0.0:0', by: 812 },
      { listen: 'unix /run/shop.sock', by: 812 },
      { listen: 'tcp 0.0.0.0:3000', netns: OTHER },
    ],
    tunables: { 'net.core.somaxconn': '4096' },
  })

const stageOf = (os: OS): Stage => ({
  os,
  sockets: [
    { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: 3000, holder: 812 },
    { protocol: 'tcp', family: 'ipv4', state: 'established', localPort: 3000, peerPort: 40000 },
    { protocol: 'udp', family: 'ipv4', state: 'unconnected' },
    { protocol: 'unix', family: 'unix', state: 'listen' },
  ],
  pid: 812,
  otherNamespace: OTHER,
  tunable: ['net.core.somaxconn', '4096'],
  user: [0, 'root'],
  address: '127.0.0.1',
  binds: true,
  claims: true,
})

/** Answers with rows changed after they were read. */
const rows =
  (change: (columns: SocketColumns, query: SocketQuery) => void) =>
  (os: MemoryOS): Partial<OS> => ({
    async *sockets(query, options) {
      for await (const columns of os.sockets(query, options)) {
        change(columns, query)
        yield columns
      }
    },
  })

/** Answers another query than the one that was asked. */
const asked =
  (change: (query: SocketQuery) => SocketQuery) =>
  (os: MemoryOS): Partial<OS> => ({
    sockets: (query, options) => os.sockets(change(query), options),
  })

const owning =
  (change: (told: Ownership) => Partial<Ownership>) =>
  (os: MemoryOS): Partial<OS> => ({
    async owners(query, options) {
      const told = await os.owners(query, options)
      return { ...told, ...change(told) }
    },
  })

const claiming =
  (change: (store: ClaimStore) => Partial<ClaimStore>) =>
  (os: MemoryOS): Partial<OS> => ({
    async claims() {
      const store = await os.claims()
      return { ...store, ...change(store) }
    },
  })

const without = (query: SocketQuery, field: keyof SocketQuery): SocketQuery => {
  const { [field]: _, ...rest } = query
  return rest
}

const acting =
  (acts: Partial<OS['acts']>) =>
  (os: MemoryOS): Partial<OS> => ({ acts: { ...os.acts, ...acts } })

const startOf = (os: MemoryOS, pid: number): number => os.machine.processes.get(pid)?.process.startedAt ?? 0

const routeBy = (name: string): Route => ({
  family: 'ipv4',
  table: 254,
  type: 1,
  destination: parsePrefix('0.0.0.0/0'),
  tos: 0,
  metric: 0,
  nexthops: [{ interface: name, index: 9, weight: 1 }],
})
const ruleAt = (priority: number): RoutingRule => ({
  family: 'ipv4',
  priority,
  action: 'table',
  table: 254,
  inverted: false,
  tos: 0,
})

/** Each breaks one promise; the text is in the name of a case that must notice. */
const DEFECTS: readonly (readonly [promise: string, defect: string, (os: MemoryOS) => Partial<OS>])[] = [
  [
    'that are open are in the table',
    'forgets unix sockets',
    asked(q => ({ protocols: ['tcp', 'udp'], ...q })),
  ],
  ['is in the table once', 'tells a row twice', rows(columns => columns.append(copy(columns)))],
  [
    'names its protocol or namespace twice',
    'reads a protocol as often as it is named',
    os => ({
      async *sockets(query, options) {
        for (const protocol of query.protocols ?? ['tcp', 'udp', 'unix'])
          yield* os.sockets({ ...query, protocols: [protocol as 'tcp'] }, options)
      },
    }),
  ],
  ['columns are well-formed', 'has a state that is none', rows(columns => columns.state.fill(99))],
  ['columns are well-formed', 'leaves the namespace out', rows(columns => columns.netns.fill(0))],
  ['columns are well-formed', 'mixes up families', rows(columns => columns.family.fill(0))],
  ['columns are well-formed', 'gives a listener a peer', rows(columns => columns.peerPort.fill(7))],
  [
    'columns are well-formed',
    'leaves rubbish behind an IPv4 address',
    rows(columns => columns.local.fill(1)),
  ],
  ['columns are well-formed', 'names rows that aren’t there', rows(columns => columns.names.set(99, 'x'))],
  ['names protocols', 'ignores it', asked(q => without(q, 'protocols'))],
  ['names families', 'ignores it', asked(q => without(q, 'families'))],
  ['names states', 'ignores it', asked(q => without(q, 'states'))],
  [
    'names states',
    'takes bound for unconnected',
    asked(q => (q.states?.[0] === 'unconnected' ? { ...q, states: ['bound'] } : q)),
  ],
  ['names localPort', 'ignores it', asked(q => without(q, 'localPort'))],
  ['names localPort', 'takes 0 for any', asked(q => (q.localPort === 0 ? without(q, 'localPort') : q))],
  ['names peerPort', 'ignores it', asked(q => without(q, 'peerPort'))],
  [
    'names netns',
    'tells others, too',
    asked(q => (q.netns?.length === 1 ? { ...q, netns: [...q.netns, OTHER] } : q)),
  ],
  ['names several fields', 'ignores the second', asked(q => (q.protocols ? without(q, 'states') : q))],
  [
    'an empty list asks for nothing',
    'takes it for all',
    asked(q => (q.families?.length === 0 ? without(q, 'families') : q)),
  ],
  [
    'the caller’s own',
    'gives out its only copy',
    os => {
      const cache = new Map<string, SocketColumns[]>()
      return {
        async *sockets(query, options) {
          const key = JSON.stringify(query)
          const batches = cache.get(key) ?? (await all(os.sockets(query, options)))
          cache.set(key, batches)
          yield* batches
        },
      }
    },
  ],
  [
    'has sockets of its own',
    'reads its own for every other',
    asked(q => (q.netns?.includes(OTHER) ? without(q, 'netns') : q)),
  ],
  [
    'a namespace that is not there is a fault',
    'is silent',
    asked(q => (q.netns?.[0] === 1 ? { ...q, netns: [] } : q)),
  ],
  ['numbers of TCP connections', 'forgets them', asked(q => without(q, 'details'))],
  ['who hold a socket are named', 'forgets holders', owning(() => ({ length: 0 }))],
  ['those who hold a socket are named', 'mixes up pids', owning(({ pid }) => ({ pid: pid.map(() => 1) }))],
  [
    'holder and its descriptor are told once',
    'tells one twice',
    owning(({ inode, pid, fd }) => ({ inode: inode.fill(inode[0]!), pid: pid.fill(1), fd: fd.fill(3) })),
  ],
  ['as long as it says', 'says more than it has', owning(({ length }) => ({ length: length + 1 }))],
  ['as long as it says', 'tells an inode 0', owning(({ inode }) => ({ inode: inode.map(() => 0) }))],
  [
    'are those among the owners of all',
    'tells all',
    os => ({ owners: (query, options) => os.owners(query === undefined ? {} : { threads: true }, options) }),
  ],
  [
    'are those among the owners of all',
    'tells none',
    os => ({
      owners: (query, options) =>
        os.owners(query?.inodes === undefined ? query : { inodes: new Set() }, options),
    }),
  ],
  [
    'owners of no socket are none',
    'takes the empty set for all',
    os => ({ owners: (query, options) => os.owners(query?.inodes?.size === 0 ? {} : query, options) }),
  ],
  [
    'every holder is a process, or has gone',
    'says denied',
    os => ({
      processes: async pids =>
        new Map([...(await os.processes(pids)).keys()].map(pid => [pid, unknown('denied')])),
    }),
  ],
  [
    'every holder is a process, or has gone',
    'mixes up processes',
    os => ({
      processes: async pids => new Map(pids.map(pid => [pid, known({ ...process1(os), pid: pid + 1 })])),
    }),
  ],
  [
    'coverage agrees with itself',
    'counts too few',
    owning(({ coverage }) => ({ coverage: { ...coverage, processes: 0 } })),
  ],
  [
    'coverage agrees with itself',
    'refuses twice',
    owning(({ coverage }) => ({ coverage: { ...coverage, refused: [1, 1] } })),
  ],
  [
    'coverage agrees with itself',
    'says it can’t, and can',
    owning(({ coverage }) => ({ coverage: { ...coverage, unsupported: true } })),
  ],
  ['told by the pids asked for', 'tells more', os => ({ processes: pids => os.processes([...pids, 1]) })],
  [
    'told by the pids asked for',
    'tells fewer',
    os => ({ processes: pids => os.processes(pids.filter(pid => pid < 1000)) }),
  ],
  [
    'a pid that no process has is vanished',
    'says denied',
    () => ({ processes: async pids => new Map(pids.map(pid => [pid, unknown('denied')])) }),
  ],
  [
    'one is our own, and comes first',
    'lists it last',
    os => ({ namespaces: async () => (await os.namespaces()).toReversed() }),
  ],
  [
    'one is our own, and comes first',
    'has none',
    os => ({ namespaces: async () => (await os.namespaces()).map(one => ({ ...one, self: false })) }),
  ],
  ['one is our own, and comes first', 'goes by another number', () => ({ netns: 77 })],
  [
    'another namespace is listed',
    'forgets it',
    os => ({ namespaces: async () => (await os.namespaces()).slice(0, 1) }),
  ],
  ['a process lives in its namespace', 'knows none', () => ({ namespaceOf: async () => undefined })],
  [
    'a process lives in its namespace',
    'says ours for all',
    os => ({ namespaceOf: async () => (await os.namespaces())[0] }),
  ],
  [
    'addresses are canonical',
    'writes them its own way',
    os => ({
      addresses: async netns =>
        (await os.addresses(netns)).map(one => ({ ...one, address: '0:0:0:0:0:0:0:1' as never })),
    }),
  ],
  [
    'addresses are canonical',
    'has prefixes that are too long',
    os => ({ addresses: async netns => (await os.addresses(netns)).map(one => ({ ...one, prefix: 129 })) }),
  ],
  ['addresses are canonical', 'forgets one', () => ({ addresses: async () => [] })],
  [
    'addresses are canonical',
    'tells others when our own is named',
    os => ({
      addresses: netns => os.addresses(netns === undefined ? undefined : OTHER).then(all => all.slice(1)),
    }),
  ],
  ['addresses of a namespace that is not there', 'is silent', os => ({ addresses: () => os.addresses() })],
  [
    'nobody is made up',
    'makes names',
    () => ({ userNames: async uids => new Map(uids.map(uid => [uid, `user${uid}`])) }),
  ],
  ['users are named', 'knows no names', () => ({ userNames: async () => new Map() })],
  [
    'nobody is made up',
    'names who was not asked for',
    () => ({
      userNames: async () =>
        new Map([
          [0, 'root'],
          [5, 'games'],
        ]),
    }),
  ],
  [
    'control groups are told',
    'makes one up',
    () => ({ controlGroups: async ids => new Map(ids.map(id => [id, known({ path: '/' })])) }),
  ],
  ['control groups are told', 'forgets the id', () => ({ controlGroups: async () => new Map() })],
  [
    'settings are told by name',
    'tells another',
    () => ({ tunables: async names => new Map(names.map(name => [name, known('1')])) }),
  ],
  [
    'a setting that the system has not',
    'makes one up',
    () => ({ tunables: async names => new Map(names.map(name => [name, known('1')])) }),
  ],
  [
    'counters are numbers',
    'gives a counter no group',
    os => ({
      counters: async query => ({ ...(await os.counters(query)), sockets: known(new Map([['tw', 1]])) }),
    }),
  ],
  [
    'counters are numbers',
    'tells the descriptors of a process that isn’t there',
    os => ({
      async counters(query) {
        const told = await os.counters(query)
        const descriptors = new Map(
          [...told.descriptors.keys()].map(pid => [pid, known({ open: 1, limit: 2 })]),
        )
        return { ...told, descriptors }
      },
    }),
  ],
  [
    '"../etc/passwd" is not the name',
    'looks',
    () => ({ tunables: async names => new Map(names.map(name => [name, unknown('unsupported')])) }),
  ],
  [
    'each listing of the packet filter',
    'forgets one',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        const { ipset: _, ...rest } = views
        return { views: rest as typeof views, outside }
      },
    }),
  ],
  [
    'each listing of the packet filter',
    'says nothing',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        return { views: { ...views, 'nft-json': { text: unknown('denied'), says: '' } }, outside }
      },
    }),
  ],
  [
    'a listing that is not asked for',
    'tells all',
    os => ({ ruleset: query => os.ruleset({ ...query, views: FILTER_VIEWS }) }),
  ],
  [
    'what decides outside',
    'mixes up kinds',
    os => ({
      async ruleset() {
        const { views, outside } = await os.ruleset()
        return {
          views,
          outside: { ...outside, tc: known([{ kind: 'xdp', place: 'eth0', says: 'program 1' }]) },
        }
      },
    }),
  ],
  [
    'rejects the reading of the packet filter',
    'does not look at signals',
    os => ({ ruleset: () => os.ruleset() }),
  ],
  [
    'routes lead out by interfaces',
    'makes one up',
    () => ({ routes: async () => known({ routes: [routeBy('eth9')], rules: [], interfaces: [] }) }),
  ],
  [
    'routes lead out by interfaces',
    'tells the last rule first',
    () => ({ routes: async () => known({ routes: [], rules: [ruleAt(32767), ruleAt(0)], interfaces: [] }) }),
  ],
  ['port 0 gets a port', 'says 0', os => ({ bind: async r => ({ ...(await os.bind(r)), port: 0 }) })],
  ['udp: port 0', 'keeps what was not to be kept', os => ({ bind: r => os.bind({ ...r, keep: true }) })],
  ['until it is closed', 'never refuses', os => ({ bind: r => os.bind(r.keep ? r : { ...r, port: 0 }) })],
  ['for IPv6 only', 'takes both families', os => ({ bind: ({ v6only: _, ...r }) => os.bind(r) })],
  ['an address that isn’t ours', 'takes it', os => ({ bind: r => os.bind({ ...r, address: LOOPBACK_V4 }) })],
  [
    'a number that is no port',
    'counts round',
    os => ({ bind: r => os.bind({ ...r, port: r.port % 65_536 }) }),
  ],
  ['a claim is there', 'forgets it', claiming(() => ({ list: () => [] }))],
  ['a claim is there', 'makes it twice', claiming(() => ({ add: () => true }))],
  ['a claim is there', 'never takes it away', claiming(() => ({ remove: () => false }))],
  ['a claim is there', 'notes something else', claiming(() => ({ note: () => known({ uid: 0, text: '' }) }))],
  ['a holder lives', 'takes all for living', claiming(() => ({ lives: () => known(true) }))],
  ['a holder lives', 'takes all for dead', claiming(() => ({ lives: () => known(false) }))],
  [
    'it says of every right',
    'forgets one',
    os => ({ can: async () => ({ ...(await os.can()), sockets: undefined as never }) }),
  ],
  [
    'it says of every right',
    'says no more',
    os => ({ can: async () => ({ ...(await os.can()), sockets: { yes: false, why: ' ', remedy: '' } }) }),
  ],
  ['it has a platform and a name', 'has none', () => ({ hostname: '' })],
  ['its clock doesn’t go back', 'goes back', os => ({ clock: backwards(os.clock) })],
  [
    'an aborted signal rejects, and nothing is asked',
    'does not look at signals',
    os => ({ owners: query => os.owners(query) }),
  ],
  [
    'rejects the reading of the table',
    'does not look at signals',
    os => ({ sockets: query => os.sockets(query) }),
  ],
  [
    'a sleep ends with its signal',
    'ends without saying',
    os => ({ clock: { ...bound(os.clock), sleep: async () => {} } }),
  ],
  ['endings end with their signal', 'throws', () => ({ endings: () => failing() })],
  [
    'that is said at once',
    'says nothing',
    os => ({
      can: async () => ({ ...(await os.can()), endings: { yes: false, why: 'a', remedy: 'b' } }),
      async *endings() {},
    }),
  ],
  [
    'a process that isn’t there can’t be ended',
    'says that it has ended it',
    acting({ stopProcess: async () => ({ kind: 'ended', through: 'kill' }) }),
  ],
  [
    'a process that started at another time is another one',
    'looks at the pid alone',
    os =>
      acting({
        stopProcess: request => os.acts.stopProcess({ ...request, startedAt: startOf(os, request.pid) }),
      })(os),
  ],
  [
    'a process that doesn’t hold the socket is let be',
    'does not look at sockets',
    os => acting({ stopProcess: ({ inodes: _, ...request }) => os.acts.stopProcess(request) })(os),
  ],
  [
    'an aborted signal rejects, and nothing is ended',
    'does not look at signals',
    os => acting({ stopProcess: request => os.acts.stopProcess(request) })(os),
  ],
  [
    'what is tried has an outcome of the list',
    'finds everything',
    os => ({ reach: { ...os.reach, file: async () => ({ kind: 'yes' }) } }),
  ],
  [
    'a name that nobody has',
    'resolves all names',
    os => ({ reach: { ...os.reach, resolve: async () => ({ kind: 'found', addresses: [] }) } }),
  ],
  ['closing it twice', 'throws the second time', () => ({ close: onceOnly() })],
]

function copy(columns: SocketColumns): SocketColumns {
  const again = new SocketColumns()
  again.append(columns)
  return again
}
const process1 = (os: MemoryOS) => os.machine.processes.get(1)!.process
const bound = (clock: OS['clock']): OS['clock'] => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
})
function backwards(clock: OS['clock']): OS['clock'] {
  let time = 1000
  return { ...bound(clock), monotonic: () => time-- }
}
async function* failing(): AsyncGenerator<SocketColumns> {
  yield new SocketColumns()
  throw new Error('the machine is tired')
}
async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of many) list.push(one)
  return list
}
function onceOnly(): () => Promise<void> {
  let closed = false
  return async () => {
    if (closed) throw new Error('closed already')
    closed = true
  }
}

const withDefect = (defect: (os: MemoryOS) => Partial<OS>) => async (): Promise<Stage> => {
  const os = honest()
  return stageOf({ ...os, ...defect(os) })
}

for (const [promise, defect, broken] of DEFECTS) {
  test(`a host that ${defect} fails: ${promise}`, async () => {
    const judged = CONFORMANCE.filter(({ name }) => name.includes(promise))
    assert.notEqual(judged.length, 0, 'no case has that in its name')
    const noticed: string[] = []
    for (const one of judged)
      await runCase(one, withDefect(broken)).catch(error => noticed.push(error.message))
    assert.notEqual(noticed.length, 0, 'no case noticed')
  })
}

for (const one of CONFORMANCE) {
  test(`something can break: ${one.name}`, () => {
    const named =
      DEFECTS.some(([promise]) => one.name.includes(promise)) || /^".*" is not the name/.test(one.name)
    assert(named, 'add a defect to the table')
  })
  test(`an honest host passes: ${one.name}`, () => runCase(one, async () => stageOf(honest())))
}

test('a case that needs what the stage has not says so', async () => {
  const one: Case = { name: 'x', needs: ['tunable', 'pid'], run: async () => assert.fail('it ran') }
  const { tunable: _, ...poor } = stageOf(honest())
  assert.deepEqual(unmet(one, poor), ['tunable'])
  await assert.rejects(
    runCase(one, async () => poor),
    /has no tunable/,
  )
})

test('a host is closed and its stage taken down, even after a failure', async () => {
  const closed: string[] = []
  const os = { ...honest(), close: async () => void closed.push('host') }
  const one: Case = { name: 'x', needs: [], run: () => Promise.reject(new Error('broken')) }
  const stage: Stage = { os, close: () => void closed.push('stage') }
  await assert.rejects(
    runCase(one, async () => stage),
    /broken/,
  )
  assert.deepEqual(closed, ['host', 'stage'])
})

test('untold cells are fine', async () => {
  const untold = rows(columns => {
    columns.uid.fill(UNTOLD)
    columns.receiveQueue.fill(UNTOLD)
  })
  const one = CONFORMANCE.find(({ name }) => name === 'columns are well-formed')!
  await runCase(one, withDefect(untold))
})
