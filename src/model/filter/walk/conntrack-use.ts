/**
 * Whether connections are tracked at all: the kernel begins to when the first rule of the family is loaded that needs it
 * (nf_ct_netns_get). A chain of type nat alone isn't one; without connections it is passed over.
 */
import type { IpFamily } from '../../protocol.ts'
import type { Rule, Ruleset } from '../ruleset.ts'

const NEEDS: ReadonlySet<unknown> = new Set([
  'ct',
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

type Of = IpFamily | 'bridge'
const known = new WeakMap<Ruleset, Map<Of, boolean>>()

/** `bridge`: whether bridges track by themselves (nf_conntrack_bridge), which is for rules of theirs alone. */
export function usesConntrack(ruleset: Ruleset, family: Of): boolean {
  const answers = known.get(ruleset) ?? new Map<Of, boolean>()
  known.set(ruleset, answers)
  const answer = answers.get(family) ?? anyRuleNeeds(ruleset, family)
  answers.set(family, answer)
  return answer
}

const anyRuleNeeds = ({ tables }: Ruleset, family: Of): boolean =>
  tables.some(
    table =>
      (family === 'bridge'
        ? table.family === family
        : table.family === 'inet' || table.family === (family === 'ipv4' ? 'ip' : 'ip6')) &&
      table.chains.some(chain => chain.rules.some(rule => needs(rule, family))),
  )

const needs = (rule: Rule, family: Of): boolean =>
  rule.statements.some(statement => isNeeding(statement, family))

/**
 * Statements and expressions hold one another in many places: all of them are looked into. `dnat ip to` of an `inet` table
 * needs it for IPv4 alone.
 */
function isNeeding(part: unknown, family: Of): boolean {
  if (typeof part !== 'object' || part === null) return false
  const { kind, object, family: of } = part as { kind?: unknown; object?: unknown; family?: unknown }
  const isElsewhere =
    (kind === 'snat' || kind === 'dnat') && of !== undefined && (of === 'ip') !== (family === 'ipv4')
  if (NEEDS.has(kind) && !isElsewhere) return true
  if (kind === 'object' && String(object).startsWith('ct ')) return true
  return Object.values(part).some(inner => isNeeding(inner, family))
}
