import assert from 'node:assert/strict'
import test from 'node:test'
import { diffRules } from './diff-rules.ts'
import { rulesOf } from './tiny.cases.ts'

const chain = (rules: string, policy = 'drop'): string =>
  `table inet t {\n chain c {\n type filter hook input priority 0; policy ${policy};\n${rules.split('; ').join('\n')}\n }\n}\n`

/** Rules before and after, and what is to be said of each difference: its code, and who decided before and after. */
type Row = readonly [name: string, before: string, after: string, said: readonly string[]]

const ROWS: readonly Row[] = [
  ['nothing changed', 'tcp dport 22 accept', 'tcp dport 22 accept', []],
  ['a rule more', '', 'tcp dport 22 accept', ['now-accepted: policy, 1']],
  ['a rule less', 'tcp dport 22 accept', '', ['no-longer-accepted: 1, policy']],
  ['turned about', 'tcp dport 22 accept', 'tcp dport 22 reject', ['no-longer-accepted: 1, 1']],
  [
    'another answer',
    'tcp dport 22 reject',
    'tcp dport 22 reject with tcp reset',
    ['treated-otherwise: 1, 1'],
  ],
  [
    'one more port',
    'tcp dport { 22, 80 } accept',
    'tcp dport { 22, 80, 443 } accept',
    ['now-accepted: policy, 1'],
  ],
  [
    'one address that is out',
    'ip saddr 10.0.0.0/8 accept',
    'ip saddr 10.0.0.1 drop; ip saddr 10.0.0.0/8 accept',
    ['no-longer-accepted: 1, 1'],
  ],
  [
    'order that makes no difference',
    'tcp dport 22 accept; tcp dport 80 accept',
    'tcp dport 80 accept; tcp dport 22 accept',
    [],
  ],
  [
    'order that does',
    'ip saddr 10.0.0.1 drop; ip saddr 10.0.0.0/8 accept',
    'ip saddr 10.0.0.0/8 accept; ip saddr 10.0.0.1 drop',
    ['now-accepted: 1, 1'],
  ],
  ['one rule for two', 'tcp dport 22 accept; tcp dport 80 accept', 'tcp dport { 22, 80 } accept', []],
  [
    'a rule that no packet comes to',
    'tcp dport 1-100 accept',
    'tcp dport 1-100 accept; tcp dport 22 drop',
    [],
  ],
  ['a counter', 'tcp dport 22 accept', 'tcp dport 22 counter accept', []],
  [
    'the same through a chain',
    'ip saddr 10.0.0.0/8 tcp dport 22 accept',
    'ip saddr 10.0.0.0/8 jump more',
    [],
  ],
]

const place = (decision: { rule?: { index: number } }): string =>
  decision.rule === undefined ? 'policy' : String(decision.rule.index + 1)

for (const [name, before, after, said] of ROWS) {
  test(`diff: ${name}`, () => {
    const more = after.includes('jump more')
      ? 'table inet t {\n chain more {\n tcp dport 22 accept\n }\n}\n'
      : ''
    const { differs, differences, findings } = diffRules(rulesOf(chain(before)), rulesOf(more + chain(after)))
    const codes = differences.map(
      (one, i) => `${findings[i]!.code}: ${place(one.before.decision)}, ${place(one.after.decision)}`,
    )
    assert.deepEqual([...new Set(codes)], said)
    assert.equal(differs, said.length > 0 ? 'yes' : 'no')
  })
}

test('a packet that a limit may stop is no proof, and it is said', () => {
  const { differs, why } = diffRules(
    rulesOf(chain('ip saddr 10.0.0.1 limit rate 5/second accept')),
    rulesOf(chain('ip saddr 10.0.0.1 limit rate 9/second accept')),
  )
  assert.equal(differs, 'unknown')
  assert.match(why!, /isn’t known/)
})

test('a finding has the packet, and who decided before and after', () => {
  const [finding] = diffRules(rulesOf(chain('')), rulesOf(chain('tcp dport 22 accept'))).findings
  assert.equal(
    finding!.says,
    'tcp 198.51.100.7:40000 -> 192.0.2.1:22 in eth0: drop before, accept after, at input',
  )
  assert.deepEqual(
    finding!.evidence.map(({ says }) => says),
    ['drop by inet t c, policy drop', 'accept by inet t c, rule 1: tcp dport 22 accept'],
  )
})

test('tables that carry no IP packets are not called equal', () => {
  const bridge = (port: number): string =>
    `table bridge b {\n chain c {\n type filter hook forward priority 0; policy accept;\n tcp dport ${port} drop\n }\n}\n`
  const { differs, why } = diffRules(rulesOf(bridge(1)), rulesOf(bridge(2)))
  assert.equal(differs, 'unknown')
  assert.match(why!, /bridge/)
})
