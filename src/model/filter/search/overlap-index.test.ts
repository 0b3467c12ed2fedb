import assert from 'node:assert/strict'
import test from 'node:test'
import { overlapIndexOf } from './overlap-index.ts'
import { boundsOf, prepare } from './program.ts'
import { candidates } from './reach.ts'
import { overlaps, wholeRegion, within } from './region.ts'
import { type Kind, synthetic } from './synthetic.cases.ts'
import { Universe } from './universe.ts'

const KINDS: readonly Kind[] = ['acl', 'host', 'specific-first']

for (const kind of KINDS) {
  test(`${kind}: rows of bits name the entries that looking at each one names`, () => {
    const program = prepare(synthetic(1000, kind), 'input', 'ip', new Universe())()
    const whole = wholeRegion(program, boundsOf(program))
    assert.notEqual(overlapIndexOf(program), null)
    for (let e = 0; e < program.count; e += 7) {
      const region = within(program, e, whole)!
      const [from, target] = [e >>> 2, program.count - (e >>> 3)]
      const expected: number[] = []
      for (let one = from; one < target; one++)
        if (program.dead[one] === 0 && overlaps(program, one, region)) expected.push(one)
      assert.deepEqual(candidates(program, from, target, region), expected)
    }
  })
}
