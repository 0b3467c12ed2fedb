/** Makes a program that kernel and model disagree about as small as it gets: fewer actions, sockets and options. */
import type { Action, Program, SocketId } from '../../../src/model/space/program.ts'
import type { Step } from './exclusions.ts'
import { type Disagreement, judge, type OpenModel } from './judge.ts'
import type { Kernel } from './kernel.ts'
import { printAction, printOutcome } from './notation.ts'
import { PLAIN, printSurroundings } from './surroundings.ts'

export interface Found extends Disagreement {
  readonly program: Program
  readonly steps: readonly Step[]
}

/** Where chance decides, one run may pass that another doesn't. */
const TRIES = 3
const MOST_RUNS = 3000

/** Runs a program a few times; the first disagreement, or null. */
export async function disagreement(
  kernel: Kernel,
  openModel: OpenModel,
  program: Program,
): Promise<Found | null> {
  for (const { steps } of await kernel.run(Array.from({ length: TRIES }, () => program))) {
    const found = judge(openModel, program.surroundings, steps)
    if (found !== null) return { ...found, program, steps }
  }
  return null
}

export async function shrink(kernel: Kernel, openModel: OpenModel, from: Found): Promise<Found> {
  let best = from
  let runs = 0
  const better = async (program: Program): Promise<boolean> => {
    if (runs++ > MOST_RUNS) return false
    const found = await disagreement(kernel, openModel, program)
    if (found === null) return false
    best = found
    return true
  }
  for (let size = -1; size !== sizeOf(best.program); ) {
    size = sizeOf(best.program)
    await better({ ...best.program, actions: best.steps.slice(0, best.at + 1).map(({ action }) => action) })
    for (const id of socketsOf(best.program)) await better(without(best.program, action => isOf(action, id)))
    for (let chunk = best.program.actions.length >> 1; chunk > 0; chunk >>= 1) {
      for (let i = best.program.actions.length - chunk; i >= 0; i -= chunk) {
        const dropped = new Set(best.program.actions.slice(i, i + chunk))
        await better(without(best.program, action => dropped.has(action)))
      }
    }
    for (const key of ['reserved', 'floor', 'autobindReuse', 'timeWaitReuse', 'range'] as const) {
      if (JSON.stringify(best.program.surroundings[key]) === JSON.stringify(PLAIN[key])) continue
      await better({ ...best.program, surroundings: { ...best.program.surroundings, [key]: PLAIN[key] } })
    }
    for (let i = 0; i < best.program.actions.length; i++) {
      for (const simpler of simplerThan(best.program.actions[i]!)) {
        if (await better({ ...best.program, actions: best.program.actions.with(i, simpler) })) break
      }
    }
  }
  return best
}

/** As a row of a table: what the kernel said, and where the model says otherwise. */
export function printRow({ program, steps, at, why }: Found): string {
  return [
    '  {',
    `    name: ${JSON.stringify(why)},`,
    `    surroundings: ${printSurroundings(program.surroundings)},`,
    '    program: `',
    ...steps
      .slice(0, at + 1)
      .map(({ action, outcome }) => `      ${printAction(action)} = ${printOutcome(outcome)}`),
    '    `,',
    '  },',
  ].join('\n')
}

const sizeOf = ({ actions, surroundings }: Program): number =>
  10 * JSON.stringify(actions).length + printSurroundings(surroundings).length

const socketsOf = ({ actions }: Program): SocketId[] => [...new Set(actions.map(({ id }) => id))].reverse()
const isOf = (action: Action, id: SocketId): boolean =>
  action.id === id || (action.do === 'accept' && action.as === id)

const without = (program: Program, dropped: (action: Action) => boolean): Program => ({
  ...program,
  actions: program.actions.filter(action => !dropped(action)),
})

function simplerThan(action: Action): Action[] {
  if (action.do === 'socket' && action.uid !== 0) return [{ ...action, uid: 0 }]
  if (action.do === 'close' && action.abort === true) return [{ do: 'close', id: action.id }]
  if (action.do === 'bind' || action.do === 'connect' || action.do === 'send') {
    const plain = action.address.includes(':') ? ['::', '::1'] : ['0.0.0.0', '127.0.0.1']
    const at = plain.indexOf(action.address)
    return plain.slice(0, at === -1 ? plain.length : at).map(address => ({ ...action, address }))
  }
  return []
}
