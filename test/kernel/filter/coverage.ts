/**
 * What of nftables a rule set uses, in words that are comparable: `statement reject`, `meta hour`, `tcp option window`, `verdict jump`. Of a
 * header field the words are nft's own; of an object its kind.
 */
import type { Ruleset } from '../../../src/model/filter/ruleset.ts'

type Part = Readonly<Record<string, unknown>>

export function wordsOf({ tables }: Ruleset): ReadonlySet<string> {
  const words = new Set<string>()
  for (const table of tables) {
    words.add(`family ${table.family}`)
    if (table.dormant) words.add('table dormant')
    for (const object of table.objects) words.add(`object ${object.kind}`)
    if (table.flowtables.length > 0) words.add('flowtable')
    for (const { base } of table.chains)
      if (base !== undefined) words.add(`chain ${base.type} ${base.hook}`).add(`policy ${base.policy}`)
    for (const set of table.sets) {
      words.add(set.mapTo.length > 0 || set.objectKind !== undefined ? 'map' : 'set')
      for (const flag of set.flags) words.add(`set ${flag}`)
      if (set.key.length > 1) words.add('set of concatenations')
      for (const { key } of set.elements) if (key === '*') words.add('element *')
    }
    visit(table, words)
  }
  return words
}

/** Statements and expressions hold one another in many places: all of them are looked into. */
function visit(value: unknown, words: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const each of value) visit(each, words)
    return
  }
  const part = value as Part
  if (typeof part.kind === 'string') for (const word of describe(part.kind, part)) words.add(word)
  for (const inner of Object.values(part)) visit(inner, words)
}

/** Kinds whose words need nothing else. */
const PLAIN: ReadonlySet<string> = new Set([
  'match',
  'reject',
  'counter',
  'limit',
  'quota',
  'ct-count',
  'log',
  'notrack',
  'tproxy',
  'synproxy',
  'flow-add',
  'dup',
  'fwd',
  'last',
  'reset-option',
  'snat',
  'dnat',
  'masquerade',
  'redirect',
  'verdict-map',
  'map',
])

function describe(kind: string, part: Part): string[] {
  const said = (...names: string[]): string =>
    names.flatMap(name => (part[name] === undefined ? [] : [String(part[name])])).join(' ')
  switch (kind) {
    case 'payload':
      return [said('protocol', 'field'), `header ${part.protocol}`]
    case 'raw':
      return [`raw ${part.base}`]
    case 'meta':
    case 'socket':
    case 'rt':
    case 'osf':
      return [`${kind} ${part.key}`]
    case 'ct':
      return [`ct ${said('direction', 'key')}`, `ct ${part.key}`]
    case 'fib':
      return [`fib ${part.result}`]
    case 'ipsec':
      return [`ipsec ${said('direction', 'key')}`]
    case 'header':
      return [`${part.of} ${part.name}`, part.field === undefined ? `${part.of} exists` : `${part.of} field`]
    case 'numgen':
      return [`numgen ${part.mode}`]
    case 'hash':
      return [String(part.algorithm)]
    case 'bits':
      return [`bits ${part.op}`]
    case 'verdict':
      return [`verdict ${String((part.verdict as Part | undefined)?.kind)}`]
    case 'assign': {
      const target = part.target as Part
      return describe(String(target.kind), target).map(word => `set ${word}`)
    }
    case 'object':
      return part.object === undefined ? [] : [`object ${part.object}`]
    case 'update-set':
      return [`${part.op} @set${part.value === undefined ? '' : ' of a map'}`]
    case 'beginning':
    case 'prefix':
    case 'range':
    case 'tuple':
    case 'reference':
      return [`value ${kind}`]
    default:
      return PLAIN.has(kind) ? [`statement ${kind}`] : []
  }
}
