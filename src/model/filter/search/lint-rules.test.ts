import assert from 'node:assert/strict'
import test from 'node:test'
import { lintRules } from './lint-rules.ts'
import { rulesOf } from './tiny.cases.ts'

/** The rules of one input chain, and what is to be said: code and place of the rule, from 1, or `chain`. */
type Row = readonly [name: string, rules: string, said: readonly string[], policy?: 'accept' | 'drop']

const ROWS: readonly Row[] = [
  ['nothing wrong', 'ct state established accept; ip saddr 10.0.0.0/8 tcp dport 22 accept', []],
  ['the same rule twice', 'ip saddr 10.0.0.1 accept; ip saddr 10.0.0.1 accept', ['rule-shadowed-same 2']],
  [
    'the same packets, the other verdict',
    'ip saddr 10.0.0.1 drop; ip saddr 10.0.0.1 accept',
    ['rule-contradicted 2'],
  ],
  [
    'a wider rule before, otherwise',
    'ip saddr 10.0.0.0/8 counter accept; ip saddr 10.0.0.1 tcp dport 22 drop',
    ['rule-shadowed 2'],
  ],
  [
    'a wider rule before, the same',
    'ip saddr 10.0.0.0/8 accept; ip saddr 10.0.0.1 tcp dport 22 accept',
    ['rule-shadowed-same 2'],
  ],
  [
    'two that cover it together',
    'tcp dport 1-100 ip saddr 10.0.0.0/8 accept; tcp dport 101-200 ip saddr 10.0.0.0/8 accept; tcp dport 50-150 ip saddr 10.0.0.0/8 log drop',
    ['rule-shadowed 3'],
  ],
  [
    'two that leave a gap',
    'tcp dport 1-100 ip saddr 10.0.0.0/8 accept; tcp dport 102-200 ip saddr 10.0.0.0/8 accept; tcp dport 50-150 ip saddr 10.0.0.0/8 log drop',
    [],
  ],
  [
    'after a rule for everything',
    'ip saddr 10.0.0.0/8 tcp dport 9 accept; log drop; ip saddr 10.0.0.1 tcp dport 22 accept',
    ['rule-unreachable 3'],
  ],
  [
    'conditions that exclude each other',
    'ip saddr 10.0.0.1 ip saddr 10.0.0.2 accept',
    ['rule-unmatchable 1'],
  ],
  ['an interface that input doesn’t have', 'oifname "eth0" accept', ['rule-unmatchable 1']],
  [
    'negation isn’t shadowed by what it excludes',
    'ip saddr != 10.0.0.1 tcp dport 9 accept; ip saddr 10.0.0.1 tcp dport 9 accept',
    [],
  ],
  [
    'negation covers the rest',
    'ip saddr != 10.0.0.1 tcp dport 9 accept; ip saddr 10.0.0.2 tcp dport 9 log drop',
    ['rule-shadowed 2'],
  ],
  ['flags that differ', 'ip saddr 10.0.0.1 tcp flags syn accept; ip saddr 10.0.0.1 tcp flags ack accept', []],
  [
    'flags that are among others',
    'ip saddr 10.0.0.1 tcp flags & (syn | ack) == syn accept; ip saddr 10.0.0.1 tcp flags == syn log drop',
    ['rule-shadowed 2'],
  ],
  [
    'a limit doesn’t take everything',
    'ip saddr 10.0.0.1 limit rate 5/second accept; ip saddr 10.0.0.1 log accept',
    [],
  ],
  [
    'two limits are two facts',
    'ip saddr 10.0.0.1 limit rate 5/second accept; ip saddr 10.0.0.1 limit rate 5/second accept',
    [],
  ],
  [
    'another protocol’s port isn’t meant',
    'ip saddr 10.0.0.1 tcp dport != 22 accept; ip saddr 10.0.0.1 udp dport 53 accept',
    [],
  ],
  ['dropped by the policy anyway', 'ip saddr 10.0.0.1 tcp dport 22 drop', ['rule-redundant 1']],
  ['dropped by the policy, but logged', 'ip saddr 10.0.0.1 tcp dport 22 log drop', []],
  [
    'accepted by a later rule anyway',
    'ip saddr 10.0.0.1 accept; ip saddr 10.0.0.0/8 accept',
    ['rule-redundant 1'],
  ],
  ['an exception of a later rule', 'ip saddr 10.0.0.1 drop; ip saddr 10.0.0.0/8 accept', []],
  ['everything from anywhere', 'iif "lo" accept; tcp dport 0-65535 accept', ['rule-accepts-everything 2']],
  ['everything from anywhere, plainly', 'ip saddr 10.0.0.1 log drop; accept', ['rule-accepts-everything 2']],
  ['a database for everybody', 'tcp dport { 443, 5432 } accept', ['rule-accepts-sensitive-port 1']],
  ['a database for some', 'ip saddr 10.0.0.0/8 tcp dport 5432 accept', []],
  ['a database for what is known already', 'ct state established tcp dport 5432 accept', []],
  ['a policy that lets in', 'ip saddr 10.0.0.1 drop', ['policy-accepts chain'], 'accept'],
  [
    'never hit',
    'ip saddr 10.0.0.1 counter packets 7 bytes 9 accept; ip saddr 10.0.0.2 counter packets 0 bytes 0 accept',
    ['rule-never-hit 2'],
  ],
  [
    'nothing hit yet',
    'ip saddr 10.0.0.1 counter packets 0 bytes 0 accept; ip saddr 10.0.0.2 counter packets 0 bytes 0 accept',
    [],
  ],
  [
    'a mark that is set before it is asked',
    'ip saddr 10.0.0.1 meta mark set 1; meta mark 1 ip saddr 10.0.0.1 accept',
    [],
  ],
]

