/**
 * `snat`, `dnat`, `masquerade`, `redirect`, in all their spellings (nft(8), "NAT STATEMENTS").
 */
import { DATATYPES, type Datatype } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Translate } from '../../model/filter/statement.ts'
import { readComputedOrPattern } from './assigned.ts'
import type { Reader } from './reader.ts'

const PORT = DATATYPES.get('inet_service')!

type Flag = Translate['flags'][number]

export function readNat(reader: Reader): Translate {
  const { stream } = reader
  const at = stream.token
  const kind = stream.next().text as Translate['kind']
  const flags = new Set<Flag>()
  let family = takeFamily(reader)
  const form = stream.takeAny('addr', 'interval', 'prefix')
  if (form === 'addr') {
    stream.need('.')
    stream.need('port')
  }
  const to = stream.take('to')
  const made: { address?: Expression | Pattern; port?: Expression | Pattern } = {}
  if (to || form !== undefined || !endsHere(reader)) {
    const addressed = kind === 'snat' || kind === 'dnat'
    if (!stream.is(':') && (addressed || !PORT_FLAGS.has(stream.token.text))) {
      family ??= addressed ? guessFamily(reader) : undefined
      if (addressed) made.address = readComputedOrPattern(reader, [addressType(reader, family), PORT])
      else {
        needTransport(reader)
        made.port = readComputedOrPattern(reader, [PORT])
      }
    }
    if (stream.take(':')) {
      needTransport(reader)
      made.port = readComputedOrPattern(reader, [PORT])
    }
  }
  readFlags(reader, flags)
  if ((kind === 'snat' || kind === 'dnat') && made.address === undefined && made.port === undefined)
    throw stream.refuse(
      `${kind} needs an address or a port`,
      `Write ${kind} to 192.0.2.1 or ${kind} to :80.`,
      at,
    )
  if (form === 'prefix') flags.add('netmap')
  const shownFamily = reader.family === 'ip' || reader.family === 'ip6' ? undefined : family
  return {
    kind,
    ...(shownFamily && made.address !== undefined && { family: shownFamily }),
    ...made,
    flags: ORDER.filter(flag => flags.has(flag)),
  }
}

const ORDER: readonly Flag[] = ['random', 'fully-random', 'persistent', 'netmap']
const PORT_FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent', 'comment'])

const endsHere = (reader: Reader): boolean => reader.stream.atEnd || PORT_FLAGS.has(reader.stream.token.text)

function takeFamily(reader: Reader): 'ip' | 'ip6' | undefined {
  const { stream } = reader
  if (!/^(?:to|addr|interval|prefix)$/.test(stream.peek().text)) return undefined
  return stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
}

/** By the table, or by what the rule has said. */
export function guessFamily({ family, protocols }: Reader): 'ip' | 'ip6' | undefined {
  if (family === 'ip' || family === 'ip6') return family
  return protocols.network === 'ip' || protocols.network === 'ip6' ? protocols.network : undefined
}

function addressType(reader: Reader, family: 'ip' | 'ip6' | undefined): Datatype {
  if (family !== undefined) return DATATYPES.get(family === 'ip' ? 'ipv4_addr' : 'ipv6_addr')!
  throw reader.stream.refuse(
    "of which family the address is can't be told",
    'Write dnat ip to … or dnat ip6 to …, with snat likewise.',
  )
}

function readFlags(reader: Reader, flags: Set<Flag>): void {
  const { stream } = reader
  if (!stream.is('random') && !stream.is('fully-random') && !stream.is('persistent')) return
  do {
    const flag = stream.takeAny('random', 'fully-random', 'persistent') as Flag | undefined
    if (flag === undefined)
      throw stream.refuse('a flag of NAT was expected', 'Write random, fully-random or persistent.')
    flags.add(flag)
  } while (stream.take(','))
}

/** A port can only be changed where there is one. */
export function needTransport(reader: Reader): void {
  if (reader.protocols.transport !== undefined) return
  throw reader.stream.refuse(
    'a port is changed of packets that may have none',
    'Compare the protocol before: meta l4proto { tcp, udp }, or tcp dport ….',
    reader.stream.previous,
  )
}
