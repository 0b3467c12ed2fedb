/** No false alarm: what is healthy is called reachable, and nothing is said to be wrong, however odd the network looks. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { CONTROLS } from './controls.ts'
import type { DiagnosedControl } from './diagnosed-control.ts'
import { summary } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const why = whyNoLab()
const names = CONTROLS.map(({ name }) => name)
const diagnosed = why === null ? playAll<DiagnosedControl>('../controls-play.ts', names) : null

for (const { name, mayBe = [] } of CONTROLS) {
  test(name, { skip: why ?? false }, async () => {
    const { error, client, withAll } = await diagnosed!(name)
    assert.equal(error, undefined, error)
    for (const told of [client!, withAll!]) {
      const said = told.causes.filter(({ code }) => !mayBe.includes(code))
      assert.deepEqual(said, [], summary(told))
      assert.ok(
        told.verdict === 'reachable' || (mayBe.length > 0 && told.verdict === 'degraded'),
        summary(told),
      )
    }
  })
}
