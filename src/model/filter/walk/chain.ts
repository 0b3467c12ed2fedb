/** The rules of a chain in their order, with jump, goto and return (the kernel's nft_do_chain). */
import { DEEPEST_CALL } from '../called-chains.ts'
import type { RuleReference, Step } from '../decision.ts'
import type { Chain, Table } from '../ruleset.ts'
import { suppose } from './fact.ts'
import { ACCEPT, BREAK, DROP, type Final, isFinal, NEXT, type Outcome } from './outcome.ts'
import { isRejectable } from './reject.ts'
import { referenceTo, textOf } from './rule-text.ts'
import { runStatement } from './run-statement.ts'
import type { Traversal } from './traversal.ts'

export type Ended = { readonly outcome: Final; readonly by: RuleReference }

/** What ended the packet's way through these chains, or null when it came to the end, or returned. */
export function runChain(t: Traversal, table: Table, chain: Chain, depth = 0): Ended | null {
  for (let index = 0; index < chain.rules.length; index++) {
    const assumed = t.choices.made.length
    const { outcome, because } = runRule(t, table, chain, index)
    if (t.options.brief && outcome.kind === 'break') continue
    const reference = referenceTo(table, chain, index)
    const step = (kind: Step['outcome'], why?: string): void => {
      t.steps.push({
        family: table.family,
        table: table.name,
        chain: chain.name,
        hook: t.hook,
        rule: reference,
        outcome: kind,
        ...(why === undefined ? {} : { because: why }),
      })
    }
    const wasAssumed = t.choices.made.length > assumed
    if (outcome.kind === 'break') {
      step(wasAssumed ? 'assumed-no-match' : 'no-match', because)
      continue
    }
    if (outcome.kind === 'next') {
      step(wasAssumed ? 'assumed-match' : 'match')
      continue
    }
    step(outcome.kind)
    if (isFinal(outcome)) return { outcome, by: reference }
    if (outcome.kind === 'return') return null
    if (outcome.kind !== 'jump' && outcome.kind !== 'goto') continue
    const target = table.chains.find(one => one.name === outcome.chain)
    const ended =
      target === undefined || depth >= DEEPEST_CALL
        ? beyond(t, outcome.chain, reference)
        : runChain(t, table, target, depth + 1)
    if (ended !== null) return ended
    if (outcome.kind === 'goto') return null
  }
  if (depth > 0)
    t.steps.push({ family: table.family, table: table.name, chain: chain.name, hook: t.hook, outcome: 'end' })
  return null
}

/** What a reject asks for before its rule's own conditions, as nft would write it. */
const REJECTABLE = {
  'tcp reset': 'meta l4proto tcp',
  icmp: 'meta nfproto ipv4',
  icmpv6: 'meta nfproto ipv6',
  icmpx: 'an IP packet',
} as const

function runRule(
  t: Traversal,
  table: Table,
  chain: Chain,
  index: number,
): { outcome: Outcome; because?: string } {
  const { statements } = chain.rules[index]!
  const last = statements[statements.length - 1]
  if (last?.kind === 'reject' && !isRejectable(t, last))
    return { outcome: BREAK, because: REJECTABLE[last.with] }
  t.frameAsked = undefined
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i]!
    const outcome = runStatement(t, statement)
    if (outcome.kind === 'next') continue
    if (outcome.kind !== 'break') return { outcome }
    return t.options.brief ? MISSED : { outcome: BREAK, because: textOf(table, statement) }
  }
  return MET
}

const MISSED = { outcome: BREAK }
const MET = { outcome: NEXT }

/** A chain that a rule set lacks, or one too deep: the kernel would not have taken the rule set. */
const beyond = (t: Traversal, chain: string, by: RuleReference): Ended => ({
  outcome: suppose(t, `chain ${chain}, which can't be entered, accepting`, true) ? ACCEPT : DROP,
  by,
})
