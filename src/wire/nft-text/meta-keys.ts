/**
 * `meta` and its keys, long and short (nft(8), "META EXPRESSIONS").
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

/** Those that also stand without the word meta. */
export const SHORT_META: ReadonlySet<string> = new Set([
  'mark',
  'iif',
  'iifname',
  'iiftype',
  'oif',
  'oifname',
  'oiftype',
  'skuid',
  'skgid',
  'nftrace',
  'rtclassid',
  'ibrname',
  'obrname',
  'ibriport',
  'obriport',
  'pkttype',
  'cpu',
  'iifgroup',
  'oifgroup',
  'cgroup',
  'ibridgename',
  'obridgename',
  'time',
  'day',
  'hour',
])

export const META_KEYS: ReadonlySet<string> = new Set([
  ...SHORT_META,
  'length',
  'nfproto',
  'l4proto',
  'protocol',
  'priority',
  'random',
  'ipsec',
  'secpath',
  'time',
  'day',
  'hour',
  'iifkind',
  'oifkind',
  'sdif',
  'sdifname',
  'secmark',
  'ibrpvid',
  'ibrvproto',
  'ibrhwaddr',
  'broute',
])

/** Older names for the same key. */
const ALIASES: Readonly<Record<string, string>> = {
  secpath: 'ipsec',
  ibridgename: 'ibrname',
  obridgename: 'obrname',
  ibriport: 'ibrname',
  obriport: 'obrname',
}

export function readMeta(reader: Reader): Expression {
  const { stream } = reader
  const long = stream.take('meta')
  const { text, kind } = stream.token
  if (kind !== 'word' || !(long ? META_KEYS : SHORT_META).has(text))
    throw stream.refuse(
      `${shown(stream.token)} is no key of meta`,
      `The keys are ${[...META_KEYS].join(', ')}.`,
    )
  stream.next()
  return { kind: 'meta', key: ALIASES[text] ?? text }
}
