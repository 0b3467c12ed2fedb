/**
 * The rows of the fault matrix that need no evidence of a kernel, on the simulated network: the same table, the same expectations,
 * from the client and with the views of target and routers; and healthy once the fault is left out.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../src/model/address.ts'
import { type View, why } from '../../src/tools/why/why.ts'
import type { Fault } from '../kernel/why/fault.ts'
import { FAULTS } from '../kernel/why/faults/faults.ts'
import { judgeTold } from '../kernel/why/judge-told.ts'
import { type Told, toldOf } from '../kernel/why/lab/told.ts'
import { mendedTarget, targetOf } from '../kernel/why/play.ts'
import { type SimulatedRow, simulate } from './why-network.ts'

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

const viewOf = ({ name, os }: SimulatedRow['server']): View => ({
  role: name === 'server' ? 'target' : 'between',
  label: name,
  os,
})

async function asked<T>(
  fault: Fault,
  isFaulty: boolean,
  step: (row: SimulatedRow, ask: (at: readonly View[], isMended?: boolean) => Promise<Told>) => Promise<T>,
): Promise<T> {
  const row = await simulate(fault, isFaulty)
  try {
    return await step(row, async (at, isMended = false) => {
      const source = isMended ? (fault.mended?.source ?? undefined) : fault.source
      return toldOf(
        await why(row.client.os, isMended ? mendedTarget(fault) : targetOf(fault), {
          at,
          ...(fault.protocol !== undefined && { protocol: fault.protocol }),
          ...(source !== undefined && { source: parseAddress(source) }),
        }),
      )
    })
  } finally {
    row.network.close()
  }
}
