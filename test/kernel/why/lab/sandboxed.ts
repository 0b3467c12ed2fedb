/** Puts itself into a sandbox, and becomes another program there: `sandboxed.ts landlock node program.ts`. */
import { enter, type OwnSandbox } from '../../stage/sandbox.ts'

const [way, program, ...words] = process.argv.slice(2)
enter(way as OwnSandbox)
process.execve!(program!, [program!, ...words], process.env as Record<string, string>)
