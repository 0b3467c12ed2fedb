/**
 * The rows of the fault matrix that need no evidence of a kernel, on the simulated network: the same table, the same expectations,
 * from the client and with the views of target and routers; and healthy once the fault is left out.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { FAULTS } from '../kernel/why/faults/faults.ts'
import { judgeTold } from '../kernel/why/judge-told.ts'
import { asked, viewOf } from './why-asked.ts'

for (const fault of FAULTS.filter(({ sim }) => sim)) {
  test(fault.name, { timeout: 60_000 }, async () => {
    const { withTarget, withRouter, culprit } = fault
    const wrong = await asked(fault, true, async (row, ask) => [
      ...judgeTold('the client', fault.client, culprit, await ask([])),
      ...(withTarget === undefined
        ? []
        : judgeTold('with the target', withTarget, culprit, await ask([viewOf(row.server)]))),
      ...(withRouter === undefined
        ? []
        : judgeTold(
            'with routers',
            withRouter,
            culprit,
            await ask([...row.routers, row.server].map(viewOf)),
          )),
    ])
    assert.deepEqual(wrong, [])
    const mended = await asked(fault, false, (_, ask) => ask([], true))
    assert.equal(mended.verdict, 'reachable', JSON.stringify(mended))
  })
}

test('the matrix has rows for the simulated network', () => {
  assert.ok(FAULTS.filter(({ sim }) => sim).length >= 110)
})
