/** Asks why on a simulated network of a row. */
import { parseAddress } from '../../src/model/address.ts'
import { type View, why } from '../../src/tools/why/why.ts'
import type { Setting } from '../kernel/why/fault.ts'
import { type Told, toldOf } from '../kernel/why/lab/told.ts'
import { mendedTarget, targetOf } from '../kernel/why/play.ts'
import { type SimulatedRow, simulate } from './why-network.ts'

export const viewOf = ({ name, os }: SimulatedRow['server']): View => ({
  role: name === 'server' ? 'target' : 'between',
  label: name,
  os,
})

/** What is said of a row's network, faulty or mended; `step` is handed its hosts, and how to ask with which views. */
export async function asked<T>(
  fault: Setting,
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
