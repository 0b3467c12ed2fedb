/** The process that plays programs for `kernel.ts`: a message with programs comes in, one with what was seen goes out. */
import { stayOnOneProcessor } from '../filter/calls.ts'
import { NatExecutor } from './executor.ts'
import { play } from './play.ts'
import type { Program } from './steps.ts'

stayOnOneProcessor()
const executor = new NatExecutor()
process.on('message', (programs: readonly Program[]) => {
  process.send!(programs.map(program => play(executor, program)))
})
process.on('disconnect', () => {
  executor.close()
  process.exit()
})
process.send!([])
