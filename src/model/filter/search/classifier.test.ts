import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compileClassifier } from './classifier.ts'
import { judge, PACKETS, rulesetText, rulesOf } from './tiny.cases.ts'

test('names the verdict and the rule that the evaluator names', () => {
  let asked = 0
  let answered = 0
  fc.assert(
    fc.property(rulesetText(), text => {
      const ruleset = rulesOf(text)
      const classifier = compileClassifier(ruleset, 'input')
      for (let i = 0; i < PACKETS.length; i += 5) {
        const one = PACKETS[i]!
        const decision = judge(ruleset, one)
        const said = classifier.classify(one.packet, one.surroundings)
        asked++
        if (said === null) continue
        answered++
        assert.equal(said.verdict, decision.kind)
        assert.deepEqual(
          [said.rule?.chain.name, said.rule?.index],
          [decision.rule?.chain, decision.rule?.index],
        )
        assert.deepEqual(said.policy, decision.policy)
      }
    }),
    { numRuns: 200, seed: 11 },
  )
  assert.ok(answered > asked * 0.95, `${answered} of ${asked} were answered`)
})