for (const [name, rules, said, policy = 'drop'] of ROWS) {
  test(`lint: ${name}`, () => {
    const lines = rules.split('; ').join('\n')
    const text = `table inet t {\n chain c {\n type filter hook input priority 0; policy ${policy};\n${lines}\n }\n}\n`
    const { findings, undecided } = lintRules(rulesOf(text))
    const found = findings.map(({ code, subject }) => `${code} ${/rule (\d+)/.exec(subject)?.[1] ?? 'chain'}`)
    assert.deepEqual(found, said)
    assert.equal(undecided, 0)
  })
}

test('names the rules that keep packets away', () => {
  const [finding] = lintRules(
    rulesOf(`table inet t {
      chain c {
        type filter hook input priority 0; policy drop;
        ip saddr 10.0.0.0/8 tcp dport 22 accept
        ip saddr 10.1.0.0/16 tcp dport 22 drop
      }
    }`),
  ).findings
  assert.equal(finding!.severity, 'high')
  assert.deepEqual(
    finding!.evidence.map(({ source, says }) => `${source}: ${says}`),
    [
      'inet t c, rule 2: ip saddr 10.1.0.0/16 tcp dport 22 drop',
      'inet t c, rule 1: ip saddr 10.0.0.0/8 tcp dport 22 accept',
    ],
  )
})

test('chains: unused ones, called ones, dropped before', () => {
  const { findings } = lintRules(
    rulesOf(`table inet t {
      chain unused { tcp dport 1 accept; }
      chain called { ip saddr 10.0.0.1 accept; udp dport 53 accept; }
      chain early { type filter hook input priority -10; policy accept; ip saddr 10.0.0.1 drop; }
      chain main { type filter hook input priority 0; policy drop; meta l4proto tcp jump called; }
    }`),
  )
  assert.deepEqual(
    findings.map(({ code, subject }) => `${code}: ${subject}`),
    [
      'chain-unused: inet t unused',
      'rule-shadowed: inet t called, rule 1',
      'rule-unreachable: inet t called, rule 2',
    ],
  )
})

test('a set that a program fills is not taken for empty', () => {
  const { findings } = lintRules(
    rulesOf(`table inet t {
      set banned { type ipv4_addr; flags timeout; }
      chain c { type filter hook input priority 0; policy drop; ip saddr @banned drop; ip saddr 10.0.0.0/8 tcp dport 22 accept; }
    }`),
  )
  assert.deepEqual(findings, [])
})

test('beyond its budget it says how much it does not know', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `ip saddr 10.0.${i}.0/24 meta mark set ${i}`).join('\n')
  const text = `table inet t {\n chain c {\n type filter hook input priority 0; policy drop;\n${lines}\nmeta mark 99 accept\n }\n}`
  const { undecided, why } = lintRules(rulesOf(text), { steps: 20 })
  assert.ok(undecided > 0)
  assert.match(why!, /budget of 20 steps/)
})
