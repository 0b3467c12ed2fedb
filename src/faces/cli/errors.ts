/**
 * How a run that failed ends: one sentence and a hint on stderr, the same as a document on stdout where JSON
 * was asked for, and the exit status.
 */
import { type Fault, fault, isFault } from '../../model/fault.ts'
import type { CliContext } from './context.ts'
import type { ExitStatus } from './exit.ts'

export async function report(
  error: unknown,
  argv: readonly string[],
  context: CliContext,
): Promise<ExitStatus> {
  const known = isFault(error) ? error : internal(error)
  const wanted = machineFormat(argv)
  if (wanted !== null) {
    const { stringify } = await import('./render/json.ts')
    await context.stdout.write(`${stringify(faultDocument(known, context, wanted))}\n`)
  }
  const { clean } = await import('./render/clean.ts')
  // A message may point at a place with a line of its own.
  const lines = (text: string): string => text.split('\n').map(clean).join('\n')
  const stack = context.env.PORTOLAN_DEBUG ? stackOf(error) : ''
  await context.stderr.write(`ports: ${lines(known.message)}\n  ${clean(known.hint)}\n${stack}`)
  return known.exitCode as ExitStatus
}

const internal = (error: unknown): Fault =>
  fault('E_INTERNAL', { message: error instanceof Error ? error.message : String(error) }, { cause: error })

function stackOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined
  return stack === undefined ? '' : `${stack}\n`
}

const faultDocument = (known: Fault, context: CliContext, format: 'json' | 'ndjson') => ({
  ...(format === 'ndjson' ? { type: 'fault' } : {}),
  schema: 'portolan/fault@1',
  generatedAt: new Date(context.now()).toISOString(),
  code: known.code,
  message: known.message,
  hint: known.hint,
  exitCode: known.exitCode,
  details: known.details,
})

/** The words may be beyond parsing, so the flag is looked for in the text. */
function machineFormat(argv: readonly string[]): 'json' | 'ndjson' | null {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  for (const [at, word] of words.entries()) {
    if (word === '--json') return 'json'
    const value = /^(?:--output|-\w*o)(?:=?(ndjson|json))?$/.exec(word)
    const format = value?.[1] ?? (value === null ? undefined : words[at + 1])
    if (format === 'json' || format === 'ndjson') return format
  }
  return null
}
