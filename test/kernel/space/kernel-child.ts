/**
 * The process that runs programs for `kernel.ts`: a message with programs comes in, one with runs goes out. Every few
 * thousand programs it moves to a fresh namespace, before a block of ports comes round again: TIME_WAIT lives for 60 s.
 * Ends when its parent does.
 */
import type { Program } from '../../../src/model/space/program.ts'
import { stayOnOneProcessor } from './calls.ts'
import { Executor, type Run } from './executor.ts'
import { enterNamespace, type Settings } from './namespace.ts'
import { openModel } from './open-model.ts'
import { BLOCK, moveSurroundings } from './rebase.ts'
import { openBarrier } from './settle.ts'

const BARRIER_PORT = 1024
const FIRST_BLOCK = 2048
const LAST_BLOCK = 65_536 - 2 * BLOCK

export interface Order {
  readonly programs: readonly Program[]
  /** Leave out what the model doesn't judge. */
  readonly guarded: boolean
}

let stage: { executor: Executor; settings: Settings; close(): void } | undefined
let base = FIRST_BLOCK

process.on('message', ({ programs, guarded }: Order) => {
  process.send!(programs.map(program => run(program, guarded)))
})
process.on('disconnect', () => process.exit())
stayOnOneProcessor()
process.send!([])

function run(program: Program, guarded: boolean): Run {
  if (stage === undefined || base > LAST_BLOCK) {
    stage?.close()
    stage = build()
    base = FIRST_BLOCK
  }
  stage.settings.apply(moveSurroundings(program.surroundings, base))
  const done = stage.executor.run(program, base, guarded ? openModel(program.surroundings) : null)
  base += BLOCK
  return done
}

function build(): NonNullable<typeof stage> {
  const settings = enterNamespace()
  const barrier = openBarrier(BARRIER_PORT)
  const executor = new Executor(barrier.settle)
  return {
    executor,
    settings,
    close() {
      barrier.close()
      settings.close()
    },
  }
}
