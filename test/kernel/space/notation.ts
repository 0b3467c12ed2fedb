/**
 * Programs as text, a line for each action, so that tables of cases read as a specification, a shrunk disagreement can be
 * pasted into one, and recorded answers can be reviewed.
 *
 *     a tcp4 RA RP uid=1000 dev=d0     a socket of that protocol and family, and its options
 *                                      (udp6, sctp4, dccp6 …)
 *     a +RA     a -V6ONLY              an option set, or unset: RA RP V6ONLY NOPORT
 *     a device d1     a device none
 *     a range 8-11                     IP_LOCAL_PORT_RANGE
 *     a bind [::]:1                    port 0: the system chooses
 *     a listen
 *     b connect 127.0.0.1:1            b connect 127.0.0.1:a, to the port that a has
 *     a accept c                       the new socket is c
 *     b send 127.0.0.1:2
 *     b disconnect     a shutdown read|write|both     a close     a abort
 *
 * After ` = ` stands what it comes to: an errno or OK (which may be left out), the local end afterwards, `from` the peer,
 * and `-> a` who got it, `-> a|b` one of them, `-> nobody`. Of an end, `*` stands for any address, and `8-11`, `{8,10}`
 * or `*` for the ports that it may have.
 */
import { PROTOCOLS } from '../../../src/model/protocol.ts'
import type { Action, Outcome, SocketId, SpaceProtocol } from '../../../src/model/space/program.ts'

/** What a row wants: what is absent is not judged. */
export interface Wanted {
  readonly errno: string
  readonly address?: string
  readonly ports?: readonly number[]
  readonly peer?: { readonly address: string; readonly port: number }
  readonly receivers?: readonly (SocketId | null)[]
}

export interface Line {
  readonly action: Action
  readonly wanted: Wanted
}

const OPTION_WORDS = { RA: 'reuseAddress', RP: 'reusePort', V6ONLY: 'v6only', NOPORT: 'noPort' } as const
type OptionWord = keyof typeof OPTION_WORDS
const WORDS = Object.fromEntries(Object.entries(OPTION_WORDS).map(([word, option]) => [option, word]))
/** A protocol and the number of the IP version. */
const SOCKET = new RegExp(`^(?:${PROTOCOLS.join('|')})[46]$`)
const NOBODY = 'nobody'
const LETTERS = 26

export const nameOf = (id: SocketId): string =>
  `${String.fromCharCode(97 + (id % LETTERS))}${id < LETTERS ? '' : Math.floor(id / LETTERS)}`
const idOf = (name: string): SocketId => name.charCodeAt(0) - 97 + LETTERS * Number(name.slice(1))

