/** Rules and states of translated connections as people and columns have them. */
import type { RuleReference } from '../../../model/filter/decision.ts'
import { CONNECTION_STATUS, type TrackedConnection } from '../../../model/nat/tracked-connection.ts'
import type { Proof, RuleUnknown } from '../../../tools/nat/nat.ts'

/** `ip nat POSTROUTING 4`: family, table, chain, handle. */
export const ruleName = ({ family, table, chain, handle }: RuleReference): string =>
  [family, table, chain, ...(handle === undefined ? [] : [handle])].join(' ')

const UNKNOWN: Readonly<Record<RuleUnknown, string>> = {
  depends: 'unknown: it depends',
  changed: 'unknown: the rules are others now',
  'rules-hidden': 'unknown: the rules are hidden',
  'not-asked': 'not looked for',
}

/** Null of a connection that no rule translated. */
export function proofText(proof: Proof): string | null {
  if ('unknown' in proof) return UNKNOWN[proof.unknown]
  return proof.rules.length === 0 ? null : proof.rules.map(ruleName).join(', ')
}

/** The protocol's own state; of those without, whether answers came, once or for good. */
export function stateOf({ state, status }: TrackedConnection): string {
  if (state !== undefined) return state
  if ((status & CONNECTION_STATUS.assured) !== 0) return 'assured'
  return (status & CONNECTION_STATUS.seenReply) !== 0 ? 'replied' : 'unreplied'
}

/** A whole percentage, but a little is never nothing and nearly all never all. */
export function percent(share: number): string {
  if (share >= 1) return '100 %'
  if (share > 0 && share < 0.01) return '<1 %'
  return `${Math.min(Math.round(share * 100), 99)} %`
}
