/** How rules and policies are named in findings. */
import type { PolicyReference, RuleReference } from '../decision.ts'
import { listedText } from '../print/print.ts'
import type { Chain, Table } from '../ruleset.ts'
import type { Site } from './entry.ts'

/** `inet filter input, rule 3 (handle 12)`; of a policy `inet filter input, policy drop`. */
export function siteName({ table, chain, rule, index, base }: Site): string {
  const place = chainName(table, chain)
  if (rule === undefined) return `${place}, policy ${base.base.policy}`
  return `${place}, rule ${index + 1}${rule.handle === undefined ? '' : ` (handle ${rule.handle})`}`
}

export const chainName = (table: Table, chain: Chain): string => `${table.family} ${table.name} ${chain.name}`

/** The rule, or the policy, as it is written. */
export const siteText = ({ table, rule, base }: Site): string =>
  rule === undefined ? `policy ${base.base.policy}` : listedText(rule, table)

export type Decider = { readonly rule?: RuleReference; readonly policy?: PolicyReference }

/** In a sentence: the rule with its text, the policy, or that nothing stood in the way. */
export function deciderText({ rule, policy }: Decider): string {
  if (rule !== undefined) {
    const handle = rule.handle === undefined ? '' : ` (handle ${rule.handle})`
    return `${rule.family} ${rule.table} ${rule.chain}, rule ${rule.index + 1}${handle}: ${rule.text}`
  }
  if (policy === undefined) return 'no rule'
  return `${policy.family} ${policy.table} ${policy.chain}, policy ${policy.policy}`
}
