import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCondition } from './condition.ts'
import { conditionTerms } from './condition-terms.ts'
import { plainlyOutside } from './plainly-outside.ts'
import { rulesOf } from './tiny.cases.ts'
import { Universe } from './universe.ts'

const chain = (lines: string): string =>
  `table inet t {\n set s { type ipv4_addr; elements = { 10.0.0.1 } }\n chain other { ${lines} }\n chain c {\n type filter hook input priority 0; policy drop;\n jump other\n }\n}\n`

/** Whether the rule is left out; undefined where nothing can be told. */
function isOutside(rule: string, condition: string): boolean | undefined {
  const ruleset = rulesOf(chain(rule))
  const terms = conditionTerms(parseCondition(condition), 'input', 'ip', new Universe())
  const remaining = plainlyOutside(ruleset, 'input', 'ip', terms)
  return remaining && remaining.get(ruleset.tables[0]!.chains[0]!)!.length === 0
}

const CASES: readonly [rule: string, condition: string, outside: boolean, why: string][] = [
  ['tcp dport 80 accept', 'tcp dport 22', true, 'another port'],
  ['tcp dport 20-22 accept', 'tcp dport 22', false, 'the port is in its range'],
  ['tcp dport { 20, 22 } accept', 'tcp dport 22', false, 'the port is in its set'],
  ['tcp dport { 20, 23 } accept', 'tcp dport 22', true, 'the port is not in its set'],
  ['tcp dport != 80 accept', 'tcp dport 22', false, 'a negated match is left in'],
  ['udp dport 22 accept', 'tcp dport 22', true, 'another protocol, implied by the header'],
  ['th dport 80 accept', 'tcp dport 22', false, 'th reads what stands there, of any protocol'],
  ['ip saddr 10.1.0.0/16 accept', 'not saddr 10.0.0.0/8', true, 'within what is excluded'],
  ['ip saddr 8.0.0.0/6 accept', 'not saddr 10.0.0.0/8', false, 'reaches beyond what is excluded'],
  ['ip saddr @s accept', 'ip saddr 10.0.0.2', false, 'sets are not looked into'],
  ['meta mark set 1 tcp dport 80 accept', 'tcp dport 22', false, 'it does something before it asks'],
  ['ip protocol udp accept', 'tcp dport 22', true, 'another protocol by the header’s number'],
  ['ip6 saddr fe80::1 accept', 'ip saddr 10.0.0.2', true, 'no packet of the family has the header'],
  ['icmpv6 type echo-request accept', 'ip saddr 10.0.0.2', true, 'nor the transport of the other one'],
  ['meta l4proto udp accept', 'tcp dport 22', true, 'another protocol by number'],
]

for (const [rule, condition, outside, why] of CASES) {
  test(`${rule} for ${condition}: ${why}`, () => assert.equal(isOutside(rule, condition), outside))
}

test('nothing is told where a called chain rewrites headers, nor of any packet at all', () => {
  assert.equal(isOutside('tcp dport set 22', 'tcp dport 22'), undefined)
  assert.equal(isOutside('tcp dport 80 accept', 'meta mark 1'), undefined)
})
