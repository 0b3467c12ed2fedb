/**
 * `log prefix "x" level info flags tcp sequence,options`.
 */
import type { Statement } from '../../model/filter/statement.ts'
import type { Reader } from './reader.ts'
import { readVariable } from './right-side.ts'
import { shown } from './token-stream.ts'

const LEVELS: ReadonlySet<string> = new Set([
  'emerg',
  'alert',
  'crit',
  'err',
  'warn',
  'notice',
  'info',
  'debug',
  'audit',
])
/** `log level` when none is said (`LOG_WARNING`). */
const DEFAULT_LEVEL = 'warn'
const LONGEST_PREFIX = 127
const FLAG_ORDER = ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether']

type Draft = { -readonly [K in keyof Log]: Log[K] }
type Log = Extract<Statement, { kind: 'log' }>

export function readLog(reader: Reader): Log {
  const { stream } = reader
  stream.need('log')
  const log: Draft = { kind: 'log', flags: [] }
  const flags = new Set<string>()
  const seen = new Set<string>()
  while (!stream.atEnd) {
    const at = stream.token
    const word = stream.takeAny('prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags')
    if (word === undefined) break
    if (word !== 'flags' && seen.has(word)) throw stream.refuse(`${word} stands twice`, 'Write it once.', at)
    seen.add(word)
    if (word === 'prefix') log.prefix = readPrefix(reader)
    else if (word === 'level') {
      const level = readLevel(reader)
      if (level !== DEFAULT_LEVEL) log.level = level
    } else if (word === 'group') log.group = stream.number('a group', 65_535)
    else if (word === 'snaplen') log.snaplen = stream.number('a length', 0xffff_ffff)
    else if (word === 'queue-threshold') log.queueThreshold = stream.number('a number of packets', 65_535)
    else readFlags(reader, flags)
  }
  if (seen.has('group') && (seen.has('level') || seen.has('flags')))
    throw stream.refuse('group excludes level and flags', 'Write either of them.', stream.previous)
  const all = FLAG_ORDER.every(flag => flags.has(flag))
  log.flags = all ? ['all'] : FLAG_ORDER.filter(flag => flags.has(flag))
  return log
}

function readPrefix(reader: Reader): string {
  const { stream } = reader
  let at = stream.token
  if (stream.is('$')) at = readVariable(reader).at
  else at = stream.name('a prefix')
  if (at.text.length > LONGEST_PREFIX)
    throw stream.refuse('the prefix is too long', `Write at most ${LONGEST_PREFIX} letters.`, at)
  return at.text
}

function readLevel(reader: Reader): string {
  const { stream } = reader
  const { text } = stream.token
  if (!LEVELS.has(text))
    throw stream.refuse(`${shown(stream.token)} is no level`, `Write one of ${[...LEVELS].join(', ')}.`)
  return stream.next().text
}

function readFlags(reader: Reader, flags: Set<string>): void {
  const { stream } = reader
  const word = stream.takeAny('tcp', 'ip', 'skuid', 'ether', 'all')
  if (word === undefined)
    throw stream.refuse(
      `${shown(stream.token)} is no flag of log`,
      'Write tcp sequence,options, ip options, skuid, ether or all.',
    )
  if (word === 'all') for (const flag of FLAG_ORDER) flags.add(flag)
  else if (word === 'skuid' || word === 'ether') flags.add(word)
  else {
    do {
      const what = stream.takeAny(...(word === 'tcp' ? ['sequence', 'options'] : ['options']))
      if (what === undefined)
        throw stream.refuse(`${word} logs no such thing`, 'Write tcp sequence,options or ip options.')
      flags.add(`${word} ${what}`)
    } while (stream.take(','))
  }
}
