/** What is known of a listener, as pairs of a label and a text: where it listens, who holds it, who is connected. */
import type { Process } from '../../../model/owner.ts'
import { familyCode, stateCode, UNTOLD } from '../../../model/socket-columns.ts'
import type { Explanation, Listener, ServiceNames, SocketTable } from '../../../tools/sockets/sockets.ts'
import { counted } from '../render/counted.ts'
import { ago } from './ago.ts'
import { clientsText } from './clients-text.ts'
import { endpointText } from './endpoint-text.ts'
import { processesOf } from './explanation-sentence.ts'

export type Line = readonly [label: string, text: string]

/** `now`: milliseconds since 1970. */
export function listenerLines(
  explanation: Explanation,
  listener: Listener,
  services: ServiceNames,
  now: number,
): readonly Line[] {
  const { table } = explanation
  return [
    ...listensLines(table, listener),
    ...namespaceLines(table, listener),
    ...ownerLines(table, listener, now),
    ['reach', `${listener.exposure.level}: ${listener.exposure.because}`],
    ...queueLines(table, listener),
    ...clientsText(explanation, listener),
    ...serviceLines(listener, services),
  ]
}

const listensLines = (table: SocketTable, { rows }: Listener): Line[] => [
  ['listens', rows.map(row => `${endpointText(table, row, 'local')}${familyNote(table, row)}`).join(', ')],
]

function familyNote({ columns }: SocketTable, row: number): string {
  if (columns.family[row] !== IPV6) return ''
  if (columns.v6only[row] === 1) return ' (IPv6 only)'
  return columns.v6only[row] === 0 && allZero(columns.local, row) ? ' (IPv4 and IPv6)' : ''
}

/** Only of one that isn't ours. */
function namespaceLines({ facts, own }: SocketTable, { netns }: Listener): Line[] {
  if (netns === own) return []
  const name = facts.namespace(netns)?.name ?? null
  return [['netns', name === null ? String(netns) : `${name} (${netns})`]]
}

/** The first holder in full; of so many others what tells them apart; the rest are counted. */
const MOST_OTHERS = 5

function ownerLines(table: SocketTable, listener: Listener, now: number): Line[] {
  const [first, ...others] = processesOf(table, listener)
  if (first === undefined) return hiddenLines(table, listener)
  const { facts } = table
  const rest = others.length - MOST_OTHERS
  return [
    processLine(first, now),
    ['command', facts.command(first)],
    ...(first.cwd.known ? [['folder', first.cwd.value] as const] : []),
    ...(first.unit === undefined ? [] : [['unit', first.unit] as const]),
    ...chainLine(table, first),
    ...others
      .slice(0, MOST_OTHERS)
      .flatMap(one => [
        processLine(one, now),
        ...(facts.command(one) === facts.command(first) ? [] : [['command', facts.command(one)] as const]),
      ]),
    ...(rest > 0 ? [['process', `and ${rest} more`] as const] : []),
  ]
}

const processLine = ({ pid, name, startedAt }: Process, now: number): Line => [
  'process',
  `${pid} ${name}, since ${new Date(startedAt).toISOString().slice(0, 19)}Z (${ago(now - startedAt)})`,
]

/** What everybody may know of an owner that is hidden. */
function hiddenLines({ facts, columns }: SocketTable, { rows }: Listener): Line[] {
  const group = facts.group(rows[0]!)
  const uid = columns.uid[rows[0]!]!
  const known = [
    ...(uid === UNTOLD ? [] : [`user ${facts.userName(uid) ?? uid}`]),
    ...(group?.unit === undefined ? [] : [`unit ${group.unit}`]),
    ...(group?.container === undefined
      ? []
      : [`${group.container.runtime} container ${group.container.id.slice(0, 12)}`]),
  ]
  return known.length === 0 ? [] : [['known', known.join(', ')]]
}

function chainLine({ facts }: SocketTable, process: Process): Line[] {
  const parents = facts.parents(process.pid)
  return parents.length === 0 ? [] : [['parents', parents.map(one => `${one.name} (${one.pid})`).join(' < ')]]
}

/** Sockets that say the same are counted. */
function queueLines({ columns }: SocketTable, { rows }: Listener): Line[] {
  const texts = rows
    .filter(row => columns.state[row] === LISTEN && columns.sendQueue[row] !== UNTOLD)
    .map(row => {
      const drops = columns.drops[row]!
      return `${columns.receiveQueue[row]} of ${columns.sendQueue[row]} waiting${drops === UNTOLD || drops === 0 ? '' : `, ${drops} dropped`}`
    })
  const distinct = [...Map.groupBy(texts, text => text)]
  const said = distinct.map(([text, same]) =>
    same.length === 1 ? text : `${text} (each of ${counted(same.length, 'socket')})`,
  )
  return said.length === 0 ? [] : [['accepts', said.join('; ')]]
}

function serviceLines({ protocol, port }: Listener, services: ServiceNames): Line[] {
  const service = services(port, protocol)
  return service === null ? [] : [['service', `${service.name} (${service.source})`]]
}

const allZero = (bytes: Uint8Array, row: number): boolean =>
  bytes.subarray(row * 16, row * 16 + 16).every(byte => byte === 0)

const IPV6 = familyCode('ipv6')
const LISTEN = stateCode('listen')
