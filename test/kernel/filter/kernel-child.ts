/** The process that judges for `kernel.ts`: a message with programs comes in, one with what was seen goes out. */
import { stayOnOneProcessor } from './calls.ts'
import { Executor, type Load, type Observation, type Shot } from './executor.ts'

export interface Program {
  readonly loads: readonly Load[]
  readonly shots: readonly Shot[]
}

export interface Run {
  /** What `nft -j list ruleset` says once they are loaded; undefined when they were refused. */
  readonly listing?: string
  readonly refused?: string
  readonly observations: readonly Observation[]
}

stayOnOneProcessor()
const executor = new Executor()
process.on('message', (programs: readonly Program[]) => {
  process.send!(programs.map(run))
})
process.on('disconnect', () => {
  executor.close()
  process.exit()
})
process.send!([])

function run({ loads, shots }: Program): Run {
  const loaded = executor.load(loads)
  if ('refused' in loaded) return { refused: loaded.refused, observations: [] }
  return { listing: loaded.listing, observations: shots.map(shot => executor.shoot(shot)) }
}
