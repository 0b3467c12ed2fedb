/** What `ports fw` shows at a terminal: who manages the filter, what it opens, what else decides, then the rules. */
import type { OpenedPorts } from '../../../tools/exposure/exposure.ts'
import type { ChainListing } from '../../../tools/firewall/firewall.ts'
import type { ServiceNames } from '../../../tools/sockets/sockets.ts'
import { clean } from '../render/clean.ts'
import type { Paint } from '../render/colour.ts'
import { wrap } from '../render/wrap.ts'
import type { FilterPicture } from './picture-item.ts'

export function pictureText(
  picture: FilterPicture,
  names: ServiceNames,
  hits: boolean,
  paint: Paint,
  width: number,
): string {
  const { chains, opened, outside, managers, hidden } = picture
  const rules = chains.reduce((sum, one) => sum + one.rules.length, 0)
  const lines: string[] = []
  const say = (text: string, indent = 0): void => {
    const [first = '', ...more] = wrap(clean(text), width, indent + 2, indent)
    lines.push(`${' '.repeat(indent)}${first}`, ...more)
  }
  if (chains.length === 0) {
    lines.push(paint(`No packet filter: ${picture.name} has no rules that a packet meets`, 'heading'))
  } else {
    const counted = `${rules} ${rules === 1 ? 'rule' : 'rules'} in ${chains.length} ${chains.length === 1 ? 'chain' : 'chains'}`
    lines.push(paint(`The packet filter of ${clean(picture.name)}: ${counted}`, 'heading'))
  }
  for (const { title, evidence, words, rules: own } of managers) {
    const signs = evidence.map(({ source, says }) => `${source}: ${says}`).join('; ')
    const count = own === 0 ? 'no rules' : `${own} ${own === 1 ? 'rule' : 'rules'}`
    say(`${title}: ${count} (${signs})`)
    for (const line of words) say(line, 2)
  }
  for (const { kind, place, says } of outside)
    say(`Outside of the rules, ${kind} decides at ${place}: ${says}`)
  lines.push('', paint('Opens to new connections from beyond this machine', 'heading'))
  if (opened.ports.length === 0) lines.push('  nothing')
  for (const one of opened.ports) lines.push(`  ${openedText(one, names)}`)
  if (!opened.complete) lines.push(paint('  and more: too many ranges to look at each', 'warn'))
  for (const chain of chains) lines.push(...chainLines(chain, hits, paint))
  if (hidden > 0) {
    const which = hidden === 1 ? 'chain that no packet enters is' : 'chains that no packet enters are'
    lines.push('', paint(`${hidden} ${which} left out: --all shows them`, 'dim'))
  }
  return `${lines.join('\n')}\n`
}

const FROM = {
  host: 'this machine',
  link: 'the links',
  private: 'private networks',
  public: 'everywhere',
} as const

function openedText(one: OpenedPorts, names: ServiceNames): string {
  const { protocol, low, high, families, level, verdict, publishedTo } = one
  const range = low === high ? `${low}` : `${low}-${high}`
  const name = low === high ? (names(low, protocol)?.name ?? '') : ''
  const family = families.length === 2 ? '' : families[0] === 'ipv4' ? ', IPv4 only' : ', IPv6 only'
  const how =
    verdict === 'open'
      ? ''
      : verdict === 'published'
        ? `, published to ${publishedTo}`
        : ', as far as is known'
  return `${protocol} ${range.padEnd(11)} ${name.padEnd(16)} ${FROM[level]}${family}${how}`.trimEnd()
}

function chainLines(
  { table, chain, base, hooks, rules }: ChainListing,
  hits: boolean,
  paint: Paint,
): string[] {
  const kind = table.backend === 'nftables' ? '' : ` (${table.backend})`
  const asleep = table.dormant ? ', dormant' : ''
  const where =
    base === undefined
      ? hooks.length === 0
        ? 'never entered'
        : `from ${hooks.join(', ')}`
      : `${base.hook}, priority ${base.priority}${base.type === 'filter' ? '' : `, ${base.type}`}`
  const lines = [
    '',
    paint(`${where}${asleep}: ${clean(`${table.family} ${table.name} ${chain}`)}${kind}`, 'heading'),
  ]
  for (const { handle, text, packets, comment } of rules) {
    const count = hits ? `${packets === undefined ? 'not counted' : packets} `.padStart(13) : ''
    const said = comment !== undefined && !text.includes(comment) ? `${text}  # ${comment}` : text
    lines.push(`  ${paint(String(handle ?? '').padStart(4), 'dim')} ${count}${clean(said)}`)
  }
  if (base !== undefined)
    lines.push(`       ${' '.repeat(hits ? 13 : 0)}${paint(`policy ${base.policy}`, 'dim')}`)
  return lines
}
