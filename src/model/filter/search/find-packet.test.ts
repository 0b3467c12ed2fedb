import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
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
