/** A rule that translates, in words: which packets, and what becomes of them. What has no word stands as nft writes it. */

import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import { printExpression, printStatement } from '../../model/filter/print/print.ts'
import type { Rule, Table } from '../../model/filter/ruleset.ts'
import type { Statement, Translate } from '../../model/filter/statement.ts'
import { patternText } from '../firewall/firewall.ts'

export function translationWords(table: Table, rule: Rule, translate: Translate): string {
  const said = { protocol: '', places: [] as string[], odd: [] as string[] }
  for (const statement of rule.statements) {
    if (statement === translate) break
    if (statement.kind !== 'match') {
      if (!SILENT.has(statement.kind)) said.odd.push(printStatement(statement, table))
      continue
    }
    const words = matchWords(statement)
    if (words === undefined) said.odd.push(printStatement(statement, table))
    else if ('protocol' in words) {
      said.protocol = words.protocol
      if (words.place !== undefined) said.places.push(words.place)
    } else said.places.push(words.place)
  }
  const places = said.places
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .join(' ')
    .replace(/\b(to|from) (this machine|[^ ]+) \1 port /, '$1 $2 port ')
  const guard = said.odd.length === 0 ? '' : `, if ${said.odd.join(' and ')},`
  const which = said.protocol === '' ? 'what comes' : said.protocol
  return `${[which, places].join(' ').trimEnd()}${guard} ${becomes(table, translate)}`
}

/** As people say it: the protocol, where it comes in, from whom, to whom, by where it leaves. */
const ORDER: readonly RegExp[] = [
  /coming/,
  /from (?!port)/,
  /from port/,
  / ?to (?!port)/,
  /to port/,
  /leaving/,
]
const rankOf = (place: string): number => ORDER.findIndex(one => one.test(place))

/** What a rule does beside, which no packet notices. */
const SILENT: ReadonlySet<string> = new Set(['counter', 'log', 'last'])

type Words = { readonly place: string } | { readonly protocol: string; readonly place?: string }

const PLACES: Readonly<Record<string, (value: string) => string>> = {
  saddr: value => `from ${value}`,
  daddr: value => `to ${value}`,
  iifname: value => `coming in by ${value}`,
  oifname: value => `leaving by ${value}`,
  iif: value => `coming in by ${value}`,
  oif: value => `leaving by ${value}`,
  type: value => (value === 'local' ? 'to this machine' : `to ${value} addresses`),
}
const PORTS: Readonly<Record<string, (value: string) => string>> = {
  sport: value => `from port ${value}`,
  dport: value => `to port ${value}`,
}

function matchWords({ left, op, right }: Extract<Statement, { kind: 'match' }>): Words | undefined {
  const value = isPattern(right) ? patternText(left, right) : undefined
  if (value === undefined || (op !== '==' && op !== '!=')) return undefined
  const not = op === '==' ? '' : 'not '
  if (left.kind === 'payload' && Object.hasOwn(PORTS, left.field))
    return {
      protocol: left.protocol === 'th' ? '' : left.protocol,
      place: `${not}${PORTS[left.field]!(value)}`,
    }
  if (left.kind === 'meta' && (left.key === 'l4proto' || left.key === 'nfproto') && not === '')
    return { protocol: value.replaceAll(',', ' or ') }
  const key = left.kind === 'payload' ? left.field : left.kind === 'fib' ? fibKey(left) : keyOf(left)
  if (key === undefined || !Object.hasOwn(PLACES, key)) return undefined
  return { place: `${not}${PLACES[key]!(value)}` }
}

const keyOf = (left: Expression): string | undefined => (left.kind === 'meta' ? left.key : undefined)
const fibKey = ({ flags, result }: Extract<Expression, { kind: 'fib' }>): string | undefined =>
  result === 'type' && flags[0] === 'daddr' ? 'type' : undefined

const isPattern = (side: Pattern | Expression): side is Pattern =>
  ['value', 'range', 'prefix', 'beginning', 'set', 'tuple', 'reference'].includes(side.kind)

function becomes({ family }: Table, { kind, address, port, flags, family: own }: Translate): string {
  const type = family === 'ip6' || own === 'ip6' ? 'ipv6_addr' : 'ipv4_addr'
  const to = address === undefined ? undefined : sideText(address, type)
  const ports = port === undefined ? undefined : sideText(port, 'inet_service')
  const how = flags.length === 0 ? '' : ` (${flags.join(', ')})`
  switch (kind) {
    case 'masquerade':
      return `takes the address of the interface that it leaves by${ports === undefined ? '' : `, and a port of ${ports}`}${how}`
    case 'snat':
      return `takes the source ${joined(to, ports)}${how}`
    case 'dnat':
      return `goes to ${joined(to, ports)}${how}`
    case 'redirect':
      return `goes to this machine${ports === undefined ? '' : `’s port ${ports}`}${how}`
  }
}

function joined(address: string | undefined, ports: string | undefined): string {
  if (address === undefined) return `port ${ports}`
  if (ports === undefined) return address
  return address.includes(':') ? `[${address}]:${ports}` : `${address}:${ports}`
}

function sideText(side: Expression | Pattern, type: string): string {
  const left: Expression =
    type === 'inet_service'
      ? { kind: 'payload', protocol: 'tcp', field: 'dport' }
      : { kind: 'payload', protocol: type === 'ipv6_addr' ? 'ip6' : 'ip', field: 'daddr' }
  const plain = isPattern(side) ? patternText(left, side) : printExpression(side)
  return isPattern(side) ? (plain ?? 'an element of a set') : `what ${plain} says`
}
