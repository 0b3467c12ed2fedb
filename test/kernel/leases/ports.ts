/** The command, with its leases in a folder of the test's: `ports.ts <folder> <word>…`. */
import { exitProcess, processContext } from '../../../src/faces/cli/process-context.ts'
import { run } from '../../../src/faces/cli/run.ts'
import { openOS } from '../../../src/os/open.ts'

const [claimsFolder = '', ...words] = process.argv.slice(2)
const real = processContext()
const context = Object.create(real, {
  openOS: { value: () => openOS({ claimsFolder }) },
  startDetached: { value: (more: readonly string[]) => real.startDetached([claimsFolder, ...more]) },
}) as typeof real
exitProcess(await run(words, context))
