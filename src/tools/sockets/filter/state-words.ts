/**
 * The words for states of sockets, and what each stands for: the ones of ss(8), its groups, and our own
 * for sockets that aren't TCP's.
 *
 * ss knows the kernel's numbers only, so that its `established` is also a connected datagram socket and its
 * `closed` an unconnected one; the words keep that meaning.
 */
import { SOCKET_STATES, type SocketState } from '../../../model/socket.ts'
import { stateCode } from '../../../model/socket-columns.ts'

const CONNECTED: readonly SocketState[] = [
  ...(['established', 'connected', 'syn-sent', 'syn-recv', 'fin-wait-1', 'fin-wait-2'] as const),
  ...(['time-wait', 'close-wait', 'last-ack', 'closing'] as const),
]
const BUCKET: readonly SocketState[] = ['syn-recv', 'time-wait']

/** Canonical words. Groups by ss(8): `connected` to `all`. */
const MEANING = {
  listen: ['listen'],
  bound: ['bound'],
  established: ['established', 'connected'],
  unconnected: ['unconnected'],
  'syn-sent': ['syn-sent'],
  'syn-recv': ['syn-recv'],
  'fin-wait-1': ['fin-wait-1'],
  'fin-wait-2': ['fin-wait-2'],
  'time-wait': ['time-wait'],
  'close-wait': ['close-wait'],
  'last-ack': ['last-ack'],
  closing: ['closing'],
  closed: ['closed', 'bound', 'unconnected'],
  connected: CONNECTED,
  synchronized: CONNECTED.filter(state => state !== 'syn-sent'),
  bucket: BUCKET,
  big: SOCKET_STATES.filter(state => !BUCKET.includes(state)),
  all: SOCKET_STATES,
} as const satisfies Record<string, readonly SocketState[]>

export type StateWord = keyof typeof MEANING

export const STATE_WORDS = Object.keys(MEANING) as readonly StateWord[]

/** Other spellings: ss(8), RFC 9293 and `ss` columns. */
const ALIASES: Readonly<Record<string, StateWord>> = {
  listening: 'listen',
  estab: 'established',
  unconn: 'closed',
  close: 'closed',
  'syn-received': 'syn-recv',
  'fin-wait1': 'fin-wait-1',
  'fin-wait2': 'fin-wait-2',
  timewait: 'time-wait',
}

/** Every spelling, for suggestions. */
export const STATE_SPELLINGS: readonly string[] = [...STATE_WORDS, ...Object.keys(ALIASES)]

export function stateWord(text: string): StateWord | undefined {
  const word = Object.hasOwn(ALIASES, text) ? ALIASES[text]! : text
  return Object.hasOwn(MEANING, word) ? (word as StateWord) : undefined
}

/** Sets of states as bits, by state code. */
export const ALL_STATES = 2 ** SOCKET_STATES.length - 1
export const stateBit = (state: SocketState): number => 1 << stateCode(state)
export const stateBits = (word: StateWord): number =>
  MEANING[word].reduce((bits, state) => bits | stateBit(state), 0)
export const statesOf = (bits: number): SocketState[] =>
  SOCKET_STATES.filter(state => (bits & stateBit(state)) !== 0)

/** What a run of words adds up to. */
export function stepBits(steps: readonly { readonly word: StateWord; readonly exclude: boolean }[]): number {
  let bits = steps[0]?.exclude === true ? ALL_STATES : 0
  for (const { word, exclude } of steps) bits = exclude ? bits & ~stateBits(word) : bits | stateBits(word)
  return bits
}
