import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseCondition } from './condition.ts'
import { findPacket } from './find-packet.ts'
import { agrees, conditionOf, judge, matchText, PACKETS, rulesetText, rulesOf } from './tiny.cases.ts'

const conditionText = fc
  .array(
    matchText.filter(text => !text.includes('@')),
    { maxLength: 2 },
  )
  .map(parts => parts.join(' '))
  .filter(agrees)

test('finds a packet exactly where trying every packet finds one', () => {
  let unknown = 0
  fc.assert(
    fc.property(
      rulesetText(),
      conditionText,
      fc.constantFrom('accept', 'drop', 'reject'),
      (text, condition, wanted) => {
        const ruleset = rulesOf(text)
        const matches = conditionOf(condition)
        const only = rulesOf(
          `table inet t {\n chain c {\n type filter hook input priority 0; policy drop;\n ${condition} accept\n }\n}\n`,
        )
        const there = PACKETS.some(
          one => judge(only, one).kind === 'accept' && judge(ruleset, one).kind === wanted,
        )
        const answer = findPacket(ruleset, { hook: 'input', wanted: [wanted], condition: matches })
        if (answer.found === 'unknown') {
          unknown++
          return
        }
        assert.equal(answer.found, there ? 'yes' : 'no')
      },
    ),
    { numRuns: 300, seed: 7 },
  )
  assert.ok(unknown < 15, `${unknown} of 300 unknown`)
})

test('where there is no chain everything is accepted, and nothing dropped', () => {
  const ruleset = rulesOf('table inet t {\n}\n')
  assert.equal(findPacket(ruleset, { hook: 'forward', wanted: ['accept'] }).found, 'yes')
  assert.equal(findPacket(ruleset, { hook: 'forward', wanted: ['drop', 'reject'] }).found, 'no')
})

test('a witness that only a limit lets through is no witness, and it says on what it depends', () => {
  const ruleset = rulesOf(`table inet t {
    chain c { type filter hook input priority 0; policy drop; limit rate 5/second accept; }
  }`)
  const answer = findPacket(ruleset, { hook: 'input', wanted: ['accept'] })
  assert.equal(answer.found, 'unknown')
  assert.match(answer.found === 'unknown' ? answer.why : '', /limit/)
})

test('beyond its budget it does not know', () => {
  const lines = Array.from({ length: 60 }, (_, i) => `ip saddr 10.0.${i}.0/24 tcp dport ${i}-${i + 9} drop`)
  const ruleset = rulesOf(
    `table inet t {\n chain c {\n type filter hook input priority 0; policy drop;\n${lines.join('\n')}\n meta mark set 7\n accept\n }\n}\n`,
  )
  const answer = findPacket(ruleset, { hook: 'input', wanted: ['reject', 'accept'], steps: 0 })
  assert.equal(answer.found, 'unknown')
  assert.match(answer.found === 'unknown' ? answer.why : '', /budget/)
})

const ROWS: readonly [what: string, rules: string, condition: string, accepted: 'yes' | 'no'][] = [
  ['a reset is TCP’s alone', 'reject with tcp reset; accept', 'udp dport 53', 'yes'],
  ['an answer of ICMP is IPv4’s', 'reject with icmp port-unreachable; accept', 'ip6 saddr fe80::1', 'yes'],
  ['an answer of ICMPv6 is IPv6’s', 'reject with icmpv6 no-route; accept', 'ip saddr 10.0.0.1', 'yes'],
  ['one of icmpx is everybody’s', 'reject with icmpx port-unreachable; accept', 'ip saddr 10.0.0.1', 'no'],
  ['a key that isn’t there ends the rule', 'add @seen { ip saddr } accept', 'ip6 saddr fe80::1', 'no'],
  ['a field that isn’t there isn’t set', 'ip dscp set cs1 accept', 'ip6 saddr fe80::1', 'no'],
  ['nor taken', 'meta mark set ip dscp accept', 'ip6 saddr fe80::1', 'no'],
  ['an option is TCP’s', 'tcp option maxseg size set 1300 accept', 'udp dport 53', 'no'],
]
for (const [what, rules, condition, accepted] of ROWS) {
  test(`${what}: ${rules}`, () => {
    const ruleset = rulesOf(
      `table inet t {\n set seen { type ipv4_addr; flags dynamic; size 9; }\n chain c {\n type filter hook input priority 0; policy drop;\n${rules.replaceAll('; ', '\n')}\n }\n}\n`,
    )
    const answer = findPacket(ruleset, {
      hook: 'input',
      wanted: ['accept'],
      condition: parseCondition(condition),
    })
    assert.equal(answer.found, accepted)
  })
}

test('bits that a rule sets may be any field’s: nothing is proven of it afterwards', () => {
  for (const bits of ['@th,24,8', '@th,0,32']) {
    const ruleset = rulesOf(`table inet t {
      chain c { type filter hook input priority 0; policy drop; ip saddr 10.0.0.1 ${bits} set 22; tcp dport 22 accept; }
    }`)
    const condition = conditionOf('tcp dport 53 ip saddr 10.0.0.1')
    assert.notEqual(findPacket(ruleset, { hook: 'input', wanted: ['accept'], condition }).found, 'no', bits)
  }
})

test('an option that a rule takes away may be missing afterwards', () => {
  const ruleset = rulesOf(`table inet t {
    chain c { type filter hook input priority 0; policy drop; reset tcp option maxseg; tcp option maxseg missing tcp dport 22 accept; }
  }`)
  const condition = conditionOf('tcp option maxseg exists')
  assert.notEqual(findPacket(ruleset, { hook: 'input', wanted: ['accept'], condition }).found, 'no')
})