const endText = (address: string, port: number | string): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`

export function printAction(action: Action): string {
  const own = nameOf(action.id)
  switch (action.do) {
    case 'socket':
      return `${own} ${action.protocol}${action.family.slice(-1)}${action.uid === 0 ? '' : ` uid=${action.uid}`}`
    case 'set':
      return `${own} ${action.on ? '+' : '-'}${WORDS[action.option]}`
    case 'device':
      return `${own} device ${action.device ?? 'none'}`
    case 'range':
      return `${own} range ${action.low}-${action.high}`
    case 'accept':
      return `${own} accept ${nameOf(action.as)}`
    case 'shutdown':
      return `${own} shutdown ${action.how}`
    case 'close':
      return `${own} ${action.abort === true ? 'abort' : 'close'}`
    case 'bind':
    case 'connect':
    case 'send': {
      const port = typeof action.port === 'number' ? action.port : nameOf(action.port.of)
      return `${own} ${action.do} ${endText(action.address, port)}`
    }
    default:
      return `${own} ${action.do}`
  }
}

export function printOutcome({ errno, local, peer, receiver }: Outcome): string {
  return [
    errno,
    ...(local === undefined ? [] : [endText(local.address, local.port)]),
    ...(peer === undefined ? [] : [`from ${endText(peer.address, peer.port)}`]),
    ...(receiver === undefined ? [] : [`-> ${receiver === null ? NOBODY : nameOf(receiver)}`]),
  ].join(' ')
}

/** A line may make several actions: a socket and its options. */
export function parseLine(text: string): Line[] {
  const [doing = '', coming = ''] = text.trim().split(/ += +/)
  const wanted = parseWanted(coming)
  const actions = parseActions(doing.split(/ +/))
  return actions.map((action, i) => ({ action, wanted: i === actions.length - 1 ? wanted : { errno: 'OK' } }))
}

function parseActions([name = '', verb = '', ...rest]: readonly string[]): Action[] {
  if (!/^[a-z]\d*$/.test(name)) throw new Error(`"${name}" names no socket`)
  const id = idOf(name)
  if (SOCKET.test(verb)) return openingOf(id, verb, rest)
  if (/^[+-]/.test(verb)) return [{ do: 'set', id, option: optionOf(verb.slice(1)), on: verb[0] === '+' }]
  const [word = ''] = rest
  switch (verb) {
    case 'device':
      return [{ do: 'device', id, device: word === 'none' ? null : word }]
    case 'range': {
      const [low, high] = word.split('-').map(Number)
      return [{ do: 'range', id, low: low!, high: high! }]
    }
    case 'bind':
      return [{ do: 'bind', id, ...numbered(parseEnd(word)) }]
    case 'connect':
    case 'send': {
      const { address, port } = parseEnd(word)
      return [{ do: verb, id, address, port: /^\d/.test(port) ? Number(port) : { of: idOf(port) } }]
    }
    case 'accept':
      return [{ do: 'accept', id, as: idOf(word) }]
    case 'shutdown':
      if (word !== 'read' && word !== 'write' && word !== 'both') throw new Error(`shutdown ${word}`)
      return [{ do: 'shutdown', id, how: word }]
    case 'close':
      return [{ do: 'close', id }]
    case 'abort':
      return [{ do: 'close', id, abort: true }]
    case 'listen':
    case 'disconnect':
      return [{ do: verb, id }]
    default:
      throw new Error(`"${verb}" is nothing that a socket does`)
  }
}

function openingOf(id: SocketId, kind: string, words: readonly string[]): Action[] {
  const uid = Number(words.find(word => word.startsWith('uid='))?.slice(4) ?? 0)
  const device = words.find(word => word.startsWith('dev='))?.slice(4)
  return [
    {
      do: 'socket',
      id,
      protocol: kind.slice(0, -1) as SpaceProtocol,
      family: kind.endsWith('4') ? 'ipv4' : 'ipv6',
      uid,
    },
    ...words
      .filter(word => !word.includes('='))
      .map((word): Action => ({ do: 'set', id, option: optionOf(word), on: true })),
    ...(device === undefined ? [] : [{ do: 'device', id, device } as const]),
  ]
}

function optionOf(word: string): (typeof OPTION_WORDS)[OptionWord] {
  if (!Object.hasOwn(OPTION_WORDS, word)) throw new Error(`"${word}" is no option`)
  return OPTION_WORDS[word as OptionWord]
}

export function parseWanted(text: string): Wanted {
  const match =
    /^(?:(OK|E[A-Z]+)(?: +|$))?(?:(\S+:[\d*{][\d,}-]*)(?: +|$))?(?:from (\S+)(?: +|$))?(?:-> (\S+))?$/.exec(
      text,
    )
  if (match === null) throw new Error(`"${text}" is no outcome`)
  const [, errno = 'OK', local, peer, receivers] = match
  const end = local === undefined ? undefined : parseEnd(local)
  return {
    errno,
    ...(end === undefined || end.address === '*' ? {} : { address: end.address }),
    ...(end === undefined || end.port === '*' ? {} : { ports: portsOf(end.port) }),
    ...(peer === undefined ? {} : { peer: numbered(parseEnd(peer)) }),
    ...(receivers === undefined
      ? {}
      : { receivers: receivers.split('|').map(name => (name === NOBODY ? null : idOf(name))) }),
  }
}

function portsOf(text: string): number[] {
  if (text.startsWith('{')) return text.slice(1, -1).split(',').map(Number)
  const [low = 0, high = low] = text.split('-').map(Number)
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}

function parseEnd(text: string): { address: string; port: string } {
  const match = /^(?:\[(.+)\]|([^:]+)):(.+)$/.exec(text)
  if (match === null) throw new Error(`"${text}" is no end`)
  return { address: match[1] ?? match[2]!, port: match[3]! }
}

const numbered = (end: { address: string; port: string }): { address: string; port: number } => ({
  address: end.address,
  port: Number(end.port),
})
