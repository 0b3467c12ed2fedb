/** Events of a watch as lines, for people and for programs. */
import { NO_OWNER_WORDS, type SocketItem, type WatchEvent } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'
import { type Paint, paintFor, type Style } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { csvLines } from '../render/csv.ts'
import { ndjsonLine } from '../render/json.ts'
import type { Format, OutputFlags } from '../specs/shared-flags.ts'

type Shown = Exclude<WatchEvent, { readonly type: 'watching' | 'looked' }>

/** Writes each event as it comes; how many are watched is said on stderr. */
export async function eventWriter(
  context: CliContext,
  flags: OutputFlags,
  format: Format,
): Promise<(event: WatchEvent) => Promise<void>> {
  const paint = paintFor(context, context.stdout, flags)
  let seq = 0
  let header = !flags.noHeader && format === 'csv'
  return async event => {
    if (event.type === 'looked') return
    if (event.type === 'watching') {
      if (format === 'table') await context.stderr.write(`watching ${event.count} sockets\n`)
      return
    }
    if (format === 'json' || format === 'ndjson')
      await context.stdout.write(ndjsonLine(event.type, seq++, fields(event)))
    else if (format === 'csv') {
      for (const line of csvLines(COLUMNS, [event], { header })) await context.stdout.write(line)
      header = false
    } else await context.stdout.write(textLine(event, paint))
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
  const ends =
    socket.peer === undefined ? endText(socket.local) : `${endText(socket.local)} > ${endText(socket.peer)}`
  const before = event.type === 'owner-changed' ? ` (was ${holders(event.before)})` : ''
  const brief = event.type === 'closed' && !event.seen ? ' (came and went)' : ''
  const time = new Date(event.at).toISOString().slice(11, 19)
  return `${time} ${paint(mark, style)} ${clean(`${socket.protocol} ${socket.state} ${ends} ${holders(socket)}${before}${brief}`)}\n`
}

function endText(end: SocketItem['local']): string {
  if ('path' in end) return end.path
  return end.address.includes(':') ? `[${end.address}]:${end.port}` : `${end.address}:${end.port}`
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
  { key: 'local', title: 'LOCAL', value: event => endText(event.socket.local) },
  {
    key: 'peer',
    title: 'PEER',
    value: event => (event.socket.peer === undefined ? null : endText(event.socket.peer)),
  },
  { key: 'process', title: 'PROCESS', value: event => holders(event.socket) },
]
