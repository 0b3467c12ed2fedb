import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { decodeNftJson } from './nft-json.ts'

const document = (...items: unknown[]): string => JSON.stringify({ nftables: items })
const TABLE = { table: { family: 'inet', name: 't', handle: 1 } }

/** The statements of one rule in table inet t, as the decoder reads them. */
function statements(...expr: unknown[]): readonly Statement[] {
  const rule = { rule: { family: 'inet', table: 't', chain: 'c', handle: 2, expr } }
  return decodeNftJson(document(TABLE, rule)).ruleset.tables[0]!.chains[0]!.rules[0]!.statements
}

const WRONG: readonly [name: string, text: string, line: number, column: number, why: RegExp][] = [
  ['nothing', '', 1, 1, /nothing is there/],
  ['cut off in a string', '{"nftables": [{"table": {"fam', 1, 26, /a name in double quotes/],
  [
    'cut off between items',
    '{"nftables": [\n{"table": {"family": "ip", "name": "t"}},',
    2,
    42,
    /ends in the middle/,
  ],
  [
    'cut off at the end',
    '{"nftables": [{"table": {"family": "ip", "name": "t"}}]',
    1,
    56,
    /ends in the middle/,
  ],
  ['a comma too many', '{"nftables": [\n\n  {"a": 1},, {}]}', 3, 12, /a value was expected/],
  ['no colon', '{"nftables" []}', 1, 13, /":" was expected/],
  ['something after the end', '{"nftables": []} {}', 1, 18, /the end was expected/],
  ['single quotes', "{'nftables': []}", 1, 2, /a name in double quotes/],
  ['another document', '{"sockets": []}', 1, 1, /no list "nftables"/],
  ['a list', '[1]', 1, 1, /no list "nftables"/],
  ['a number as item', '{"nftables": [\n  {"metainfo": {}},\n  5]}', 3, 3, /one member/],
  [
    'a family that there is not',
    '{"nftables": [{"table": {"family": "ipx", "name": "t"}}]}',
    1,
    15,
    /family/,
  ],
  [
    'a chain on a hook that there is not',
    '{"nftables": [\n{"chain": {"family": "ip", "table": "t", "name": "c", "type": "filter", "hook": "x", "prio": 0}}]}',
    2,
    1,
    /type, hook and priority/,
  ],
  [
    'flags that nft 1.0.6 took from freed memory',
    '{"nftables": [{"table": {"family": "ip6", "name": "t", "handle": 1, "flags": "b"}}]}',
    1,
    15,
    /flags of table ip6 t/,
  ],
]

for (const [name, text, line, column, why] of WRONG) {
  test(`refused, with its place: ${name}`, () => {
    assert.throws(
      () => decodeNftJson(text),
      error => {
        assert.ok(isFault(error) && error.code === 'E_RULES_SYNTAX', String(error))
        assert.match(error.message, why)
        assert.deepEqual([error.details.line, error.details.column], [line, column])
        return true
      },
    )
  })
}

test('every beginning of a rule set is refused, and none of them crashes', () => {
  const whole = document(TABLE, {
    rule: { family: 'inet', table: 't', chain: 'c', expr: [{ accept: null }] },
  })
  for (let length = 0; length < whole.length; length++) {
    assert.throws(
      () => decodeNftJson(whole.slice(0, length)),
      error => isFault(error),
      whole.slice(0, length),
    )
  }
})

const PORT = { payload: { protocol: 'tcp', field: 'dport' } }
const SAME: readonly [name: string, one: unknown, other: unknown][] = [
  [
    'a list and an anonymous set',
    { match: { op: '==', left: PORT, right: { set: [22, 80] } } },
    { match: { op: 'in', left: PORT, right: [22, 80] } },
  ],
  [
    'a set of one, listed or alone',
    { match: { op: '==', left: PORT, right: { set: [22] } } },
    { match: { op: '==', left: PORT, right: { set: 22 } } },
  ],
  [
    'operators of two and of three operands',
    { match: { op: '==', left: { '&': [{ '&': [{ meta: { key: 'mark' } }, 15] }, 7] }, right: 1 } },
    { match: { op: '==', left: { '&': [{ meta: { key: 'mark' } }, 15, 7] }, right: 1 } },
  ],
  [
    'a conntrack address with its family inside or beside',
    { match: { op: '==', left: { ct: { key: 'ip saddr', dir: 'original' } }, right: '10.0.0.1' } },
    { match: { op: '==', left: { ct: { key: 'saddr', family: 'ip', dir: 'original' } }, right: '10.0.0.1' } },
  ],
  ['reject as it is by itself', { reject: null }, { reject: { type: 'icmpx', expr: 'port-unreachable' } }],
  ['one flag of NAT', { masquerade: { flags: 'random' } }, { masquerade: { flags: ['random'] } }],
  [
    'flags as a list and joined by "|"',
    { match: { op: '==', left: { ct: { key: 'state' } }, right: { '|': ['new', 'related'] } } },
    { match: { op: '==', left: { ct: { key: 'state' } }, right: ['new', 'related'] } },
  ],
]

