import { generate } from './generate.ts'
import { judge } from './judge.ts'
import { openNatKernel } from './kernel.ts'

const kernel = await openNatKernel()
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 20)
let flows = 0,
  packets = 0,
  draws = 0,
  lost = 0
const t0 = performance.now()
for (let seed = from; seed < from + n; seed++) {
  const program = generate(seed)
  const [run] = await kernel.run([program])
  if (run!.refused !== undefined) {
    console.log(seed, 'refused', run!.refused.slice(0, 300))
    continue
  }
  const v = judge(program, run!)
  flows += program.flows.length
  packets += v.packets
  draws += v.draws
  lost += v.lost
  if (v.disagreement) {
    console.log(seed, v.disagreement.at, v.disagreement.why)
    if (n === 1) {
      console.log(program.rules)
      for (const [i, s] of program.steps.entries()) {
        if (i > v.disagreement.at) break
        if (
          'flow' in s &&
          'flow' in program.steps[Math.min(v.disagreement.at, program.steps.length - 1)]! &&
          s.flow === (program.steps[Math.min(v.disagreement.at, program.steps.length - 1)] as any).flow
        )
          console.log(i, JSON.stringify(s), JSON.stringify(program.flows[s.flow]))
      }
      console.log(JSON.stringify(program.settings))
    }
  }
}
console.log({ flows, packets, draws, lost, seconds: (performance.now() - t0) / 1000 })
await kernel.close()
