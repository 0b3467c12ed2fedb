/**
 * How many sockets there are of each kind: by peer, process, state and what else a row can be told by.
 */
import { addressFromBytes, unmap } from '../../model/address.ts'
import type { NoOwnerReason } from '../../model/owner.ts'
import { SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import { SOCKET_STATES } from '../../model/socket.ts'
import { familyCode, protocolCode, type SocketColumns, UNTOLD } from '../../model/socket-columns.ts'
import type { RowFacts } from './filter/filter.ts'
import { NO_OWNER_WORDS } from './no-owner.ts'

export const COUNT_KEYS = ['peer', 'process', 'state', 'user', 'port', 'peer-port', 'protocol'] as const
export type CountKey = (typeof COUNT_KEYS)[number]

export interface Count {
  /** The peer's address without its port, the process's name, the state …, or why there is none. */
  readonly key: string
  readonly count: number
  /** Present where the key is the reason why no process can be named. */
  readonly unknown?: NoOwnerReason
}

/**
 * The most frequent first, equal counts in order of their keys. A socket that is held by processes of different
 * names counts once for each of the names; in all other counts each socket counts once.
 */
export function countBy(
  columns: SocketColumns,
  rows: Iterable<number>,
  by: CountKey,
  facts: RowFacts,
): Count[] {
  const tally = new Map<string, number>()
  const add = (key: string): void => {
    tally.set(key, (tally.get(key) ?? 0) + 1)
  }
  if (by === 'process') return byProcess(rows, facts, tally, add)
  if (by === 'peer') byPeer(columns, rows, tally, add)
  else for (const row of rows) add(KEYS[by](columns, row, facts))
  return sorted([...tally].map(([key, count]) => ({ key, count })))
}

const NO_PEER = 'no peer'
const NO_PORT = 'no port'

type KeyOf = (columns: SocketColumns, row: number, facts: RowFacts) => string

const KEYS: Readonly<Record<Exclude<CountKey, 'process' | 'peer'>, KeyOf>> = {
  state: (columns, row) => SOCKET_STATES[columns.state[row]!]!,
  protocol: (columns, row) => SOCKET_PROTOCOLS[columns.protocol[row]!]!,
  port: (columns, row) => (columns.localPort[row] === 0 ? NO_PORT : String(columns.localPort[row])),
  'peer-port': (columns, row) => (columns.peerPort[row] === 0 ? NO_PEER : String(columns.peerPort[row])),
  user: (columns, row, facts) => {
    const uid = columns.uid[row]!
    return uid === UNTOLD ? NO_OWNER_WORDS.unsupported : (facts.userName(uid) ?? String(uid))
  },
}

const sorted = (counts: Count[]): Count[] =>
  counts.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

function byProcess(
  rows: Iterable<number>,
  facts: RowFacts,
  tally: ReadonlyMap<string, number>,
  add: (key: string) => void,
): Count[] {
  const unnamed = new Map<NoOwnerReason, number>()
  for (const row of rows) {
    const names = new Set(facts.processes(row).map(({ name }) => name))
    for (const name of names) add(name)
    if (names.size > 0) continue
    // Held, and the holder is gone before it could be named.
    const reason = facts.noOwner(row) ?? 'vanished'
    unnamed.set(reason, (unnamed.get(reason) ?? 0) + 1)
  }
  return sorted([
    ...[...tally].map(([key, count]) => ({ key, count })),
    ...[...unnamed].map(([unknown, count]) => ({ key: NO_OWNER_WORDS[unknown], count, unknown })),
  ])
}

/** Addresses without ports; mapped ones as the IPv4 addresses they are. */
function byPeer(
  columns: SocketColumns,
  rows: Iterable<number>,
  tally: Map<string, number>,
  add: (key: string) => void,
): void {
  // IPv4 peers are counted by number: 100,000 rows make no 100,000 texts.
  const four = new Map<number, { row: number; count: number }>()
  for (const row of rows) {
    if (columns.protocol[row] === UNIX || columns.peerPort[row] === 0) {
      add(NO_PEER)
      continue
    }
    if (columns.family[row] !== IPV4) {
      add(unmap(addressFromBytes(columns.peer, row * 16, 'ipv6')))
      continue
    }
    const at = row * 16
    const { peer } = columns
    const word = (peer[at]! << 24) | (peer[at + 1]! << 16) | (peer[at + 2]! << 8) | peer[at + 3]!
    const known = four.get(word)
    if (known === undefined) four.set(word, { row, count: 1 })
    else known.count++
  }
  for (const { row, count } of four.values()) {
    const key = addressFromBytes(columns.peer, row * 16, 'ipv4')
    tally.set(key, (tally.get(key) ?? 0) + count)
  }
}

const UNIX = protocolCode('unix')
const IPV4 = familyCode('ipv4')
