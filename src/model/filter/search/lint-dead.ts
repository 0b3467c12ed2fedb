/** Findings on rules that no packet comes to. */
import type { Evidence, Finding, Severity } from '../../finding.ts'
import { outcomeOf, outcomeWord } from './outcome.ts'
import type { Program } from './program.ts'
import { ranksCover } from './rank-set.ts'
import { ranksOfTerm } from './region.ts'
import { siteName, siteText } from './rule-site.ts'
import type { RuleFacts } from './rule-study.ts'

export function deadFindings({ site, matchable, reached, takers }: RuleFacts): readonly Finding[] {
  const subject = siteName(site)
  const evidence: Evidence[] = [{ source: subject, says: siteText(site) }]
  if (!matchable) {
    return [
      {
        code: 'rule-unmatchable',
        severity: 'medium',
        certainty: 'proven',
        subject,
        says: 'no packet can match it: its conditions exclude each other, or what it asks for isn’t there at this hook',
        evidence,
        disprovedBy: 'a packet that its counter counts',
        remedy: 'Correct the conditions, or take the rule out.',
      },
    ]
  }
  if (reached !== 'no') return []
  const blockers = blockersOf(takers)
  if (blockers.length === 0) return [unreached(subject, evidence)]
  return [shadowed(subject, evidence, takers[0]!.program, takers[0]!.of, blockers)]
}

interface Blocker {
  readonly program: Program
  readonly entry: number
  readonly outcome: string
}

/** One for each rule, in the order in which packets meet them. */
function blockersOf(takers: RuleFacts['takers']): readonly Blocker[] {
  const found = new Map<string, Blocker>()
  for (const { program, entry, of } of takers.toSorted((a, b) => a.entry - b.entry)) {
    const to = program.target[entry]!
    if (to !== -1 && to <= of) continue
    const name = siteName(program.entries[entry]!.site)
    if (!found.has(name)) found.set(name, { program, entry, outcome: outcomeOf(program, entry) ?? 'return' })
  }
  return [...found.values()]
}

/** Not taken away by anything: nothing leads there. */
const unreached = (subject: string, evidence: readonly Evidence[]): Finding => ({
  code: 'rule-unreachable',
  severity: 'low',
  certainty: 'proven',
  subject,
  says: 'no packet comes to it: what leads to its chain never matches what it asks for',
  evidence,
  disprovedBy: 'a packet that its counter counts',
  remedy: 'Take it out, or change the rules that lead to it.',
})

const MOST_NAMED = 4

function shadowed(
  subject: string,
  evidence: readonly Evidence[],
  program: Program,
  of: number,
  blockers: readonly Blocker[],
): Finding {
  const own = outcomeOf(program, of)
  const all = blockers.map(({ outcome }) => outcomeWord(outcome))
  const same = own !== null && blockers.every(({ outcome }) => outcome === own)
  const [first] = blockers
  const alone = blockers.length === 1 && first!.program === program
  const everything = alone && program.start[first!.entry] === program.start[first!.entry + 1]
  const equal = alone && isSameRegion(program, first!.entry, of)
  const names = blockers.map(({ program: { entries }, entry }) => entries[entry]!.site)
  const shown = names.slice(0, MOST_NAMED)
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  const by = `${shown.map(siteName).join('; ')}${more}`
  const rest = {
    subject,
    certainty: 'proven' as const,
    evidence: [...evidence, ...shown.map(site => ({ source: siteName(site), says: siteText(site) }))],
    disprovedBy: 'a packet that its counter counts',
  }
  if (same) {
    return {
      ...rest,
      code: everything ? 'rule-unreachable' : 'rule-shadowed-same',
      severity: 'low',
      says: `no packet comes to it, and it would change nothing: ${by} ${all.length === 1 ? 'does' : 'do'} the same before it`,
      remedy: 'Take it out.',
    }
  }
  const severity: Severity = own !== null && own !== 'accept' && all.includes('accept') ? 'high' : 'medium'
  const decides = `${[...new Set(all)].join(' or ')} everything that it asks for`
  if (everything) {
    return {
      ...rest,
      code: 'rule-unreachable',
      severity,
      says: `no packet comes to it: ${by} ends every packet’s way before it`,
      remedy: 'Move it up, or take it out.',
    }
  }
  if (equal && own !== null) {
    return {
      ...rest,
      code: 'rule-contradicted',
      severity,
      says: `it contradicts ${by}, which asks for the same packets, comes first, and wins`,
      remedy: 'Decide which of the two is meant.',
    }
  }
  return {
    ...rest,
    code: 'rule-shadowed',
    severity,
    says: `no packet comes to it: ${by} ${decides}${own === null ? '' : `, while it says ${outcomeWord(own)}`}`,
    remedy:
      own === null ? 'Move it up, or take it out.' : 'Move it above them if it is meant, or take it out.',
  }
}

/** The two ask for exactly the same packets. */
function isSameRegion(program: Program, a: number, b: number): boolean {
  const { start, field } = program
  const length = start[a + 1]! - start[a]!
  if (length !== start[b + 1]! - start[b]!) return false
  for (let at = start[a]!; at < start[a + 1]!; at++) {
    let other = start[b]!
    while (other < start[b + 1]! && field[other] !== field[at]) other++
    if (other === start[b + 1]) return false
    const [one, two] = [ranksOfTerm(program, at), ranksOfTerm(program, other)]
    if (!ranksCover(one, two) || !ranksCover(two, one)) return false
  }
  return true
}
