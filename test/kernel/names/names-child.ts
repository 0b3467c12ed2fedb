/** Asks why, as the library, and says what came as a line of JSON. */
import { openOS } from '../../../src/os/open.ts'
import { why } from '../../../src/tools/why/why.ts'

const os = await openOS()
const { verdict, says, causes, steps, ms } = await why(os, process.argv[2]!)
console.log(JSON.stringify({ verdict, says, causes, steps, ms }))
await os.close()
// A look-up that nobody waits for any longer must not keep us.
process.exit(0)
