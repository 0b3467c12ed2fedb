/** Which rules made a connection, as far as that can be proven, and why not where it can't. */
import type { RuleReference } from '../../model/filter/decision.ts'

/**
 * | reason | means |
 * |---|---|
 * | depends | what decides about the rule isn't told: whose packet it was, chance, a set that changes |
 * | changed | the rules as they are now would have done something else, or nothing |
 * | rules-hidden | the rules could not be read whole |
 * | not-asked | only so many connections are looked at |
 */
export const RULE_UNKNOWN = ['depends', 'changed', 'rules-hidden', 'not-asked'] as const
export type RuleUnknown = (typeof RULE_UNKNOWN)[number]

/** The rules, in the order in which the packet met them: at most one for each end. */
export type Proof = { readonly rules: readonly RuleReference[] } | { readonly unknown: RuleUnknown }
