/** For tests: hosts that break what they promise of asking many ports. */
import type { Defect } from './defective-host.cases.ts'
import type { ProbeResult } from './probe-plan.ts'

const changed =
  (change: (results: readonly ProbeResult[]) => readonly ProbeResult[]): Defect[2] =>
  os => ({
    async *probe(plan, options) {
      for await (const batch of os.probe(plan, options)) yield change(batch)
    },
  })

const every = (more: Partial<ProbeResult>): Defect[2] => changed(all => all.map(one => ({ ...one, ...more })))

export const PROBE_DEFECTS: readonly Defect[] = [
  ['each port of a probe', 'forgets one', changed(all => all.slice(1))],
  ['each port of a probe', 'tells one twice', changed(all => [...all, all[0]!])],
  ['each port of a probe', 'gives no reason', every({ reason: '' })],
  ['each port of a probe', 'has never tried', every({ tries: 0 })],
  ['a port that somebody listens on', 'finds all of them open', every({ state: 'open' })],
  ['a port that somebody listens on', 'finds none of them open', every({ state: 'closed' })],
  ['an aborted signal rejects a probe', 'hears no signal', os => ({ probe: (plan, _) => os.probe(plan) })],
]
