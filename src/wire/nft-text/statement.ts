/**
 * Reads one statement of a rule, and tells whether the rule can go on behind it.
 */
import { HEADERS } from '../../model/filter/headers.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { readDup, readFwd } from './dup-fwd.ts'
import { readFlow, readReset, readSynproxy, readTproxy } from './forwarding.ts'
import { readLog } from './log.ts'
import { readMatch } from './match.ts'
import { readMeter } from './meter.ts'
import { isNamedObject, readNamedObject } from './named-object.ts'
import { readNat } from './nat.ts'
import type { Reader } from './reader.ts'
import { readReject } from './reject.ts'
import { readSetUpdate } from './set-update.ts'
import { isStateful, readStateful } from './stateful.ts'
import { readTextUntilEnd } from './unread.ts'
import { isVerdict } from './verdict-word.ts'

export function readStatement(reader: Reader): Statement {
  const { stream } = reader
  if (isVerdict(reader))
    return isComputedQueue(reader) ? readTextUntilEnd(reader) : reader.read.verdict(reader)
  if (isNamedObject(reader)) return readNamedObject(reader)
  if (isStateful(reader)) return readStateful(reader)
  const { kind, text } = stream.token
  const read = kind === 'word' ? READERS[text] : undefined
  if (read !== undefined && !(text === 'set' && stream.peek().text === '=')) return read(reader)
  return readMatch(reader)
}

/** `queue to symhash mod 4`: the packet picks its queue. */
function isComputedQueue({ stream }: Reader): boolean {
  if (!stream.is('queue')) return false
  let ahead = 1
  if (stream.peek(ahead).text === 'flags') ahead += stream.peek(3).text === ',' ? 4 : 2
  return /^(?:to|num)$/.test(stream.peek(ahead).text) && stream.peek(ahead + 1).kind === 'word'
}

const READERS: Readonly<Record<string, (reader: Reader) => Statement>> = {
  log: readLog,
  reject: readReject,
  snat: readNat,
  dnat: readNat,
  masquerade: readNat,
  redirect: readNat,
  notrack: reader => {
    reader.stream.next()
    return { kind: 'notrack' }
  },
  add: readSetUpdate,
  update: readSetUpdate,
  delete: readSetUpdate,
  set: readSetUpdate,
  tproxy: readTproxy,
  synproxy: readSynproxy,
  flow: readFlow,
  dup: readDup,
  fwd: readFwd,
  reset: readReset,
  meter: readMeter,
  // Known to nft and not read: kept as they stand.
  xt: readTextUntilEnd,
  tunnel: readTextUntilEnd,
  tcp: reader => (reader.stream.peek(3).text === 'unknown' ? readTextUntilEnd(reader) : readMatch(reader)),
  vxlan: readTunnelled,
  geneve: readTunnelled,
  gre: readTunnelled,
  gretap: readTextUntilEnd,
}

/** `vxlan ip saddr`: a header inside of a tunnel is not read, the tunnel's own is. */
function readTunnelled(reader: Reader): Statement {
  return HEADERS.has(reader.stream.peek().text) ? readTextUntilEnd(reader) : readMatch(reader)
}

const TERMINAL: ReadonlySet<Statement['kind']> = new Set([
  'reject',
  'snat',
  'dnat',
  'masquerade',
  'redirect',
  'fwd',
])

/** Whether nft refuses anything behind it. */
export const endsRule = (statement: Statement): boolean =>
  TERMINAL.has(statement.kind) || (statement.kind === 'verdict' && statement.verdict.kind !== 'continue')
