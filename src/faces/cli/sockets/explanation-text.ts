/**
 * An explanation for people: one sentence that answers, then the details, then what to type next.
 */
import { SOCKET_STATES } from '../../../model/socket.ts'
import {
  type Explanation,
  NO_OWNER_WORDS,
  type ServiceNames,
  type SocketTable,
} from '../../../tools/sockets/sockets.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import { endpointText } from './endpoint-text.ts'
import { answerOf, listenerSentence } from './explanation-sentence.ts'
import { type Line, listenerLines } from './listener-lines.ts'
import { nextCommands } from './next-commands.ts'

export interface ExplanationStyle {
  readonly services: ServiceNames
  readonly paint: Paint
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether it could be bound, in lines; empty where that wasn't asked. */
  readonly bindable: string
  /** Whether to suggest what to type next. */
  readonly hints: boolean
  /** Columns of the terminal; `Infinity` where nothing limits it. */
  readonly width: number
  /** What was given with --netns. */
  readonly netns: string | undefined
}

export async function explanationText(explanation: Explanation, style: ExplanationStyle): Promise<string> {
  const { table, listeners, findings } = explanation
  const { paint, services, now, width } = style
  const blocks = listeners.map(listener => {
    const lines = listenerLines(explanation, listener, services, now)
    return (
      headline(listenerSentence(table, listener, now), style) + lines.map(one => line(one, width)).join('')
    )
  })
  if (blocks.length === 0) blocks.push(otherText(explanation, style))
  const said = findings.map(({ severity, says, remedy }) => {
    const [mark, colour] =
      severity === 'high' || severity === 'critical'
        ? (['!', 'danger'] as const)
        : (['note:', 'dim'] as const)
    const text = wrap(clean(says), width, NOTE_INDENT, mark.length + 1).join('\n')
    const advice =
      remedy === undefined
        ? ''
        : `${' '.repeat(NOTE_INDENT)}${wrap(clean(remedy), width, NOTE_INDENT, NOTE_INDENT).join('\n')}\n`
    return `${paint(mark, colour)} ${text}\n${advice}`
  })
  const next = style.hints ? await nextLines(explanation, style) : []
  return [
    blocks.join('\n') + style.bindable,
    ...(said.length === 0 ? [] : [`\n${said.join('')}`]),
    ...(next.length === 0 ? [] : [`\n${paint('next', 'heading')}\n${next.join('')}`]),
  ].join('')
}

const NOTE_INDENT = 6
const LABEL_WIDTH = 12

const headline = (sentence: string, { paint, width }: ExplanationStyle): string =>
  wrap(clean(sentence), width)
    .map(one => `${paint(one, 'heading')}\n`)
    .join('')

/** What may be copied stays in one piece. */
function line([label, text]: Line, width: number): string {
  const cleaned = clean(text)
  const lines =
    label === 'command' || label === 'folder' ? [cleaned] : wrap(cleaned, width, LABEL_WIDTH, LABEL_WIDTH)
  return `  ${label.padEnd(LABEL_WIDTH - 2)}${lines.join('\n')}\n`
}

/** Reasons begin no further to the right than this, whatever the longest command. */
const NEXT_WIDTH = 44

/** A command that leaves no room for its reason has the reason below it. */
async function nextLines(
  explanation: Explanation,
  { paint, netns, width }: ExplanationStyle,
): Promise<string[]> {
  const steps = await nextCommands(explanation, netns)
  const column = Math.max(...steps.map(step => step.line.length + 2).filter(length => length <= NEXT_WIDTH))
  return steps.map(step => {
    const [command, why] = [`  ${clean(step.line)}`, clean(step.why)]
    const padded = `${command.padEnd(column)}  `
    const fits = padded.length + why.length <= width
    return fits ? `${padded}${paint(why, 'dim')}\n` : `${command}\n      ${paint(why, 'dim')}\n`
  })
}

/** So many connections are shown where nobody listens. */
const MOST_SHOWN = 10

/** Nobody listens: who else has to do with the port. */
function otherText(explanation: Explanation, style: ExplanationStyle): string {
  const { asked, table, connections, bound, outgoing } = explanation
  const own = [...bound, ...connections]
  const [shown, rows] = own.length > 0 || outgoing === null ? [table, own] : [outgoing, [...outgoing.rows]]
  const first = rows.slice(0, MOST_SHOWN)
  const width = Math.max(0, ...first.map(row => stateOf(shown, row).length))
  const more = rows.length - first.length
  return [
    headline(answerOf(explanation, style.now), style),
    ...first.map(row => connectionLine(shown, row, width)),
    ...(more > 0
      ? [`  and ${more} more: ports ls -a ${own.length > 0 ? 'sport' : 'dport'} = :${asked.port}\n`]
      : []),
  ].join('')
}

const stateOf = ({ columns }: SocketTable, row: number): string => SOCKET_STATES[columns.state[row]!]!

function connectionLine(table: SocketTable, row: number, width: number): string {
  const { facts } = table
  const state = stateOf(table, row)
  const peer = state === 'bound' ? '' : ` > ${endpointText(table, row, 'peer')}`
  const reason = facts.noOwner(row)
  // A connection in TIME_WAIT belongs to nobody, as its state says already.
  const who =
    reason === 'time-wait'
      ? ''
      : reason === null
        ? facts
            .processes(row)
            .map(one => `${one.pid}/${one.name}`)
            .join(',') || '(gone)'
        : `(${NO_OWNER_WORDS[reason]})`
  return `  ${state.padEnd(width)}  ${clean(`${endpointText(table, row, 'local')}${peer}  ${who}`.trimEnd())}\n`
}
