/**
 * Statements that hand a packet to something else: a local socket, a SYN proxy, a flow table; and `reset tcp option`.
 */
import { DATATYPES } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { readComputedOrPattern } from './assigned.ts'
import { guessFamily, needTransport } from './nat.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

const PORT = DATATYPES.get('inet_service')!

/** `tproxy ip to 127.0.0.1:8080`, `tproxy to :8080`. */
export function readTproxy(reader: Reader): Statement {
  const { stream } = reader
  stream.need('tproxy')
  let family = stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
  stream.need('to')
  const made: { address?: Expression | Pattern; port?: Expression | Pattern } = {}
  if (!stream.is(':')) {
    family ??= guessFamily(reader)
    if (family === undefined)
      throw stream.refuse('of which family is the address?', 'Write tproxy ip to … or tproxy ip6 to ….')
    const type = DATATYPES.get(family === 'ip' ? 'ipv4_addr' : 'ipv6_addr')!
    made.address = readComputedOrPattern(reader, [type])
  }
  if (stream.take(':')) made.port = readComputedOrPattern(reader, [PORT])
  needTransport(reader)
  const shownFamily = reader.family === 'inet' ? family : undefined
  return { kind: 'tproxy', ...(shownFamily && { family: shownFamily }), ...made }
}

/** `synproxy mss 1460 wscale 7 timestamp sack-perm`. */
export function readSynproxy(reader: Reader): Of<'synproxy'> {
  const { stream } = reader
  stream.need('synproxy')
  return readSynproxySettings(reader)
}

/** As an object's, each setting may stand on a line of its own. */
export function readSynproxySettings(reader: Reader, lines = false): Of<'synproxy'> {
  const { stream } = reader
  const made: { mss?: number; wscale?: number } = {}
  const flags: string[] = []
  while (true) {
    while (lines && (stream.token.kind === 'newline' || stream.is(';'))) stream.next()
    if (stream.take('mss')) made.mss = stream.number('a segment size', 65_535)
    else if (stream.take('wscale')) made.wscale = stream.number('a window scale', 14)
    else if (stream.take('timestamp')) flags.push('timestamp')
    else if (stream.takeAny('sack-perm', 'sack-permitted') !== undefined) flags.push('sack-perm')
    else return { kind: 'synproxy', ...made, flags: [...new Set(flags)].sort().reverse() }
  }
}

/** `flow add @f`, formerly `flow offload @f`. */
export function readFlow(reader: Reader): Statement {
  const { stream } = reader
  stream.need('flow')
  if (stream.takeAny('add', 'offload') === undefined)
    throw stream.refuse(`${shown(stream.token)} is nothing to do with a flow`, 'Write flow add @name.')
  stream.need('@')
  const at = stream.name('the name of a flowtable')
  reader.references.push({ at, to: 'flowtable', name: at.text })
  return { kind: 'flow-add', flowtable: at.text }
}

/** `reset tcp option sack-perm`. */
export function readReset(reader: Reader): Statement {
  const { stream } = reader
  stream.need('reset')
  stream.need('tcp')
  stream.need('option')
  reader.protocols.transport ??= 'tcp'
  return { kind: 'reset-option', option: stream.name('the name of an option').text }
}
