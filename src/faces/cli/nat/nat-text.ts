/** What `ports nat` shows at a terminal: rules, connections, who uses the ports, and what goes wrong. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import { isTranslated } from '../../../model/nat/tracked-connection.ts'
import { formatTracked, type NatPicture, protocolWord } from '../../../tools/nat/nat.ts'
import { findingsText } from '../firewall/findings-text.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { tableLines } from '../render/table.ts'
import { wrap } from '../render/wrap.ts'
import { natColumns } from './nat-columns.ts'
import { percent, ruleName } from './nat-words.ts'

/** Connections, and sources, that a person gets to see without asking for more. */
const MOST_SHOWN = 25
const MOST_SOURCES = 8

export interface TextOptions {
  readonly paint: Paint
  readonly width: number
  readonly header: boolean
  /** Connections that aren't translated are among them. */
  readonly all: boolean
}

export function* natText(picture: NatPicture, options: TextOptions): Generator<string> {
  const { paint, width } = options
  yield* rulesText(picture, paint, width)
  const [first = '', ...more] = wrap(tableLine(picture, options.all), width, 2, 0)
  yield `\n${[first, ...more].map(line => paint(line, 'heading')).join('\n')}\n`
  if (picture.entries.known && picture.entries.value.length > 0) {
    const { value } = picture.entries
    const shown = value.slice(0, MOST_SHOWN)
    yield* tableLines(natColumns, shown, { width, header: options.header, paint })
    if (value.length > shown.length)
      yield `${paint(`  and ${value.length - shown.length} more: name a target, or pipe it to see all`, 'dim')}\n`
  }
  yield* sourcesText(picture, paint, width)
  if (picture.findings.length > 0) yield `\n${findingsText(picture.findings, paint, width)}`
}

function* rulesText({ rules, forwards }: NatPicture, paint: Paint, width: number): Generator<string> {
  if (!rules.known) {
    yield `${paint(`Rules that translate: ${UNKNOWN_SAYS[rules.reason]}`, 'heading')}\n`
    return
  }
  const passes = forwards.known
    ? (['ipv4', 'ipv6'] as const)
        .filter(family => forwards.value[family])
        .map(family => family.replace('ipv', 'IPv'))
    : []
  const forwarding = !forwards.known
    ? ''
    : passes.length === 0
      ? '; packets for others are not passed on'
      : `; ${passes.join(' and ')} of others is passed on`
  const count = rules.value.length
  const heading =
    count === 0 ? 'No rule translates' : `${count} ${count === 1 ? 'rule translates' : 'rules translate'}`
  yield `${paint(`${heading}${forwarding}`, 'heading')}\n`
  for (const { words, rule, maker, hooks } of rules.value) {
    const from = maker === undefined ? '' : `, by ${maker}`
    const idle = hooks.length === 0 ? ', never entered' : ''
    const [first = '', ...more] = wrap(clean(words), width, 4, 2)
    yield `  ${first}\n${more.map(line => `${line}\n`).join('')}`
    yield `    ${paint(clean(`${ruleName(rule)}${from}${idle}`), 'dim')}\n`
  }
}

function tableLine({ table, entries, says }: NatPicture, all: boolean): string {
  const fill = table.known
    ? `${table.value.entries} of ${table.value.limit} connections are tracked (${percent(table.value.entries / table.value.limit)})`
    : `How full the table of connections is: ${UNKNOWN_SAYS[table.reason]}`
  const translated = entries.known
    ? all
      ? `; ${entries.value.filter(({ connection }) => isTranslated(connection.status)).length} of the ${entries.value.length} below translated`
      : `; ${entries.value.length} translated`
    : `; which: ${says}`
  return `${fill}${translated}${failed(table)}`
}

/** What was refused since boot, if anything. */
function failed(table: NatPicture['table']): string {
  if (!table.known) return ''
  const parts = (
    [
      ['insertFailed', 'failed inserts'],
      ['drop', 'drops'],
      ['earlyDrop', 'early drops'],
    ] as const
  ).flatMap(([name, words]) => {
    const told = table.value[name]
    return told.known && told.value > 0 ? [`${told.value} ${words}`] : []
  })
  return parts.length === 0 ? '' : `; ${parts.join(', ')} since boot`
}

function* sourcesText({ sources }: NatPicture, paint: Paint, width: number): Generator<string> {
  if (sources.length === 0) return
  yield `\n${paint('Who uses the ports of the addresses that they get', 'heading')}\n`
  for (const { address, entries, share, pool } of sources.slice(0, MOST_SOURCES)) {
    const towards = `${protocolWord(pool.protocol)} ${formatTracked(pool.destination)}`
    const text = `${address}  ${entries} ${entries === 1 ? 'connection' : 'connections'}; ${percent(share)} of the ports that ${pool.external} has towards ${towards} (${pool.used} of ${pool.ports} used)`
    const [first = '', ...more] = wrap(text, width, 4, 2)
    yield `  ${first}\n${more.map(line => `${line}\n`).join('')}`
  }
  if (sources.length > MOST_SOURCES)
    yield `${paint(`  and ${sources.length - MOST_SOURCES} more: --sources`, 'dim')}\n`
}
