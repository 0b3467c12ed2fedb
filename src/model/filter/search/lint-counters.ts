/** Rules whose counter has counted nothing, though a packet could come to them. */
import type { Finding } from '../../finding.ts'
import { decideAtHook } from '../evaluate.ts'
import { packetText } from '../packet-text.ts'
import type { Rule, Ruleset } from '../ruleset.ts'
import { siteName, siteText } from './rule-site.ts'
import type { RuleFacts } from './rule-study.ts'
import { witnessOf } from './witness.ts'

/** Only where another counter of the same chain has counted: else nothing has come by yet. */
export function neverHit({ tables }: Ruleset, known: ReadonlyMap<Rule, RuleFacts>): readonly Finding[] {
  return tables.flatMap(({ chains }) =>
    chains.flatMap(({ rules }) => {
      if (!rules.some(rule => (packetsOf(rule) ?? 0) > 0)) return []
      return rules.filter(rule => packetsOf(rule) === 0).flatMap(rule => finding(known.get(rule)))
    }),
  )
}

function packetsOf({ statements }: Rule): number | undefined {
  const counter = statements.find(({ kind }) => kind === 'counter')
  return counter?.kind === 'counter' ? counter.packets : undefined
}

function finding(facts: RuleFacts | undefined): readonly Finding[] {
  if (facts?.reached !== 'yes' || facts.witness === undefined) return []
  const { program, region } = facts.witness
  const witness = witnessOf(program, region)
  if (witness === null) return []
  const { packet, surroundings } = witness
  const { decision } = decideAtHook(program.ruleset, program.hook, packet, surroundings, {
    ties: 'last-first',
    brief: true,
  })
  const { chain, index } = facts.site
  const met = decision.walk.some(
    step => step.rule?.index === index && step.chain === chain.name && !NOT_MET.has(step.outcome),
  )
  if (!met) return []
  const subject = siteName(facts.site)
  return [
    {
      code: 'rule-never-hit',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `its counter is 0 while others of its chain count, though a packet can come to it: ${packetText(witness)}`,
      evidence: [{ source: subject, says: siteText(facts.site) }],
      disprovedBy: 'a counter that was set to zero not long ago',
      remedy: 'See whether anybody still needs it.',
    },
  ]
}

const NOT_MET: ReadonlySet<string> = new Set(['no-match', 'assumed-no-match', 'assumed-match'])
