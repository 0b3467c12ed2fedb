/** Two faults at once: what blocks first is named first, and after its mending the other; then nothing. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { COMPOUNDS, type Compound, withEverything } from './compounds.ts'
import type { DiagnosedCompound } from './diagnosed-compound.ts'
import { judgeTold } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const why = whyNoLab()
const names = COMPOUNDS.map(({ name }) => name)
const diagnosed = why === null ? playAll<DiagnosedCompound>('../compounds-play.ts', names) : null

for (const { name, first, second } of COMPOUNDS) {
  test(name, { skip: why ?? false }, async () => {
    const { error, both, second: after, mended } = await diagnosed!(name)
    assert.equal(error, undefined, error)
    // What is true besides is no mistake: both are there.
    const one = {
      ...withEverything(first),
      beside: [...besides(first), second.culprit, ...[withEverything(second).first ?? []].flat()],
    }
    assert.deepEqual(judgeTold('both', one, first.culprit, both!), [])
    assert.deepEqual(judgeTold('the second', withEverything(second), second.culprit, after!), [])
    assert.equal(mended!.verdict, 'reachable', JSON.stringify(mended))
  })
}

const besides = (fault: Compound['first']): readonly string[] => withEverything(fault).beside ?? []
