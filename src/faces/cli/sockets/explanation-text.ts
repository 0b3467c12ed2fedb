/**
 * An explanation for people: one sentence that answers, then the details, then what to type next.
 */
import type { Process } from '../../../model/owner.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, stateCode, UNTOLD } from '../../../model/socket-columns.ts'
import {
  type Explanation,
  type Listener,
  NO_OWNER_SAYS,
  type ServiceNames,
  type SocketTable,
} from '../../../tools/sockets/sockets.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { ago } from './ago.ts'
import { clientsText } from './clients-text.ts'
import { endpointText } from './endpoint-text.ts'
import { answerOf, listenerSentence, processesOf } from './explanation-sentence.ts'
import { nextCommands } from './next-commands.ts'

export interface ExplanationStyle {
  readonly services: ServiceNames
  readonly paint: Paint
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether to suggest what to type next. */
  readonly hints: boolean
}

export async function explanationText(explanation: Explanation, style: ExplanationStyle): Promise<string> {
  const { listeners, findings } = explanation
  const blocks = listeners.map(listener => listenerText(explanation, listener, style))
  if (blocks.length === 0) blocks.push(otherText(explanation, style))
  const said = findings.map(({ severity, says, remedy }) => {
    const mark =
      severity === 'high' || severity === 'critical'
        ? style.paint('!', 'danger')
        : style.paint('note:', 'dim')
    return `${mark} ${clean(says)}\n${remedy === undefined ? '' : `      ${clean(remedy)}\n`}`
  })
  const next = style.hints
    ? (await nextCommands(explanation)).map(
        ({ line, why }) => `  ${clean(line).padEnd(44)} ${style.paint(clean(why), 'dim')}\n`,
      )
    : []
  return [
    blocks.join('\n'),
    ...(said.length === 0 ? [] : [`\n${said.join('')}`]),
    ...(next.length === 0 ? [] : [`\n${style.paint('next', 'heading')}\n${next.join('')}`]),
  ].join('')
}

function listenerText(explanation: Explanation, listener: Listener, style: ExplanationStyle): string {
  const { table } = explanation
  const lines: [string, string][] = [
    ...listensLines(table, listener),
    ...ownerLines(table, listener, style.now),
    ['reach', `${listener.exposure.level}: ${listener.exposure.because}`],
    ...queueLines(table, listener),
    ...clientsText(explanation, listener),
    ...serviceLines(listener, style.services),
  ]
  const sentence = clean(listenerSentence(table, listener, style.now))
  return `${style.paint(sentence, 'heading')}\n${lines.map(line).join('')}`
}

const listensLines = (table: SocketTable, { rows }: Listener): [string, string][] => [
  ['listens', rows.map(row => `${endpointText(table, row, 'local')}${familyNote(table, row)}`).join(', ')],
]

function familyNote({ columns }: SocketTable, row: number): string {
  if (columns.family[row] !== IPV6) return ''
  if (columns.v6only[row] === 1) return ' (IPv6 only)'
  return columns.v6only[row] === 0 && allZero(columns.local, row) ? ' (IPv4 and IPv6)' : ''
}

function ownerLines(table: SocketTable, listener: Listener, now: number): [string, string][] {
  const { facts } = table
  const processes = processesOf(table, listener)
  if (processes.length === 0) {
    const row = listener.rows[0]!
    const group = facts.group(row)
    const uid = table.columns.uid[row]!
    const user = uid === UNTOLD ? [] : [`user ${facts.userName(uid) ?? uid}`]
    const hints = [...user, ...(group?.unit === undefined ? [] : [`unit ${group.unit}`])]
    return hints.length === 0 ? [] : [['known', hints.join(', ')]]
  }
  return processes.flatMap(one => [
    [
      'process',
      `${one.pid} ${one.name}, since ${new Date(one.startedAt).toISOString().slice(0, 19)}Z (${ago(now - one.startedAt)})`,
    ],
    ['command', facts.command(one)],
    ...(one.cwd.known ? [['folder', one.cwd.value] as [string, string]] : []),
    ...(one.unit === undefined ? [] : [['unit', one.unit] as [string, string]]),
    ...chainLine(table, one),
  ])
}

function chainLine({ facts }: SocketTable, process: Process): [string, string][] {
  const parents = facts.parents(process.pid)
  return parents.length === 0 ? [] : [['parents', parents.map(one => `${one.name} (${one.pid})`).join(' < ')]]
}

function queueLines({ columns }: SocketTable, { rows }: Listener): [string, string][] {
  const all = rows
    .filter(row => columns.state[row] === LISTEN && columns.sendQueue[row] !== UNTOLD)
    .map(row => {
      const drops = columns.drops[row]!
      return `${columns.receiveQueue[row]} of ${columns.sendQueue[row]} waiting${drops === UNTOLD || drops === 0 ? '' : `, ${drops} dropped`}`
    })
  return all.length === 0 ? [] : [['accepts', all.join('; ')]]
}

function serviceLines({ protocol, port }: Listener, services: ServiceNames): [string, string][] {
  const service = services(port, protocol)
  return service === null ? [] : [['service', `${service.name} (${service.source})`]]
}

/** So many connections are shown where nobody listens. */
const MOST_SHOWN = 10

/** Nobody listens: who else has to do with the port. */
function otherText(explanation: Explanation, { paint, now }: ExplanationStyle): string {
  const { asked, table, connections, bound, outgoing } = explanation
  const own = [...bound, ...connections]
  const [shown, rows] = own.length > 0 || outgoing === null ? [table, own] : [outgoing, [...outgoing.rows]]
  const more = rows.length - MOST_SHOWN
  return [
    `${paint(clean(answerOf(explanation, now)), 'heading')}\n`,
    ...rows.slice(0, MOST_SHOWN).map(row => connectionLine(shown, row)),
    ...(more > 0
      ? [`  and ${more} more: ports ls -a ${own.length > 0 ? 'sport' : 'dport'} = :${asked.port}\n`]
      : []),
  ].join('')
}

function connectionLine(table: SocketTable, row: number): string {
  const { columns, facts } = table
  const state = SOCKET_STATES[columns.state[row]!]!
  const peer = state === 'bound' ? '' : ` > ${endpointText(table, row, 'peer')}`
  const names = facts.processes(row).map(one => `${one.pid}/${one.name}`)
  const reason = facts.noOwner(row)
  const who = reason === null ? names.join(',') : NO_OWNER_SAYS[reason]
  return line([state, `${endpointText(table, row, 'local')}${peer}  ${who}`])
}

const line = ([key, value]: readonly [string, string]): string => `  ${key.padEnd(9)} ${clean(value)}\n`

const allZero = (bytes: Uint8Array, row: number): boolean =>
  bytes.subarray(row * 16, row * 16 + 16).every(byte => byte === 0)

const IPV6 = familyCode('ipv6')
const LISTEN = stateCode('listen')
