/** A decision as JSON has it: `{ verdict, rejectWith, rule, policy, walk, unknown }`. */
import type {
  Decision,
  PolicyReference,
  RejectAnswer,
  RuleReference,
  Step,
} from '../../../model/filter/decision.ts'

export interface DecisionItem {
  readonly verdict: Decision['kind']
  readonly rejectWith: string | null
  readonly rule: RuleItem | null
  readonly policy: PolicyReference | null
  readonly walk: readonly StepItem[]
  readonly unknown: Decision['unknown']
}

export interface RuleItem {
  readonly family: string
  readonly table: string
  readonly chain: string
  /** Null in a rule set without handles. */
  readonly handle: number | null
  readonly text: string
}

interface StepItem {
  readonly hook: string
  readonly family: string
  readonly table: string
  readonly chain: string
  /** Null at the end of a chain. */
  readonly rule: RuleItem | null
  readonly outcome: string
  readonly because?: string
}

export const decisionItem = (decision: Decision): DecisionItem => ({
  verdict: decision.kind,
  rejectWith: decision.rejectWith === undefined ? null : rejectText(decision.rejectWith),
  rule: decision.rule === undefined ? null : ruleItem(decision.rule),
  policy: decision.policy ?? null,
  walk: decision.walk.map(stepItem),
  unknown: decision.unknown,
})

export const ruleItem = ({ family, table, chain, handle, text }: RuleReference): RuleItem => ({
  family,
  table,
  chain,
  handle: handle ?? null,
  text,
})

const stepItem = ({ hook, family, table, chain, rule, outcome, because }: Step): StepItem => ({
  hook,
  family,
  table,
  chain,
  rule: rule === undefined ? null : ruleItem(rule),
  outcome,
  ...(because === undefined ? {} : { because }),
})

/** What the sender gets, in nft's words: `tcp reset`, `icmp port-unreachable`. */
export function rejectText(answer: RejectAnswer): string {
  if (answer.kind === 'tcp reset') return 'tcp reset'
  const names = answer.kind === 'icmp' ? ICMP : ICMPV6
  return `${answer.kind} ${names[answer.code] ?? `type ${answer.type} code ${answer.code}`}`
}

/** Codes of destination unreachable (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1) in nft's words. */
const ICMP: Readonly<Record<number, string>> = {
  0: 'net-unreachable',
  1: 'host-unreachable',
  2: 'prot-unreachable',
  3: 'port-unreachable',
  9: 'net-prohibited',
  10: 'host-prohibited',
  13: 'admin-prohibited',
}

/** RFC 4443 section 3.1. */
const ICMPV6: Readonly<Record<number, string>> = {
  0: 'no-route',
  1: 'admin-prohibited',
  3: 'addr-unreachable',
  4: 'port-unreachable',
  5: 'policy-fail',
  6: 'reject-route',
}
