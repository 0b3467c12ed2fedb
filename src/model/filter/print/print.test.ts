/**
 * What the corpus (test/kernel/filter) can't judge, because not every kernel has it: the text is that of nft(8), or of
 * nftables' own tests.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Expression } from '../expression.ts'
import type { Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import { printExpression, printRule, printRuleset, printStatement } from './print.ts'

const queue = (low: number, high: number, bypass: boolean, fanout: boolean): Statement => ({
  kind: 'verdict',
  verdict: { kind: 'queue', low, high, bypass, fanout },
})
const MARK: Expression = { kind: 'meta', key: 'mark' }
const literal = (value: number): Expression => ({ kind: 'literal', value })

const STATEMENTS: readonly [text: string, statement: Statement][] = [
  ['queue to 0', queue(0, 0, false, false)],
  ['queue flags bypass,fanout to 5-7', queue(5, 7, true, true)],
  ['flow add @f', { kind: 'flow-add', flowtable: 'f' }],
  ['last', { kind: 'last' }],
  ['last used 1h5s', { kind: 'last', used: 3605 }],
  ['meta secmark set "sm1"', { kind: 'object', object: 'secmark', name: 'sm1' }],
  ['synproxy name "sp1"', { kind: 'object', object: 'synproxy', name: 'sp1' }],
  ['synproxy', { kind: 'synproxy', flags: [] }],
  [
    'update @m { ip saddr timeout 5m counter : meta mark }',
    {
      kind: 'update-set',
      op: 'update',
      set: 'm',
      key: { kind: 'payload', protocol: 'ip', field: 'saddr' },
      timeout: 300,
      statements: [{ kind: 'counter' }],
      value: MARK,
    },
  ],
  ['xt target "DNAT"', { kind: 'unsupported', text: 'xt target "DNAT"', matches: false, ends: true }],
  [
    'log prefix "a" level info flags tcp sequence,options flags ip options',
    { kind: 'log', prefix: 'a', level: 'info', flags: ['tcp sequence', 'tcp options', 'ip options'] },
  ],
]
for (const [text, statement] of STATEMENTS) {
  test(text, () => assert.equal(printStatement(statement, { family: 'inet' }), text))
}

const bits = (op: '&' | '|' | '^' | '<<' | '>>', left: Expression, right: Expression): Expression => ({
  kind: 'bits',
  op,
  left,
  right,
})
const EXPRESSIONS: readonly [text: string, expression: Expression][] = [
  ['(meta mark | 0x00000001) & 0x00000003', bits('&', bits('|', MARK, literal(1)), literal(3))],
  ['meta mark & 0x00000003 | 0x00000001', bits('|', bits('&', MARK, literal(3)), literal(1))],
  ['(meta mark ^ 0x00000001) << 8', bits('<<', bits('^', MARK, literal(1)), literal(8))],
  ['dccp option 40', { kind: 'header', of: 'dccp-option', name: '40' }],
  ['socket cgroupv2 level 2', { kind: 'socket', key: 'cgroupv2', level: 2 }],
  ['ipsec out spnum 1 ip saddr', { kind: 'ipsec', direction: 'out', spnum: 1, key: 'saddr', family: 'ip' }],
  ['symhash mod 2 offset 7', { kind: 'hash', algorithm: 'symhash', modulus: 2, offset: 7 }],
]
for (const [text, expression] of EXPRESSIONS) {
  test(text, () => assert.equal(printExpression(expression), text))
}

const established: Statement = {
  kind: 'match',
  left: { kind: 'ct', key: 'state' },
  op: '==',
  right: { kind: 'value', value: 6 },
}
const table: Table = {
  family: 'inet',
  name: 't',
  backend: 'nftables',
  dormant: true,
  chains: [{ name: 'c', rules: [{ statements: [established], comment: 'all of them' }] }],
  sets: [],
  objects: [{ kind: 'secmark', name: 's', text: '"system_u:object_r:ssh_t:s0";' }],
  flowtables: [{ name: 'f', hook: 'ingress', priority: 5, devices: ['eth0', 'eth1'], flags: ['offload'] }],
  comment: 'of ours',
}

test('a rule is printed as nft lists it, though nft would read that otherwise', () => {
  assert.equal(
    printRule(table.chains[0]!.rules[0]!, table),
    'ct state established | related comment "all of them"',
  )
})

test('a rule set is printed as nft reads it', () => {
  const ruleset: Ruleset = { tables: [table] }
  assert.equal(
    printRuleset(ruleset),
    `table inet t {
\tflags dormant;
\tcomment "of ours"

\tsecmark s {
\t\t"system_u:object_r:ssh_t:s0"
\t}

\tflowtable f {
\t\thook ingress priority 5;
\t\tdevices = { "eth0", "eth1" };
\t\tflags offload;
\t}

\tchain c {
\t\tct state == established | related comment "all of them"
\t}
}
`,
  )
})
