/**
 * Shapes of objects that versions of nft write differently, as libnftables-json(5) of each has them: the same value.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Table } from '../../model/filter/ruleset.ts'
import { decodeNftJson } from './nft-json.ts'

function tableOf(...items: unknown[]): Table {
  const { ruleset, warnings } = decodeNftJson(
    JSON.stringify({ nftables: [{ table: { family: 'inet', name: 't' } }, ...items] }),
  )
  assert.deepEqual(warnings, [])
  return ruleset.tables[0]!
}

const AT = { family: 'inet', table: 't' }
const set = (of: object): unknown => ({ set: { ...AT, name: 's', type: 'ipv4_addr', ...of } })
const map = (of: object): unknown => ({ map: { ...AT, name: 'm', type: 'ipv4_addr', map: 'mark', ...of } })
const chain = (of: object): unknown => ({
  chain: { ...AT, name: 'c', type: 'filter', hook: 'ingress', prio: 0, policy: 'accept', ...of },
})
const rule = (...expr: unknown[]): unknown => ({ rule: { ...AT, chain: 'c', expr } })
const payload = (protocol: string, field: string): unknown => ({ payload: { protocol, field } })
const SADDR = payload('ip', 'saddr')

const SAME: readonly [name: string, one: unknown[], other: unknown[]][] = [
  ['one flag or a list of one', [set({ flags: 'interval' })], [set({ flags: ['interval'] })]],
  ['one element or a list of one', [set({ elem: '10.0.0.1' })], [set({ elem: ['10.0.0.1'] })]],
  ['one pair or a list of one', [map({ elem: ['10.0.0.1', 5] })], [map({ elem: [['10.0.0.1', 5]] })]],
  [
    'types by name or by what they are of',
    [set({ type: ['ipv4_addr', 'inet_service'] })],
    [set({ type: { typeof: { concat: [SADDR, payload('tcp', 'dport')] } } })],
  ],
  [
    'map types as one string or a list',
    [map({ map: 'ipv4_addr . inet_service' })],
    [map({ map: ['ipv4_addr', 'inet_service'] })],
  ],
  [
    'an element plain or in its wrapping',
    [set({ elem: ['10.0.0.1'] })],
    [set({ elem: [{ elem: { val: '10.0.0.1' } }] })],
  ],
  [
    'a statement of an element by its name or in a list',
    [set({ elem: [{ elem: { val: '10.0.0.1', counter: { packets: 1, bytes: 2 } } }] })],
    [set({ elem: [{ elem: { val: '10.0.0.1', stmt: [{ counter: { packets: 1, bytes: 2 } }] } }] })],
  ],
  ['one device or a list of one', [chain({ dev: 'eth0' })], [chain({ dev: ['eth0'] })]],
  ['an object alone or in a command', [set({})], [{ add: set({}) }]],
  [
    'elements in the set or after it',
    [set({ elem: ['10.0.0.1'] })],
    [set({}), { element: { ...AT, name: 's', elem: ['10.0.0.1'] } }],
  ],
  [
    'whether a set is filled by rules, said or only seen',
    [set({ flags: ['dynamic'] }), rule({ set: { op: 'add', elem: SADDR, set: '@s' } })],
    [set({}), rule({ set: { op: 'add', elem: SADDR, set: '@s' } })],
  ],
  [
    'a meter, or the set that it is',
    [rule({ meter: { name: 's', size: 9, key: SADDR, stmt: { counter: null } } })],
    [
      set({ size: 9, flags: ['dynamic'] }),
      rule({ set: { op: 'add', elem: SADDR, set: '@s', stmt: [{ counter: null }] } }),
    ],
  ],
  [
    'a place in a routing header inside or beside the name',
    [rule({ match: { op: '==', left: { exthdr: { name: 'rt0', field: 'addr[1]' } }, right: '::1' } })],
    [
      rule({
        match: { op: '==', left: { exthdr: { name: 'rt0', field: 'addr', offset: 1 } }, right: '::1' },
      }),
    ],
  ],
  [
    'an older name of a key',
    [rule({ match: { op: '==', left: { meta: { key: 'secpath' } }, right: true } })],
    [rule({ match: { op: '==', left: { meta: { key: 'ipsec' } }, right: true } })],
  ],
]
for (const [name, one, other] of SAME) {
  test(name, () => assert.deepEqual(tableOf(...one), tableOf(...other)))
}

test('a table of flags, one or several', () => {
  const dormant = (flags: unknown): boolean =>
    decodeNftJson(JSON.stringify({ nftables: [{ table: { family: 'ip', name: 't', flags } }] })).ruleset
      .tables[0]!.dormant
  assert.deepEqual(
    [dormant('dormant'), dormant(['dormant']), dormant([]), dormant(undefined)],
    [true, true, false, false],
  )
})

test('a map filled by rules, as newer versions write it', () => {
  const table = tableOf(
    map({ flags: ['dynamic'] }),
    rule({
      map: {
        op: 'update',
        elem: { elem: { val: SADDR, timeout: 5 } },
        data: { meta: { key: 'mark' } },
        map: '@m',
      },
    }),
  )
  assert.deepEqual(table.chains[0]!.rules[0]!.statements, [
    {
      kind: 'update-set',
      op: 'update',
      set: 'm',
      key: { kind: 'payload', protocol: 'ip', field: 'saddr' },
      timeout: 5,
      value: { kind: 'meta', key: 'mark' },
      statements: [],
    },
  ])
})

test('headers inside a tunnel are not taken for those outside', () => {
  const inner = { payload: { tunnel: 'vxlan', protocol: 'ip', field: 'saddr' } }
  const table = tableOf(rule({ match: { op: '==', left: inner, right: '10.0.0.1' } }))
  const [statement] = table.chains[0]!.rules[0]!.statements
  assert.equal(statement!.kind === 'match' && statement!.left.kind, 'unsupported')
})
