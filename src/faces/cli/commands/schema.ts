/** `ports schema`: the JSON Schema of a document, or the list of documents. */
import { fault } from '../../../model/fault.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { SCHEMA_NAMES, SCHEMAS } from '../schemas/schemas.ts'

/** A file that is read, and no document that is written. */
const SCENARIO = 'scenario'

export default async function schema(this: CliContext, _flags: object, name?: string): Promise<ExitStatus> {
  if (name === undefined) {
    const width = Math.max(...SCHEMA_NAMES.map(each => each.length))
    const lines = [
      ...SCHEMA_NAMES.map(each => `${each.padEnd(width)}  ${String(SCHEMAS[each]!.title)}\n`),
      `${SCENARIO.padEnd(width)}  A simulated network: what --sim reads\n`,
    ]
    await this.stdout.write(lines.join(''))
    return EXIT.done
  }
  const bare = name.replace(/^portolan\//, '').replace(/@1$/, '')
  if (bare === SCENARIO) {
    const { scenarioSchema } = await import('../../../sim/sim.ts')
    await this.stdout.write(`${JSON.stringify(await scenarioSchema(), null, 2)}\n`)
    return EXIT.done
  }
  if (!Object.hasOwn(SCHEMAS, bare)) {
    throw fault('E_SCHEMA_UNKNOWN', { text: name, names: [...SCHEMA_NAMES, SCENARIO].join(', ') })
  }
  await this.stdout.write(`${JSON.stringify(SCHEMAS[bare], null, 2)}\n`)
  return EXIT.done
}
