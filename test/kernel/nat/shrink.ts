/** Makes a program that kernel and model disagree about as small as it gets: fewer steps, fewer lines of rules. */
import type { Disagreement, judge } from './judge.ts'
import type { NatKernel } from './kernel.ts'
import type { Program } from './steps.ts'

export interface Found extends Disagreement {
  readonly program: Program
}

const MOST_RUNS = 300

export async function shrink(kernel: NatKernel, say: typeof judge, from: Found): Promise<Found> {
  let best: Found = from
  let runs = 0
  const better = async (program: Program): Promise<boolean> => {
    if (runs++ > MOST_RUNS) return false
    const [run] = await kernel.run([program])
    if (run === undefined || run.refused !== undefined) return false
    const { disagreement } = say(program, run)
    if (disagreement === undefined) return false
    best = { program, ...disagreement }
    return true
  }
  await better({ ...from.program, steps: from.program.steps.slice(0, from.at + 1) })
  for (let size = -1; size !== sizeOf(best.program); ) {
    size = sizeOf(best.program)
    for (let chunk = 32; chunk > 0; chunk >>= 1) {
      for (let i = best.program.steps.length - chunk; i >= 0; i--)
        await better({ ...best.program, steps: best.program.steps.toSpliced(i, chunk) })
    }
    for (let i = linesOf(best.program).length - 1; i >= 0; i--) {
      const lines = linesOf(best.program)
      if (!/^(?:table|chain|type|\})/.test(lines[i] ?? '}'))
        await better({ ...best.program, rules: lines.toSpliced(i, 1).join('\n') })
    }
  }
  return best
}

const linesOf = ({ rules }: Program): string[] => rules.split('\n')
const sizeOf = ({ rules, steps }: Program): number => rules.length + 100 * steps.length

/** What a person needs to see it again. */
export function printFound({ program, why }: Found): string {
  const { rules, settings, flows, steps } = program
  const used = new Set(steps.map(step => step.flow))
  return [
    why,
    rules,
    JSON.stringify(settings),
    ...[...used].map(i => `flow ${i}: ${JSON.stringify(flows[i])}`),
    ...steps.map(step => JSON.stringify(step)),
  ].join('\n')
}
