/**
 * A table with all that it holds, as a file for `nft -f`.
 */
import { BRIDGE_PRIORITIES, PRIORITIES } from '../priorities.ts'
import type { BaseChain, Chain, Flowtable, NamedObject, Rule, Table, TableFamily } from '../ruleset.ts'
import { setText } from './set-text.ts'
import { countsText, limitText, quotaText } from './stateful-text.ts'
import { synproxyText } from './statement-text.ts'

export function tableText(table: Table, ruleText: (rule: Rule) => string): string {
  const blocks = [
    ...table.objects.map(objectText),
    ...table.flowtables.map(flowtableText),
    ...table.sets.map(set => setText(set, table)),
    ...table.chains.map(chain => chainText(chain, table.family, ruleText)),
  ]
  const head = [
    ...(table.dormant ? ['\tflags dormant;'] : []),
    ...(table.comment === undefined ? [] : [`\tcomment "${table.comment}"`]),
  ]
  return `table ${table.family} ${table.name} {\n${[head.join('\n'), ...blocks].filter(each => each !== '').join('\n\n')}\n}\n`
}

const block = (head: string, lines: readonly string[]): string =>
  [`\t${head} {`, ...lines.map(line => `\t\t${line}`), '\t}'].join('\n')

const commentLines = (of: { readonly comment?: string }): string[] =>
  of.comment === undefined ? [] : [`comment "${of.comment}"`]

function chainText(chain: Chain, family: TableFamily, ruleText: (rule: Rule) => string): string {
  const lines = [...commentLines(chain), ...(chain.base === undefined ? [] : [baseText(chain.base, family)])]
  return block(`chain ${chain.name}`, [...lines, ...chain.rules.map(ruleText)])
}

function baseText(base: BaseChain, family: TableFamily): string {
  const devices =
    base.devices.length === 0 ? '' : ` devices = { ${base.devices.map(each => `"${each}"`).join(', ')} }`
  const priority = priorityText(base, family)
  return `type ${base.type} hook ${base.hook}${devices} priority ${priority}; policy ${base.policy};`
}

/** By its name, with a distance of up to 10. */
function priorityText({ priority, hook }: BaseChain, family: TableFamily): string {
  const names = family === 'bridge' ? BRIDGE_PRIORITIES : PRIORITIES
  for (const [name, number] of Object.entries(names)) {
    const distance = priority - number
    if (Math.abs(distance) > 10 || !allowed(name, hook, family)) continue
    return distance === 0 ? name : `${name} ${distance < 0 ? '-' : '+'} ${Math.abs(distance)}`
  }
  return String(priority)
}

const allowed = (name: string, hook: string, family: TableFamily): boolean => {
  if (family === 'arp' || family === 'netdev') return name === 'filter'
  if (name === 'dstnat') return hook === 'prerouting'
  if (name === 'srcnat') return hook === 'postrouting'
  return name !== 'out' || hook === 'output'
}

function objectText(object: NamedObject): string {
  const { kind, name, statement, text } = object
  return block(`${kind} ${name}`, [
    ...commentLines(object),
    ...(text ?? bodyText(statement)).split(/; ?/).filter(line => line !== ''),
  ])
}

function bodyText(statement: NamedObject['statement']): string {
  switch (statement?.kind) {
    case 'counter':
      return countsText(statement)
    case 'quota':
      return quotaText(statement)
    case 'limit':
      return limitText(statement)
    case 'synproxy':
      return synproxyText(statement, '; ')
    default:
      return ''
  }
}

const flowtableText = ({ name, hook, priority, devices, flags }: Flowtable): string =>
  block(`flowtable ${name}`, [
    `hook ${hook} priority ${priority};`,
    ...(devices.length === 0 ? [] : [`devices = { ${devices.map(each => `"${each}"`).join(', ')} };`]),
    ...(flags.includes('counter') ? ['counter;'] : []),
    ...(flags.includes('offload') ? ['flags offload;'] : []),
  ])
