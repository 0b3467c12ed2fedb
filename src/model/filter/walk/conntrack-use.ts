/**
 * Whether connections are tracked at all: the kernel begins to when the first rule of the family is loaded that needs it
 * (nf_ct_netns_get). A chain of type nat alone isn't one; without connections it is passed over.
 */
import type { IpFamily } from '../../protocol.ts'
import type { Rule, Ruleset } from '../ruleset.ts'

const NEEDS: ReadonlySet<unknown> = new Set([
  'ct',
  'notrack',
  'snat',
  'dnat',
  'masquerade',
  'redirect',
  'ct-count',
  'flow-add',
  'synproxy',
  // It may.
  'unsupported',
])

const known = new WeakMap<Ruleset, Map<IpFamily, boolean>>()

export function usesConntrack(ruleset: Ruleset, family: IpFamily): boolean {
  const answers = known.get(ruleset) ?? new Map<IpFamily, boolean>()
  known.set(ruleset, answers)
  const answer = answers.get(family) ?? anyRuleNeeds(ruleset, family)
  answers.set(family, answer)
  return answer
}

const anyRuleNeeds = ({ tables }: Ruleset, family: IpFamily): boolean =>
  tables.some(
    table =>
      (table.family === 'inet' || table.family === (family === 'ipv4' ? 'ip' : 'ip6')) &&
      table.chains.some(chain => chain.rules.some(needs)),
  )

const needs = (rule: Rule): boolean => rule.statements.some(isNeeding)

/** Statements and expressions hold one another in many places: all of them are looked into. */
function isNeeding(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false
  const { kind, object } = part as { kind?: unknown; object?: unknown }
  if (NEEDS.has(kind) || (kind === 'object' && String(object).startsWith('ct '))) return true
  return Object.values(part).some(isNeeding)
}
