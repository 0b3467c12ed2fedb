/**
 * A named set or map as a declaration for `nft -f`.
 */
import { datatypesOf } from '../datatype-of.ts'
import { datatypeNamed } from '../datatypes.ts'
import type { Expression } from '../expression.ts'
import type { NamedSet, Table } from '../ruleset.ts'
import { spanText } from '../symbols/time-words.ts'
import { elementText } from './element-text.ts'
import { expressionText } from './expression-text.ts'
import { setKeys } from './set-keys.ts'
import { statefulText } from './stateful-text.ts'

export function setText(set: NamedSet, table: Table): string {
  const isMap = set.mapTo.length > 0 || set.objectKind !== undefined
  const used = setKeys(table, set.name)
  const lines = [`${typeText(set, used)};`]
  const flags = set.flags
  if (set.policy === 'memory') lines.push('policy memory;')
  if (flags.length > 0) lines.push(`flags ${flags.join(',')};`)
  if (set.autoMerge) lines.push('auto-merge;')
  if (set.timeout !== undefined) lines.push(`timeout ${spanText(set.timeout * 1000)};`)
  if (set.gcInterval !== undefined) lines.push(`gc-interval ${spanText(set.gcInterval * 1000)};`)
  if (set.size !== undefined) lines.push(`size ${set.size};`)
  if (set.statements !== undefined) lines.push(`${set.statements.map(statefulText).join(' ')};`)
  if (set.comment !== undefined) lines.push(`comment "${set.comment}";`)
  if (set.elements.length > 0) lines.push(`elements = { ${elementLines(set, used.key)} }`)
  return [`\t${isMap ? 'map' : 'set'} ${set.name} {`, ...lines.map(line => `\t\t${line}`), '\t}'].join('\n')
}

function elementLines(set: NamedSet, key: Expression | undefined): string {
  const keys = isWidthless(set) && key !== undefined ? datatypesOf(key) : set.key.map(datatypeNamed)
  const values = set.mapTo.map(datatypeNamed)
  return set.elements.map(each => elementText(each, keys, values)).join(', ')
}

/** Datatypes that `type` doesn't take, because they have no width of their own. */
const WITHOUT_WIDTH: ReadonlySet<string> = new Set(['integer', 'xinteger', 'bitmask', 'string', 'invalid'])

/** Datatypes whose names `type` doesn't take as they are words of expressions, and one such expression. */
const BY_EXPRESSION: Readonly<Record<string, string>> = {
  hour: 'meta hour',
  day: 'meta day',
  time: 'meta time',
  ecn: 'ip ecn',
}
const isWidthless = (set: NamedSet): boolean =>
  [...set.key, ...set.mapTo].some(name => WITHOUT_WIDTH.has(name))

/**
 * `type ipv4_addr . inet_service : verdict`. Where a datatype has no width of its own, `typeof` with what a rule compares
 * with the set; a set of such a type that no rule uses can't be declared.
 */
function typeText(set: NamedSet, used: { readonly key?: Expression; readonly value?: Expression }): string {
  const targets = set.objectKind ?? targetText(set)
  if (isWidthless(set) && used.key !== undefined) {
    const value = used.value === undefined ? targets : expressionText(used.value)
    return `typeof ${expressionText(used.key)}${value === '' ? '' : ` : ${value}`}`
  }
  const alone = set.key.length === 1 ? BY_EXPRESSION[set.key[0]!] : undefined
  if (alone !== undefined) return `typeof ${alone}${targets === '' ? '' : ` : ${targets}`}`
  return `type ${set.key.join(' . ')}${targets === '' ? '' : ` : ${targets}`}`
}

/** `interval` where an element shows that the data are ranges. */
function targetText(set: NamedSet): string {
  if (set.mapTo.length === 0) return ''
  const ranges = set.elements.some(
    ({ value }) =>
      value?.kind === 'datum' && value.parts.some(part => part.kind === 'range' || part.kind === 'prefix'),
  )
  return `${ranges ? 'interval ' : ''}${set.mapTo.join(' . ')}`
}
