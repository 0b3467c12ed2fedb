import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { diffRules } from './diff-rules.ts'
import { judge, PACKETS, reads, rulesetText, rulesOf } from './tiny.cases.ts'

/** Lines of rules taken out, doubled or turned about. */
function mutate(text: string, edits: readonly (readonly [number, number])[]): string {
  const lines = text.split('\n')
  for (const [where, how] of edits) {
    const rules = lines.flatMap((line, i) => (/^ {4}(?!type).*\S/.test(line) ? [i] : []))
    const at = rules[where % Math.max(1, rules.length)]
    if (at === undefined) break
    if (how === 0) lines.splice(at, 1)
    else if (how === 1) lines.splice(at, 0, lines[rules[(where * 7) % rules.length]!]!)
    else if (how === 2)
      lines[at] = lines[at]!.replace(/accept$|drop$|reject$/, end => (end === 'accept' ? 'drop' : 'accept'))
    else if (rules.length > 1) [lines[rules[0]!], lines[at]] = [lines[at]!, lines[rules[0]!]!]
  }
  return lines.join('\n')
}

const edits = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 3 })

test('finds a difference exactly where trying every packet finds one', () => {
  const counts = { yes: 0, no: 0, unknown: 0 }
  fc.assert(
    fc.property(
      fc.constantFrom(true, false).chain(changes => rulesetText({ changes })),
      edits,
      (text, changes) => {
        // Jumps in a circle are refused.
        fc.pre(reads(mutate(text, changes)))
        const [before, after] = [rulesOf(text), rulesOf(mutate(text, changes))]
        const differ = PACKETS.some(one => {
          const [a, b] = [judge(before, one), judge(after, one)]
          return a.kind !== b.kind || JSON.stringify(a.rejectWith) !== JSON.stringify(b.rejectWith)
        })
        const { differs, differences } = diffRules(before, after, { hooks: ['input'] })
        counts[differs]++
        // What rules set a mark to is followed, but not through all that a mark may be.
        if (!text.includes('mark set')) assert.notEqual(differs, 'unknown')
        const onlyMarks = differences.every(({ note }) => note === ', with another mark')
        if (differs === 'no') assert.equal(differ, false)
        if (differs === 'yes' && !onlyMarks) assert.equal(differ, true)
        for (const { before: a, after: b, note } of differences)
          assert.ok(a.decision.kind !== b.decision.kind || note !== '')
      },
    ),
    { numRuns: 300, seed: 21 },
  )
  assert.ok(counts.unknown < 30 && counts.yes > 60 && counts.no > 60, JSON.stringify(counts))
})
