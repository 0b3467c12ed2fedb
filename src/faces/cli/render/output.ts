/**
 * Prints an answer in the form that was asked for: a table for a terminal, plain lines when piped, or what
 * `-o` says. A command gives its rows, columns and items; it never looks at the terminal itself.
 */
import { fault } from '../../../model/fault.ts'
import type { CliContext, Output } from '../context.ts'
import type { Format, OutputFlags } from '../specs/shared-flags.ts'
import type { Column } from './column.ts'
import type { Warning } from './json.ts'
import { plainLines } from './plain.ts'

export interface Answer<Row> {
  /** Name and major version of the document, `sockets@1`. */
  readonly schema: string
  /** What an item is called in a stream: `socket`. */
  readonly type: string
  readonly columns: readonly Column<Row>[]
  readonly rows: Iterable<Row>
  /** The item of a row; left out where the items aren't the rows. */
  readonly item?: (row: Row) => object
  readonly items?: Iterable<object>
  /** Members of the JSON document beside its items. */
  readonly more?: object
  /** Complete unless said otherwise. */
  readonly complete?: boolean
  readonly warnings?: readonly Warning[]
  /** Plain output made another way, header included if asked for: the same bytes, faster. */
  readonly plain?: (options: { readonly header: boolean }) => Iterable<string | Uint8Array>
}

type PrintFlags = OutputFlags & { readonly wide?: boolean; readonly fields?: readonly string[] | undefined }

/** Which form the answer takes. Throws `E_USAGE` for two that exclude each other. */
export function formatOf(context: CliContext, { json, output }: OutputFlags, command = 'ports'): Format {
  if (json && output !== undefined && output !== 'json') {
    throw fault('E_USAGE', { what: `--json and -o ${output} can't both be had`, command })
  }
  return json ? 'json' : (output ?? (context.stdout.isTTY ? 'table' : 'plain'))
}

export async function print<Row>(context: CliContext, flags: PrintFlags, answer: Answer<Row>): Promise<void> {
  const format = formatOf(context, flags)
  await writePieces(context.stdout, await pieces(context, flags, format, answer))
  if (format !== 'json' && format !== 'ndjson') await warn(context, flags, answer.warnings ?? [])
}

async function pieces<Row>(
  context: CliContext,
  flags: PrintFlags,
  format: Format,
  answer: Answer<Row>,
): Promise<Iterable<string | Uint8Array>> {
  const { rows, schema, type, complete = true, warnings = [], more = {} } = answer
  const columns = chosen(answer.columns, flags.fields)
  const header = !flags.noHeader
  switch (format) {
    case 'table': {
      const [{ tableLines }, { paintFor }] = await Promise.all([import('./table.ts'), import('./colour.ts')])
      const width = flags.wide ? Number.POSITIVE_INFINITY : context.stdout.columns
      return tableLines(columns, rows, { width, header, paint: paintFor(context, context.stdout, flags) })
    }
    case 'plain':
      if (answer.plain !== undefined && flags.fields === undefined) return answer.plain({ header })
      return plainLines(columns, rows, { header })
    case 'csv':
      return (await import('./csv.ts')).csvLines(columns, rows, { header })
    case 'json': {
      const head = { schema, now: context.now(), host: context.hostname, complete, warnings, more }
      return (await import('./json.ts')).jsonDocument(head, itemsOf(answer))
    }
    case 'ndjson':
      return (await import('./json.ts')).ndjsonLines(type, itemsOf(answer), warnings)
  }
}

/** Says on stderr what the reader should know, each once. */
export async function warn(
  context: CliContext,
  flags: { readonly noColor?: boolean },
  warnings: readonly Warning[],
): Promise<void> {
  if (warnings.length === 0) return
  const [{ paintFor }, { clean }] = await Promise.all([import('./colour.ts'), import('./clean.ts')])
  const paint = paintFor(context, context.stderr, flags)
  for (const { message, hint } of warnings) {
    const advice = hint === undefined ? '' : `  ${clean(hint)}\n`
    await context.stderr.write(`${paint(`ports: ${clean(message)}`, 'warn')}\n${advice}`)
  }
}

/** The columns named, in the order they were named; none is dispensable. Throws `E_FIELD_UNKNOWN`. */
export function chosen<Row>(
  columns: readonly Column<Row>[],
  fields: readonly string[] | undefined,
): readonly Column<Row>[] {
  if (fields === undefined) return columns
  return fields.map(text => {
    const column = columns.find(({ key }) => key === text)
    if (column === undefined) {
      throw fault('E_FIELD_UNKNOWN', { text, fields: columns.map(({ key }) => key).join(', ') })
    }
    return { ...column, priority: 1 }
  })
}

function* itemsOf<Row>({ rows, item, items }: Answer<Row>): Generator<object> {
  if (items !== undefined) yield* items
  else if (item !== undefined) for (const row of rows) yield item(row)
}

/** A system call for each line of 100,000 would cost more than all the rest. */
const CHUNK = 64 * 1024

export async function writePieces(output: Output, pieces: Iterable<string | Uint8Array>): Promise<void> {
  let text = ''
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece
      if (text.length < CHUNK) continue
      await output.write(text)
    } else {
      if (text !== '') await output.write(text)
      await output.write(piece)
    }
    text = ''
  }
  if (text !== '') await output.write(text)
}
