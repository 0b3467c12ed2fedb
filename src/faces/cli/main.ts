/** The entry of the command: `bin/ports.js` calls `main` with the words after the command's name. */
import { exitProcess, processContext } from './process-context.ts'
import { run } from './run.ts'

export async function main(argv: string[]): Promise<void> {
  exitProcess(await run(argv, processContext()))
}
