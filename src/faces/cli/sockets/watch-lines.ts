/** Events of a watch as lines, for people and for programs. */
import { NO_OWNER_WORDS, type SocketItem, type WatchEvent } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'
import { type Paint, paintFor, type Style } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { counted } from '../render/counted.ts'
import { csvLines } from '../render/csv.ts'
import { ndjsonLine } from '../render/json.ts'
import { plainLines } from '../render/plain.ts'
import type { Format, OutputFlags } from '../specs/shared-flags.ts'
import { itemEndText } from './endpoint-text.ts'

type Shown = Exclude<WatchEvent, { readonly type: 'watching' | 'looked' }>

/** Writes each event as it comes; how many are watched is said on stderr. JSON is one line an event, too. */
export async function eventWriter(
  context: CliContext,
  flags: OutputFlags,
  format: Format,
): Promise<(event: WatchEvent) => Promise<void>> {
  const paint = paintFor(context, context.stdout, flags)
  let seq = 0
  const linesOf = (events: readonly Shown[], header: boolean): Iterable<string> => {
    switch (format) {
      case 'table':
        return events.map(event => textLine(event, paint))
      case 'plain':
        return plainLines(COLUMNS, events, { header })
      case 'csv':
        return csvLines(COLUMNS, events, { header })
      default:
        return events.map(event => ndjsonLine(event.type, seq++, fields(event)))
    }
  }
  const write = async (lines: Iterable<string>): Promise<void> => {
    for (const line of lines) await context.stdout.write(line)
  }
  return async event => {
    if (event.type === 'looked') return
    if (event.type !== 'watching') return write(linesOf([event], false))
    if (format === 'table') await context.stderr.write(`watching ${counted(event.count, 'socket')}\n`)
    await write(linesOf([], !flags.noHeader))
  }
}

function fields(event: Shown): object {
  const { type: _, at, ...rest } = event
  return { at: new Date(at).toISOString(), ...rest }
}

const MARKS: Readonly<Record<Shown['type'], readonly [mark: string, style: Style]>> = {
  opened: ['+ opened', 'good'],
  closed: ['- closed', 'warn'],
  'owner-changed': ['~ changed hands', 'accent'],
}

function textLine(event: Shown, paint: Paint): string {
  const [mark, style] = MARKS[event.type]
  const { socket } = event
  const [local, peer] = [itemEndText(socket, 'local'), itemEndText(socket, 'peer')]
  const ends = peer === undefined ? local : `${local} > ${peer}`
  const note = noteOf(event)
  // Of a socket that no reading has seen there is no holder to tell.
  const who = event.type === 'closed' && !event.seen ? [] : [holders(socket)]
  const words = [socket.protocol, socket.state, ends, ...who, ...(note === null ? [] : [`(${note})`])]
  const time = new Date(event.at).toISOString().slice(11, 19)
  return `${time}Z ${paint(mark, style)} ${clean(words.join(' '))}\n`
}

/** What the columns don't say: who had it before, or that no reading ever saw it. */
function noteOf(event: Shown): string | null {
  if (event.type === 'owner-changed') return `was ${holders(event.before)}`
  return event.type === 'closed' && !event.seen ? 'came and went' : null
}

function holders({ owners, ownersUnknown }: SocketItem): string {
  if (owners === null) return `(${NO_OWNER_WORDS[ownersUnknown ?? 'not-asked']})`
  return [...new Set(owners.map(({ pid, name }) => `${pid}/${name ?? '(gone)'}`))].join(',')
}

const COLUMNS: readonly Column<Shown>[] = [
  { key: 'at', title: 'AT', value: event => new Date(event.at).toISOString() },
  { key: 'event', title: 'EVENT', value: event => event.type },
  { key: 'proto', title: 'PROTO', value: event => event.socket.protocol },
  { key: 'state', title: 'STATE', value: event => event.socket.state },
  { key: 'local', title: 'LOCAL', value: event => itemEndText(event.socket, 'local') ?? null },
  { key: 'peer', title: 'PEER', value: event => itemEndText(event.socket, 'peer') ?? null },
  { key: 'process', title: 'PROCESS', value: event => holders(event.socket) },
  { key: 'note', title: 'NOTE', value: noteOf },
]
