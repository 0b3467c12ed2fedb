/** Where a walk came to its end by a rule: the stage, the rule or the policy, and how sure that is. */
import type { Decision } from '../../../model/filter/decision.ts'
import type { Ruleset, TableFamily } from '../../../model/filter/ruleset.ts'
import type { Evidence } from '../../../model/finding.ts'
import type { Hop } from '../../trace/trace.ts'
import type { Barrier } from '../advice/accept-rule.ts'
import type { Barred } from '../advice/let-through.ts'
import type { Difference } from '../evidence/difference.ts'
import type { Suspicion } from '../suspects.ts'
import { countedBy, ruleWords, setEvidence } from './rule-words.ts'

export interface Stopped extends Barred {
  readonly code: 'filter-drop' | 'filter-reject'
  readonly stage: string
  /** `inet filter input handle 4: … drop`, or whose policy it is. */
  readonly rule: string
  readonly is: Suspicion
  readonly because: string
  readonly evidence: readonly Evidence[]
}

/** A way through one host. */
type Walked = Pick<Hop, 'decision' | 'host' | 'stages' | 'packet' | 'end'>

/** Undefined where no rule stops it. `moved`: what the host counted during the attempt. */
export function stoppedAt(hop: Walked, ruleset: Ruleset, moved: Difference | undefined): Stopped | undefined {
  const { decision, host } = hop
  if (decision.kind === 'drop' || decision.kind === 'reject')
    return hop.end === 'filtered' ? decided(hop, ruleset, moved) : undefined
  if (decision.kind !== 'depends' && decision.kind !== 'unsupported') return undefined
  // Which way it went is not foreseen; a rule that ends a packet's way and counted during the attempt says it.
  const counted = (moved?.rules ?? []).find(({ text, chain }) => ENDS.test(text) && isWalked(decision, chain))
  const open = decision.unknown.map(({ expression }) => expression).join(', ')
  if (decision.unknown.every(({ ifTrue, ifFalse }) => !BARS.has(ifTrue) && !BARS.has(ifFalse)))
    return undefined
  const rejects = counted === undefined ? decision.unknown.some(mayReject) : /\breject\b/.test(counted.text)
  const code = rejects ? 'filter-reject' : 'filter-drop'
  const assumed = decision.walk.findLast(({ outcome }) => outcome === 'assumed-match')?.rule
  const says = `the rules of ${host} decide by what is not known beforehand: ${open}`
  if (counted === undefined)
    return {
      code,
      stage: stageOf(decision),
      rule: assumed === undefined ? open : ruleWords(assumed),
      is: 'possible',
      packet: hop.packet,
      ...(assumed === undefined ? {} : { barrier: assumed }),
      because: says,
      evidence: [{ source: `rules of ${host}`, says }],
    }
  const rule = `${counted.chain} ${counted.handle === undefined ? `rule ${counted.index + 1}` : `handle ${counted.handle}`}: ${counted.text}`
  const because = `that rule counted ${packets(counted.rose)} during the attempt`
  return {
    code,
    stage: stageOf(decision),
    rule,
    is: 'proven',
    because,
    packet: hop.packet,
    barrier: barrierOf(counted),
    evidence: [
      { source: `rules of ${host}`, says },
      { source: `counter of ${rule}`, says: because },
    ],
  }
}

const ENDS = /\b(?:drop|reject)\b/
const BARS: ReadonlySet<string> = new Set(['drop', 'reject', 'depends', 'unsupported'])
const mayReject = ({ ifTrue, ifFalse }: Decision['unknown'][number]): boolean =>
  ifTrue === 'reject' || ifFalse === 'reject'
const packets = (count: number): string => (count === 1 ? 'one packet' : `${count} packets`)

const isWalked = ({ walk }: Decision, chain: string): boolean =>
  walk.some(step => `${step.family} ${step.table} ${step.chain}` === chain)

/** `chain`: family, table and name. */
function barrierOf({ chain: place, handle, index }: Difference['rules'][number]): Barrier {
  const [family, table = '', chain = ''] = place.split(' ')
  return { family: family as TableFamily, table, chain, index, ...(handle === undefined ? {} : { handle }) }
}

const stageOf = ({ walk }: Decision): string =>
  walk.findLast(({ outcome }) => outcome.startsWith('assumed'))?.hook ?? walk.at(-1)?.hook ?? 'input'

function decided(hop: Walked, ruleset: Ruleset, moved: Difference | undefined): Stopped {
  const { decision, host, stages, packet } = hop
  const stage = stages.findLast(({ did }) => did.kind === 'dropped' || did.kind === 'rejected')
  const { rule, policy } = decision
  const place = stage?.hook ?? stage?.stage ?? policy?.hook ?? decision.walk.at(-1)?.hook ?? 'input'
  const words =
    rule !== undefined
      ? ruleWords(rule)
      : policy === undefined
        ? 'the end of its rules'
        : `${policy.family} ${policy.table} ${policy.chain}: policy ${policy.policy}`
  const code = decision.kind === 'reject' ? 'filter-reject' : 'filter-drop'
  const says = `${words} ${decision.kind}s it at ${place}`
  const counted = rule === undefined ? undefined : countedBy(rule, moved)
  const barrier = rule ?? policy
  const common = {
    code,
    stage: place,
    rule: words,
    packet: stage?.packet ?? packet,
    ...(barrier === undefined ? {} : { barrier }),
  } as const
  const read: Evidence = { source: `rules of ${host}`, says }
  if (counted === 0)
    return {
      ...common,
      is: 'possible',
      because: `that rule would, but its counter did not move: the packet has not come as far`,
      evidence: [read, { source: `counter of ${words}`, says: 'it did not move during the attempt' }],
    }
  const lists = rule === undefined ? [] : setEvidence(rule, packet, ruleset, host)
  return {
    ...common,
    is: 'proven',
    because: counted === undefined ? says : `${says}, and counted ${packets(counted)} during the attempt`,
    evidence: [
      read,
      ...lists,
      ...(counted === undefined
        ? []
        : [{ source: `counter of ${words}`, says: `it counted ${packets(counted)} during the attempt` }]),
    ],
  }
}