for (const [name, one, other] of SAME) {
  test(`versions of nft differ, the value does not: ${name}`, () => {
    assert.deepEqual(statements(one), statements(other))
    assert.notEqual(statements(one)[0]!.kind, 'unsupported')
  })
}

const KEPT: readonly [name: string, json: unknown, text: string, matches: boolean, ends: boolean][] = [
  [
    'an extension of iptables that matches',
    { xt: { type: 'match', name: 'multiport' } },
    'xt match "multiport"',
    true,
    false,
  ],
  [
    'an extension of iptables that acts',
    { xt: { type: 'target', name: 'DNAT' } },
    'xt target "DNAT"',
    false,
    true,
  ],
  [
    'what nft itself has only text for',
    'update @m { ip saddr : meta mark }',
    'update @m { ip saddr : meta mark }',
    true,
    true,
  ],
  ['a statement of a later day', { teleport: { to: 'mars' } }, '{"teleport":{"to":"mars"}}', true, true],
  [
    'a value that the datatype has not',
    { match: { op: '==', left: PORT, right: 'elephant' } },
    '{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":"elephant"}}',
    true,
    true,
  ],
]

for (const [name, json, text, matches, ends] of KEPT) {
  test(`kept as unsupported: ${name}`, () => {
    assert.deepEqual(statements(json), [{ kind: 'unsupported', text, matches, ends }])
  })
}

test('numbers that a number cannot hold are exact, also those that nft writes with a sign', () => {
  const bytes = (right: string): unknown =>
    decodeNftJson(
      `{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"match": {"op": ">", "left": {"ct": {"key": "bytes"}}, "right": ${right}}}]}}]}`,
    ).ruleset.tables[0]!.chains[0]!.rules[0]!.statements[0]
  const left = { kind: 'ct', key: 'bytes' }
  const row = (value: bigint): unknown => ({ kind: 'match', left, op: '>', right: { kind: 'value', value } })
  assert.deepEqual(bytes('99999999999999999'), row(99999999999999999n))
  assert.deepEqual(bytes('5'), row(5n))
  assert.deepEqual(bytes('-446744073709551616'), row(18000000000000000000n))
})

test('hours over midnight, as nft lists them where the clock is not that of UTC', () => {
  const [statement] = statements({
    match: { op: '==', left: { meta: { key: 'hour' } }, right: { range: ['22:00', '06:00'] } },
  })
  assert.deepEqual(statement, {
    kind: 'match',
    left: { kind: 'meta', key: 'hour' },
    op: '==',
    right: {
      kind: 'set',
      elements: [
        { kind: 'range', low: 0, high: 21_600 },
        { kind: 'range', low: 79_200, high: 86_399 },
      ],
    },
  })
})

test('rules, sets and chains come in any order; a rule may have no expressions', () => {
  const { ruleset, warnings } = decodeNftJson(
    document(
      { rule: { family: 'ip', table: 't', chain: 'c', handle: 5 } },
      { chain: { family: 'ip', table: 't', name: 'c', handle: 1 } },
      { table: { family: 'ip', name: 't', handle: 1 } },
    ),
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(ruleset.tables[0]!.chains, [
    { name: 'c', handle: 1, rules: [{ handle: 5, statements: [] }] },
  ])
})

test('what the value cannot hold is a warning', () => {
  const { warnings } = decodeNftJson(
    document(
      TABLE,
      {
        chain: {
          family: 'inet',
          table: 't',
          name: 'i',
          type: 'filter',
          hook: 'ingress',
          prio: 0,
          policy: 'accept',
        },
      },
      { set: { family: 'inet', table: 't', name: 's', type: 'ipv4_addr', elem: ['10.0.0.1', { odd: 1 }] } },
      { novelty: { family: 'inet', table: 't', name: 'n' } },
    ),
  )
  assert.deepEqual(warnings, [
    'chain inet t i: this version of nft leaves its devices out',
    'set inet t s: an element was not understood: {"odd":1}',
    'novelty inet t n: is left out: {"family":"inet","table":"t","name":"n"}',
  ])
})

test('what every object has is no word of nft', () => {
  for (const word of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const expr = [
      `{"${word}": {"a": 1}}`,
      `{"match": {"op": "${word}", "left": {"meta": {"key": "mark"}}, "right": 1}}`,
      `{"match": {"op": "==", "left": {"${word}": {"key": "mark"}}, "right": 1}}`,
      `{"limit": {"rate": 1, "per": "${word}"}}`,
    ]
    const { ruleset } = decodeNftJson(
      `{"nftables": [{"table": {"family": "inet", "name": "t", "handle": 1}}, {"chain": {"family": "inet", "table": "t", "name": "c", "handle": 1}}, {"rule": {"family": "inet", "table": "t", "chain": "c", "handle": 2, "expr": [${expr}]}}]}`,
    )
    const { statements } = ruleset.tables[0]!.chains[0]!.rules[0]!
    const said = statements.map(one => (one.kind === 'match' ? one.left.kind : one.kind))
    assert.deepEqual(said, ['unsupported', 'unsupported', 'unsupported', 'unsupported'], word)
  }
})
