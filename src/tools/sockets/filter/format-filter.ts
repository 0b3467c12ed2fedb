/** Writes a filter as text that reads back as the same tree. */
import { type Filter, METRICS, type TextMatch } from './ast.ts'
import { writeQuantity } from './quantity.ts'
import { writeHost } from './read-host.ts'
import { quoteValue } from './scanner.ts'

const PORT_WORDS = { local: 'sport', peer: 'dport', either: 'port' } as const
const ADDRESS_WORDS = { local: 'src', peer: 'dst', either: 'addr' } as const

/** Canonical: equal trees give equal texts. */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'all':
      return '*'
    case 'and':
      return filter.terms.map(term => (term.kind === 'or' ? inside(term) : formatFilter(term))).join(' and ')
    case 'or':
      return filter.terms.map(term => (term.kind === 'and' ? inside(term) : formatFilter(term))).join(' or ')
    case 'not':
      return `not ${filter.term.kind === 'and' || filter.term.kind === 'or' ? inside(filter.term) : formatFilter(filter.term)}`
    case 'port':
      return `${PORT_WORDS[filter.end]} = ${filter.ports}`
    case 'address':
      return `${ADDRESS_WORDS[filter.end]} ${writeHost(filter.host)}`
    case 'unix':
      return `${ADDRESS_WORDS[filter.end]} ${quoteValue(`unix:${filter.pattern}`)}`
    case 'device':
      return `dev ${typeof filter.device === 'number' ? filter.device : quoteValue(filter.device, /^\d+$/.test(filter.device))}`
    case 'state':
      return filter.steps.map(({ word, exclude }) => `${exclude ? 'exclude' : 'state'} ${word}`).join(' ')
    case 'protocol':
      return `proto ${filter.protocols.join(',')}`
    case 'family':
      return `family ${filter.families.join(',')}`
    case 'number':
      return `${filter.field} ${filter.values.join(',')}`
    case 'cookie':
      return `cookie ${filter.cookies.join(',')}`
    case 'text':
      return `${filter.field}${formatMatch(filter.match)}`
    case 'exposure':
      return `exposure=${filter.levels.join(',')}`
    case 'metric':
      return `${filter.metric}${filter.op}${writeQuantity(METRICS[filter.metric], filter.value)}`
  }
}

const inside = (filter: Filter): string => `(${formatFilter(filter)})`

function formatMatch(match: TextMatch): string {
  if (match.how === 'any') return '=*'
  if (match.how === 'is') return `=${match.values.map(value => quoteValue(value)).join(',')}`
  if (match.how === 'contains') return `~${quoteValue(match.text, match.text.startsWith('/'))}`
  return `~/${match.source}/${match.flags}`
}
