/** Events as they come, for people and for programs: a line each. JSON is one line an event, too. */
import type { CliContext } from '../context.ts'
import type { Format, OutputFlags } from '../specs/shared-flags.ts'
import { clean } from './clean.ts'
import { type Paint, paintFor, type Style } from './colour.ts'
import type { Column } from './column.ts'
import { csvLines } from './csv.ts'
import { ndjsonLine } from './json.ts'
import { plainLines } from './plain.ts'

export interface EventLook<E> {
  readonly columns: readonly Column<E>[]
  /** The mark at the beginning of a line on a terminal, with its style, and the rest of it. */
  readonly line: (event: E) => readonly [mark: string, style: Style | undefined, rest: string]
  /** Milliseconds since 1970. */
  readonly at: (event: E) => number
  readonly type: (event: E) => string
  readonly item: (event: E) => object
}

/** Gives what writes one event. The line of column names, where there is one, is written at once. */
export async function eventWriter<E>(
  context: CliContext,
  flags: OutputFlags,
  format: Format,
  look: EventLook<E>,
): Promise<(event: E) => Promise<void>> {
  const paint = paintFor(context, context.stdout, flags)
  let seq = 0
  const linesOf = (events: readonly E[], header: boolean): Iterable<string> => {
    switch (format) {
      case 'table':
        return events.map(event => textLine(event, look, paint))
      case 'plain':
        return plainLines(look.columns, events, { header })
      case 'csv':
        return csvLines(look.columns, events, { header })
      default:
        return events.map(event => ndjsonLine(look.type(event), seq++, fields(event, look)))
    }
  }
  const write = async (lines: Iterable<string>): Promise<void> => {
    for (const line of lines) await context.stdout.write(line)
  }
  await write(linesOf([], !flags.noHeader))
  return event => write(linesOf([event], false))
}

const fields = <E>(event: E, { at, item }: EventLook<E>): object => ({
  at: new Date(at(event)).toISOString(),
  ...item(event),
})

function textLine<E>(event: E, { line, at }: EventLook<E>, paint: Paint): string {
  const [mark, style, rest] = line(event)
  return `${new Date(at(event)).toISOString().slice(11, 19)}Z ${paint(clean(mark), style)} ${clean(rest)}\n`
}
