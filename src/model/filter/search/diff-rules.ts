/**
 * Two rule sets compared by what they do: for each changed rule that makes a difference, a packet that is judged otherwise,
 * before and after. Only what changed is explored; where nothing was found because everything was looked at, there
 * is no difference, and where the work or the facts didn't suffice it says so.
 */
import type { Finding } from '../../finding.ts'
import { packetText } from '../packet-text.ts'
import { HOOKS, type Hook, type Ruleset } from '../ruleset.ts'
import { valueText } from '../value-text.ts'
import { Budget } from './budget.ts'
import { changedEntries } from './changed-entries.ts'
import { type Difference, Differences } from './differences.ts'
import { prepare } from './program.ts'
import { deciderText } from './rule-site.ts'
import { Universe } from './universe.ts'

export interface DiffOptions {
  readonly hooks?: readonly Hook[]
  /** Pieces of regions that are looked at in all. 200,000 where absent. */
  readonly steps?: number
}

export interface Diff {
  readonly findings: readonly Finding[]
  readonly differences: readonly Difference[]
  /** `no`: proven. `unknown`: none was found, and why that is no proof. */
  readonly differs: 'yes' | 'no' | 'unknown'
  /** Why there may be more differences than were found. */
  readonly why?: string
}

export const DIFF_STEPS = 200_000

export function diffRules(
  before: Ruleset,
  after: Ruleset,
  { hooks = HOOKS, steps = DIFF_STEPS }: DiffOptions = {},
): Diff {
  const budget = new Budget(steps)
  const found = new Differences(budget)
  for (const hook of hooks) {
    for (const family of ['ip', 'ip6'] as const) {
      if (!hasHook(before, hook) && !hasHook(after, hook)) continue
      const universe = new Universe()
      const prepared = [before, after].map(ruleset => prepare(ruleset, hook, family, universe))
      const [a, b] = prepared.map(make => make())
      found.between(a!, b!, changedEntries(a!, b!))
    }
  }
  const { differences } = found
  const why =
    found.why ?? (budget.left === 0 ? `the budget of ${steps} steps is spent` : unseen(before, after))
  return {
    findings: differences.map(findingOf),
    differences,
    differs: differences.length > 0 ? 'yes' : why === undefined ? 'no' : 'unknown',
    ...(why !== undefined && { why }),
  }
}

const hasHook = ({ tables }: Ruleset, hook: Hook): boolean =>
  tables.some(({ dormant, chains }) => !dormant && chains.some(({ base }) => base?.hook === hook))

/** Tables whose packets aren't looked at: a difference there isn't seen. */
function unseen(before: Ruleset, after: Ruleset): string | undefined {
  const others = (ruleset: Ruleset) =>
    ruleset.tables.filter(({ family }) => family === 'arp' || family === 'bridge' || family === 'netdev')
  return valueText(others(before)) === valueText(others(after))
    ? undefined
    : 'arp, bridge and netdev tables differ, and aren’t compared by what they do'
}

function findingOf(difference: Difference): Finding {
  const { witness, before, after, hook } = difference
  const packet = packetText(witness)
  const opened = after.decision.kind === 'accept'
  const closed = before.decision.kind === 'accept'
  return {
    code: opened && !closed ? 'now-accepted' : closed && !opened ? 'no-longer-accepted' : 'treated-otherwise',
    severity: opened && !closed ? 'medium' : 'low',
    certainty: 'proven',
    subject: packet,
    says: `${packet}: ${before.decision.kind} before, ${after.decision.kind} after${difference.note}, at ${hook}`,
    where: hook,
    evidence: [
      { source: 'before', says: `${before.decision.kind} by ${deciderText(before.decision)}` },
      { source: 'after', says: `${after.decision.kind} by ${deciderText(after.decision)}` },
    ],
    disprovedBy: 'the same packet, traced under both rule sets',
  }
}
