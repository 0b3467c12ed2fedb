import assert from 'node:assert/strict'
import test from 'node:test'
import { decideAtHook } from '../evaluate.ts'
import type { Ruleset } from '../ruleset.ts'
import { compileClassifier } from './classifier.ts'
import { parseCondition } from './condition.ts'
import { diffRules } from './diff-rules.ts'
import { findPacket } from './find-packet.ts'
import { lintRules } from './lint-rules.ts'
import { chainOf, edited, type Kind, synthetic, syntheticLines, syntheticPackets } from './synthetic.cases.ts'
import { rulesOf } from './tiny.cases.ts'

const KINDS: readonly Kind[] = ['acl', 'host', 'specific-first']
const RULES = 3000

const judge = (ruleset: Ruleset, { packet, surroundings }: ReturnType<typeof syntheticPackets>[number]) =>
  decideAtHook(ruleset, 'input', packet, surroundings, { ties: 'last-first', brief: true }).decision

for (const kind of KINDS) {
  test(`${RULES} rules, ${kind}: the classifier says what the evaluator says`, () => {
    const ruleset = synthetic(RULES, kind)
    const classifier = compileClassifier(ruleset, 'input')
    for (const one of syntheticPackets(300)) {
      const said = classifier.classify(one.packet, one.surroundings)
      const { kind: verdict, rule } = judge(ruleset, one)
      assert.deepEqual([said?.verdict, said?.rule?.index], [verdict, rule?.index])
    }
  })

  test(`${RULES} rules, ${kind}: every question is decided`, () => {
    const ruleset = synthetic(RULES, kind)
    assert.equal(lintRules(ruleset).undecided, 0)
    for (const condition of [
      'tcp dport 22 not saddr 10.0.0.0/8',
      'udp dport 53',
      'tcp dport 23 saddr 10.1.0.0/16',
    ]) {
      for (const wanted of ['accept', 'drop'] as const) {
        const { found } = findPacket(ruleset, {
          hook: 'input',
          wanted: [wanted],
          condition: parseCondition(condition),
        })
        assert.notEqual(found, 'unknown', `${condition} ${wanted}`)
      }
    }
  })

  test(`${RULES} rules, ${kind}: each difference is one for the evaluator, all rules told`, () => {
    const lines = syntheticLines(RULES, kind)
    const [before, after] = [rulesOf(chainOf(lines)), rulesOf(chainOf(edited(lines, 40)))]
    const { differences } = diffRules(before, after)
    for (const { witness } of differences) {
      const one = witness as ReturnType<typeof syntheticPackets>[number]
      assert.notEqual(judge(before, one).kind, judge(after, one).kind)
    }
    const found = diffRules(before, before)
    assert.equal(found.differs, 'no')
  })
}
