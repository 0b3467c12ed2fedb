import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import type { SocketColumns } from '../../../model/socket-columns.ts'
import type { SocketQuery } from '../../../os/os.ts'
import { not } from './ast.ts'
import { compileFilter } from './compile.ts'
import { filterOf, parseFilter } from './filter.ts'
import { randomFilter, randomTable } from './random-filter.cases.ts'
import { factsOf, processOf } from './rows.cases.ts'
import { isUndecided, NO, YES } from './verdict.ts'

const PORTED = ['tcp', 'udp', 'sctp', 'dccp']
const TALKING = SOCKET_STATES.filter(state => !['listen', 'time-wait', 'syn-recv'].includes(state))

const ROWS: readonly [filter: string, query: SocketQuery][] = [
  ['', {}],
  ['name~x', { states: SOCKET_STATES.filter(state => state !== 'time-wait' && state !== 'syn-recv') }],
  ['listen', { states: ['listen'] }],
  ['not listen', { states: SOCKET_STATES.filter(state => state !== 'listen') }],
  ['listen or time-wait', { states: ['listen', 'time-wait'] }],
  ['listen and time-wait', { states: [] }],
  [
    'not (not listen or proto udp)',
    { states: ['listen'], protocols: SOCKET_PROTOCOLS.filter(p => p !== 'udp') },
  ],
  ['sport = 22', { localPort: 22, protocols: PORTED, families: ['ipv4', 'ipv6'] } as SocketQuery],
  ['sport = 22 or sport = 23', { protocols: PORTED, families: ['ipv4', 'ipv6'] } as SocketQuery],
  [
    'sport = 22 or (sport = 22 and listen)',
    { localPort: 22, protocols: PORTED, families: ['ipv4', 'ipv6'] } as SocketQuery,
  ],
  [
    'dport = 443 and established',
    {
      peerPort: 443,
      states: ['established', 'connected'],
      protocols: PORTED,
      families: ['ipv4', 'ipv6'],
    } as SocketQuery,
  ],
  ['not sport = 22', {}],
  ['port 22', { protocols: PORTED, families: ['ipv4', 'ipv6'] } as SocketQuery],
  ['sport = 22 or name=x', { states: [...SOCKET_STATES] }],
  ['src 10/8', { families: ['ipv4', 'ipv6'], protocols: SOCKET_PROTOCOLS.filter(p => p !== 'unix') }],
  ['src ::1', { families: ['ipv6'], protocols: SOCKET_PROTOCOLS.filter(p => p !== 'unix') }],
  ['unix:/x', { families: ['unix'], protocols: ['unix'] }],
  ['proto udp', { protocols: ['udp'] }],
  ['queue>1%', { states: ['listen'] }],
  ['rtt>1ms', { states: TALKING, protocols: ['tcp'], families: ['ipv4', 'ipv6'], details: ['tcp'] }],
  ['drops>0', { details: ['queues'] }],
]

for (const [filter, query] of ROWS) {
  test(`"${filter}" asks for ${JSON.stringify(query)}`, () => {
    const found = parseFilter(filter).narrow({})
    const wanted = { ...query }
    // All states asked for by name are as good as none named.
    if (wanted.states?.length === SOCKET_STATES.length) delete (wanted as { states?: unknown }).states
    assert.deepEqual(found, wanted)
  })
}

const MET: readonly [filter: string, asked: SocketQuery, query: SocketQuery][] = [
  ['listen', { states: ['listen', 'bound'] }, { states: ['listen'] }],
  ['listen', { states: ['bound'] }, { states: [] }],
  ['proto tcp', { protocols: ['udp', 'tcp'], netns: [4] }, { protocols: ['tcp'], netns: [4] }],
  ['name~x', { states: ['listen'] }, { states: ['listen'] }],
  [
    'sport = 22',
    { localPort: 22 },
    { localPort: 22, protocols: PORTED, families: ['ipv4', 'ipv6'] } as SocketQuery,
  ],
  ['sport = 22', { localPort: 23 }, { localPort: 23, protocols: [], families: ['ipv4', 'ipv6'] }],
  ['drops>0', { details: ['tcp'] }, { details: ['tcp', 'queues'] }],
]

for (const [filter, asked, query] of MET) {
  test(`"${filter}" narrows ${JSON.stringify(asked)}`, () =>
    assert.deepEqual(parseFilter(filter).narrow(asked), query))
}

const FACTS = factsOf({
  now: 100_000,
  processes: {
    0: [processOf({ pid: 1, name: 'node', unit: 'a', container: { runtime: 'docker', id: 'node' } })],
    1: [processOf({ pid: 2, name: 'x y', startedAt: 99_000 }), processOf({ pid: 3 })],
  },
  noOwner: { 2: 'kernel' },
  users: { 0: 'alice', 1: 'a b' },
  exposure: { 0: 'host', 1: 'public', 2: 'link' },
  groups: { 0: { path: '/x', unit: 'node' } },
  interfaces: { 1: 'alice', 2: 'node' },
  namespaces: { 0: { name: 'node', self: true } },
})

test('law: what a filter accepts, its query accepts', () => {
  let accepted = 0
  fc.assert(
    fc.property(randomFilter, randomTable, (tree, columns) => {
      const query = filterOf(tree).narrow({})
      const judge = compileFilter(tree)
      for (let row = 0; row < columns.length; row++) {
        if (judge(columns, row, FACTS) !== YES) continue
        accepted++
        assert.ok(accepts(query, columns, row), `row ${row} is lost`)
      }
    }),
    { numRuns: 3000 },
  )
  assert.ok(accepted > 1000, `${accepted} rows put it to the test`)
})

test('law: a candidate is what facts can still make a match, and knowing more only decides', () => {
  fc.assert(
    fc.property(randomFilter, randomTable, (tree, columns) => {
      const judge = compileFilter(tree)
      for (let row = 0; row < columns.length; row++) {
        const before = judge(columns, row, null)
        if (!isUndecided(before)) assert.equal(judge(columns, row, FACTS), before)
      }
    }),
    { numRuns: 1000 },
  )
})

test('law: not turns yes and no round, and leaves what is undecided', () => {
  fc.assert(
    fc.property(randomFilter, randomTable, (tree, columns) => {
      const judge = compileFilter(tree)
      const opposite = compileFilter(not(tree))
      for (let row = 0; row < columns.length; row++) {
        const verdict = judge(columns, row, FACTS)
        assert.equal(opposite(columns, row, FACTS), verdict === YES ? NO : verdict === NO ? YES : verdict)
      }
    }),
    { numRuns: 500 },
  )
})

/** The query, read plainly. */
function accepts(query: SocketQuery, columns: SocketColumns, row: number): boolean {
  const among = <T>(list: readonly T[] | undefined, one: T): boolean =>
    list === undefined || list.includes(one)
  return (
    among(query.states, SOCKET_STATES[columns.state[row]!]!) &&
    among(query.protocols, SOCKET_PROTOCOLS[columns.protocol[row]!]!) &&
    among(query.families, FAMILIES[columns.family[row]!]!) &&
    (query.localPort === undefined || query.localPort === columns.localPort[row]) &&
    (query.peerPort === undefined || query.peerPort === columns.peerPort[row])
  )
}
