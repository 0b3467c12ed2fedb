/** A row of a table: rules, packets, and what is to come of each. */
import type { Ruleset } from '../../../src/model/filter/ruleset.ts'
import { scalar } from './ground.ts'
import type { Fate } from './judge.ts'
import { endText, type Facts, type Line, parseLine, type Wanted } from './notation.ts'

export interface Case {
  readonly name: string
  readonly rules: string
  /** One to a line, or apart by `;`. They pass one after the other, so that connections are made. */
  readonly packets: string
  /** What of its packets and the host can't be told from them, by nft's words: `osf name`, `meta hour`. */
  readonly facts?: Facts
  /** Its rules are read from nft's text: its JSON lacks something. */
  readonly fromText?: true
}

export const linesOf = ({ packets, facts }: Pick<Case, 'packets' | 'facts'>): Line[] =>
  packets
    .split(/[;\n]/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(parseLine)
    .map(line => (facts === undefined ? line : { ...line, probe: { ...line.probe, facts } }))

/** What of a fate isn't as it was wanted. */
export function unlike({ verdict, by, as }: Wanted, fate: Fate, ruleset: Ruleset): string[] {
  const said = fate.verdict
  return [
    ...(said === verdict || (verdict === 'reject silently' && said === 'drop')
      ? []
      : [`${said} instead of ${verdict}`]),
    ...(by === undefined || ruleName(fate.decidedBy, ruleset) === by
      ? []
      : [`decided by ${ruleName(fate.decidedBy, ruleset)} instead of ${by}`]),
    ...(as === undefined || fate.as === undefined || fate.as.startsWith(endsText(as))
      ? []
      : [`became ${fate.as} instead of ${as}`]),
  ]
}

/** `inet t in 7` as `in/2`: the second rule of its chain. */
function ruleName(decidedBy: string, { tables }: Ruleset): string {
  const [family, table, chain, last] = decidedBy.split(' ')
  if (chain === undefined) return decidedBy
  if (last === 'policy') return `${chain}/policy`
  const rules = tables
    .find(one => one.family === family && one.name === table)
    ?.chains.find(one => one.name === chain)?.rules
  return `${chain}/${1 + (rules?.findIndex(({ handle }) => String(handle) === last) ?? -1)}`
}

/** As `Fate.as` begins: `source:port > destination:port`. */
function endsText(as: string): string {
  return as
    .split(' > ')
    .map(part => {
      const match = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(
        part.includes(']') || part.split(':').length <= 2 ? part : `[${part}]`,
      )!
      return `${scalar(match[1]!)}:${match[2] ?? 'undefined'}`
    })
    .join(' > ')
}

const base = (hook: string, type: string, priority: number, policy: string): string =>
  `type ${type} hook ${hook} priority ${priority}; policy ${policy};`

/** A chain of table `inet t`. Rules are told apart by line breaks or `;`. */
export const chain = (name: string, ...rules: readonly string[]): string =>
  `chain ${name} {\n${rules.join('\n')}\n}`
export const hook = (name: string, at: string, ...rules: readonly string[]): string => {
  const [hookName = '', priority = '0', policy = 'accept', type = 'filter'] = at.split(' ')
  return chain(name, base(hookName, type, Number(priority), policy), ...rules)
}
export const inet = (...parts: readonly string[]): string => `table inet t {\n${parts.join('\n')}\n}\n`
/** Rules for what is delivered, in chain `in`; what they let through is accepted. */
export const input = (...rules: readonly string[]): string => inet(hook('in', 'input', ...rules))
/** The same, where what they let through is dropped. */
export const strict = (...rules: readonly string[]): string => inet(hook('in', 'input 0 drop', ...rules))

export { endText }
