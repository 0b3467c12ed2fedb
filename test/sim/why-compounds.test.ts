/** Two faults at once, on the simulated network: what blocks first is named first, and after its mending the other; then nothing. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { COMPOUNDS, type Compound, withEverything } from '../kernel/why/compounds.ts'
import type { Setting } from '../kernel/why/fault.ts'
import { judgeTold } from '../kernel/why/judge-told.ts'
import type { Told } from '../kernel/why/lab/told.ts'
import { asked, viewOf } from './why-asked.ts'

/** Its queue is filled over loopback, which the rule would drop: a simulated host has its rules from the beginning. */
const LEFT_OUT = 'target-input-drops-before-accept-queue-full'
const SIMULATED = COMPOUNDS.filter(
  ({ name, first, second }) => first.sim === true && second.sim === true && name !== LEFT_OUT,
)

for (const { name, first, second } of SIMULATED) {
  test(name, { timeout: 60_000 }, async () => {
    const { mended: _, ...setting } = first
    // The second first: what a fault takes away must not be needed to make the other.
    const both = await withAll({ ...setting, changes: [...second.changes, ...first.changes] })
    const one = {
      ...withEverything(first),
      beside: [...besides(first), second.culprit, ...[withEverything(second).first ?? []].flat()],
    }
    assert.deepEqual(judgeTold('both', one, first.culprit, both), [])
    const after = await withAll({ ...setting, changes: second.changes })
    assert.deepEqual(judgeTold('the second', withEverything(second), second.culprit, after), [])
    const mended = await asked(setting, false, (_row, ask) => ask([]))
    assert.equal(mended.verdict, 'reachable', JSON.stringify(mended))
  })
}

test('there are pairs for the simulated network', () => {
  assert.ok(SIMULATED.length >= 25)
})

const besides = (fault: Compound['first']): readonly string[] => withEverything(fault).beside ?? []

const withAll = (setting: Setting): Promise<Told> =>
  asked(setting, true, (row, ask) => ask([...row.routers, row.server].map(viewOf)))
