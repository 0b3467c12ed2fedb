import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCondition } from './condition.ts'
import { conditionTerms } from './condition-terms.ts'
import { type IsOutside, plainlyOutside } from './plainly-outside.ts'
import { rulesOf } from './tiny.cases.ts'
import { Universe } from './universe.ts'

const chain = (lines: string): string =>
  `table inet t {\n set s { type ipv4_addr; elements = { 10.0.0.1 } }\n chain other { ${lines} }\n chain c {\n type filter hook input priority 0; policy drop;\n jump other\n }\n}\n`

function judgeOf(rule: string, condition: string): [IsOutside | undefined, Parameters<IsOutside>[0]] {
  const ruleset = rulesOf(chain(rule))
  const terms = conditionTerms(parseCondition(condition), 'input', 'ip', new Universe())
  return [plainlyOutside(ruleset, 'input', 'ip', terms), ruleset.tables[0]!.chains[0]!.rules[0]!]
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
  ['meta l4proto udp accept', 'tcp dport 22', true, 'another protocol by number'],
]

for (const [rule, condition, outside, why] of CASES) {
  test(`${rule} for ${condition}: ${why}`, () => {
    const [isOutside, parsed] = judgeOf(rule, condition)
    assert.equal(isOutside!(parsed), outside)
  })
}

test('nothing is told where a called chain rewrites headers, nor of any packet at all', () => {
  assert.equal(judgeOf('tcp dport set 22', 'tcp dport 22')[0], undefined)
  assert.equal(judgeOf('tcp dport 80 accept', 'meta mark 1')[0], undefined)
})
