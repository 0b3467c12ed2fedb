/** What goes wrong with translation: pools that are used up, a table that is, targets that nobody answers for. */
import type { Finding } from '../../model/finding.ts'
import { CONNECTION_STATUS, type TrackedEnd } from '../../model/nat/tracked-connection.ts'
import type { ConntrackCounters } from '../../os/os.ts'
import { formatTracked, protocolWord } from './flow-words.ts'
import type { NatEntry } from './nat-entry.ts'
import type { PortPool } from './port-pools.ts'

export interface Measured {
  readonly entries: readonly NatEntry[]
  readonly pools: readonly PortPool[]
  /** Two looks at the counters, some time apart. */
  readonly before: ConntrackCounters | null
  readonly after: ConntrackCounters | null
}

/** Shares of the table from which it is worth a word, and from which it is bad. */
const NEARLY_FULL = 0.8
const FULL = 0.95

export const natFindings = (measured: Measured): readonly Finding[] => [
  ...exhaustedPools(measured),
  ...fullTable(measured),
  ...silentTargets(measured),
]

/**
 * Linux drops the packet of a connection for which no port is left, and tells nobody: insert_failed, or drop, counts one
 * for each (nf_nat_packet, nf_conntrack_confirm).
 */
function exhaustedPools({ pools, before, after }: Measured): Finding[] {
  const rise = riseOf(before, after)
  return pools
    .filter(({ used, ports }) => used >= ports)
    .map(pool => {
      const { protocol, external, destination, used, ports, rule } = pool
      const subject = `${protocolWord(protocol)} ${external} > ${formatTracked(destination)}`
      return {
        code: 'snat-ports-exhausted',
        severity: 'high',
        certainty: rise > 0 ? 'proven' : 'inferred',
        subject,
        says: `all ${ports} ports that ${external} has towards ${formatTracked(destination)} are in use: new connections there are dropped without an answer`,
        ...(rule === undefined ? {} : { where: `${rule.rule.family} ${rule.rule.table} ${rule.rule.chain}` }),
        evidence: [
          { source: 'ctnetlink', says: `${used} of ${ports} ports taken` },
          ...(rule === undefined ? [] : [{ source: rule.rule.text, says: rule.words }]),
          ...failures(after, rise),
        ],
        ...(rise > 0
          ? {}
          : { disprovedBy: 'a new connection to there that is answered while the pool stays full' }),
        remedy:
          rule === undefined
            ? 'Translate to more addresses, or let connections to there be reused.'
            : 'Widen the ports of that rule, or translate to more addresses.',
      } satisfies Finding
    })
}

const failures = (after: ConntrackCounters | null, rise: number): Finding['evidence'] => {
  if (after === null || !after.insertFailed.known) return []
  const { value } = after.insertFailed
  return [
    {
      source: 'conntrack counters',
      says:
        rise > 0
          ? `insert_failed and drop rose by ${rise} meanwhile`
          : `insert_failed is ${value} since boot`,
    },
  ]
}

/** Failed inserts and drops between the looks. */
export function riseOf(before: ConntrackCounters | null, after: ConntrackCounters | null): number {
  if (before === null || after === null) return 0
  const rise = (name: 'insertFailed' | 'drop'): number => {
    const [was, is] = [before[name], after[name]]
    return was.known && is.known ? Math.max(is.value - was.value, 0) : 0
  }
  return rise('insertFailed') + rise('drop')
}

function fullTable({ after }: Measured): Finding[] {
  if (after === null || after.entries < after.limit * NEARLY_FULL) return []
  const full = after.entries >= after.limit * FULL
  const percent = Math.floor((after.entries / after.limit) * 100)
  return [
    {
      code: 'conntrack-table-full',
      severity: full ? 'high' : 'medium',
      certainty: 'proven',
      subject: 'connection tracking',
      says: `${percent} % of the table of connections is in use: ${full ? 'new connections are dropped, or soon will be' : 'when it is full, new connections are dropped'}`,
      evidence: [
        { source: 'nf_conntrack_count', says: `${after.entries} connections` },
        { source: 'nf_conntrack_max', says: `room for ${after.limit}` },
        ...(after.drop.known && after.drop.value > 0
          ? [{ source: 'conntrack counters', says: `${after.drop.value} packets dropped since boot` }]
          : []),
      ],
      remedy: 'Raise net.netfilter.nf_conntrack_max, or shorten the timeouts of what fills it.',
    },
  ]
}

/** As many unanswered ones make a finding; one may be on its way. */
const UNANSWERED = 2

/** Where packets are sent to by a rule, and nothing ever came back from. */
function silentTargets({ entries }: Measured): Finding[] {
  const targets = new Map<string, { asked: number; answered: number; first: NatEntry; target: TrackedEnd }>()
  for (const entry of entries) {
    const { status, protocol, reply } = entry.connection
    if ((status & CONNECTION_STATUS.destinationTranslated) === 0) continue
    const key = `${protocolWord(protocol)} ${formatTracked(reply.source)}`
    const found = targets.get(key) ?? { asked: 0, answered: 0, first: entry, target: reply.source }
    const answered = (status & CONNECTION_STATUS.seenReply) !== 0
    targets.set(key, { ...found, asked: found.asked + 1, answered: found.answered + Number(answered) })
  }
  return [...targets].flatMap(([key, { asked, answered, first, target }]) => {
    if (answered > 0 || asked < UNANSWERED) return []
    const { original } = first.connection
    const rule = 'rules' in first.proof ? first.proof.rules[0] : undefined
    return [
      {
        code: 'dnat-target-silent',
        severity: 'medium',
        certainty: 'inferred',
        subject: key,
        says: `${formatTracked(target)} has answered none of the ${asked} connections that are sent on to it from ${formatTracked(original.destination)}`,
        evidence: [
          { source: 'ctnetlink', says: `${asked} connections, all unreplied` },
          ...(rule === undefined ? [] : [{ source: rule.text, says: 'the rule that sends them on' }]),
        ],
        disprovedBy: 'an answer from there',
        remedy:
          'See whether something listens there, whether a filter drops it, and whether its answers come back through this machine.',
      } satisfies Finding,
    ]
  })
}
