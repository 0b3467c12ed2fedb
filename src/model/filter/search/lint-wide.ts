/**
 * What lets in more than is usually meant: rules that accept new connections from any address, to everything or to ports
 * that are seldom meant for everybody. Each is shown with a packet that the evaluator accepts.
 */

import type { Finding, Severity } from '../../finding.ts'
import { STATE_BITS } from '../conntrack-bits.ts'
import { decideAtHook } from '../evaluate.ts'
import { packetText } from '../packet-text.ts'
import { Budget } from './budget.ts'
import { rankOfValue } from './field.ts'
import { outcomeOf } from './outcome.ts'
import { boundsOf, type Program } from './program.ts'
import { hasRank, intersectRanks, type RankSet, ranksOverlap, subtractRanks } from './rank-set.ts'
import { reaching } from './reach.ts'
import { type Region, ranksIn, ranksOfTerm, wholeRegion, withRanks } from './region.ts'
import { chainName, siteName, siteText } from './rule-site.ts'
import { type Witness, witnessOf } from './witness.ts'

/** Ports of databases, remote control and management, and what listens there by habit. */
const SENSITIVE: ReadonlyMap<number, string> = new Map([
  ...([
    [23, 'Telnet'],
    [135, 'Windows RPC'],
    [139, 'NetBIOS'],
    [161, 'SNMP'],
    [445, 'SMB'],
  ] as const),
  ...([
    [1433, 'SQL Server'],
    [1521, 'Oracle'],
    [2049, 'NFS'],
    [2375, 'Docker'],
    [2379, 'etcd'],
  ] as const),
  ...([
    [3306, 'MySQL'],
    [3389, 'remote desktop'],
    [5432, 'PostgreSQL'],
    [5900, 'VNC'],
  ] as const),
  ...([
    [5984, 'CouchDB'],
    [6379, 'Redis'],
    [9200, 'Elasticsearch'],
    [10250, 'kubelet'],
  ] as const),
  ...([
    [11211, 'memcached'],
    [27017, 'MongoDB'],
  ] as const),
])

/** An address of the Internet, as good as any (RFC 5737, RFC 3849). */
const ANYBODY = { ip: 0xc6336407, ip6: 0x20010db8000000000000000000000007n } as const
/** Fields that say nothing of where a packet comes from. */
const IMPERSONAL: ReadonlySet<string> = new Set(['meta l4proto', 'dport', 'sport', 'ct state', 'tcp flags'])
const STEPS = 500

export function wideFindings(program: Program): readonly Finding[] {
  if (program.hook !== 'input' && program.hook !== 'forward') return []
  const anybody = fromAnybody(program)
  const found: Finding[] = []
  for (const [e, { site }] of program.entries.entries()) {
    if (site.rule === undefined || site.base.base.type !== 'filter' || outcomeOf(program, e) !== 'accept')
      continue
    if (program.dead[e] === 1 || !isImpersonal(program, e)) continue
    const ports = ranksAsked(program, e, 'dport')
    if (ports === null) found.push(...everything(program, e, anybody))
    else found.push(...sensitive(program, e, ports, anybody))
  }
  return found
}

/** New TCP or UDP packets from somewhere on the Internet. */
function fromAnybody(program: Program): Region {
  const { universe, family } = program
  let region = wholeRegion(program, boundsOf(program))
  const only = (key: string, value: number | bigint): void => {
    const field = universe.find(key)
    if (field !== undefined) region = withRanks(region, field.id, point(rankOfValue(field, value)))
  }
  only('ct state', STATE_BITS.new)
  only(`${family} saddr`, ANYBODY[family])
  const input = universe.find('meta iifname')
  const lo = input === undefined ? -1 : rankOfValue(input, 'lo')
  if (input !== undefined && input.cuts[lo] === 'lo') {
    const rest = subtractRanks(ranksIn(region, input.id), point(lo))
    if (rest.length > 0) region = withRanks(region, input.id, rest)
  }
  const protocol = universe.find('meta l4proto')
  if (protocol !== undefined) region = withRanks(region, protocol.id, [6, 6, 17, 17])
  return region
}

const point = (rank: number): RankSet => [rank, rank]

function isImpersonal(program: Program, e: number): boolean {
  const { start, field, universe } = program
  for (let at = start[e]!; at < start[e + 1]!; at++) {
    const { key, size } = universe.fields[field[at]!] ?? { key: '', size: 0 }
    if (IMPERSONAL.has(key)) continue
    // "Not by loopback" is everybody still.
    if (
      key === 'meta iifname' &&
      subtractRanks([0, size - 1], ranksOfTerm(program, at)).length <= 2 &&
      excludesLoopback(program, at)
    )
      continue
    return false
  }
  return true
}

function excludesLoopback(program: Program, at: number): boolean {
  const input = program.universe.find('meta iifname')!
  const lo = rankOfValue(input, 'lo')
  return (
    input.cuts[lo] === 'lo' && !hasRank(ranksOfTerm(program, at), lo) && ranksOfTerm(program, at).length >= 2
  )
}

function ranksAsked(program: Program, e: number, key: string): RankSet | null {
  const id = program.universe.find(key)?.id
  for (let at = program.start[e]!; at < program.start[e + 1]!; at++) {
    if (program.field[at] === id) return ranksOfTerm(program, at)
  }
  return null
}

function everything(program: Program, e: number, region: Region): readonly Finding[] {
  const protocols = ranksAsked(program, e, 'meta l4proto')
  if (protocols !== null && !ranksOverlap(protocols, [6, 6, 17, 17])) return []
  const witness = accepted(program, e, region)
  if (witness === null) return []
  return [
    finding(
      program,
      e,
      'rule-accepts-everything',
      'high',
      'it accepts new connections from any address to every port',
      witness,
    ),
  ]
}

function sensitive(program: Program, e: number, ports: RankSet, region: Region): readonly Finding[] {
  const field = program.universe.find('dport')!
  for (const [port, name] of SENSITIVE) {
    const rank = rankOfValue(field, port)
    if (!hasRank(ports, rank)) continue
    const here = intersectRanks(ranksIn(region, field.id), point(rank))
    const witness = here.length === 0 ? null : accepted(program, e, withRanks(region, field.id, here), port)
    if (witness === null) continue
    const says = `it accepts new connections from any address to port ${port} (${name})`
    return [finding(program, e, 'rule-accepts-sensitive-port', 'medium', says, witness)]
  }
  return []
}

/** A packet of the region that comes to the entry and is accepted by all that follows. */
function accepted(program: Program, e: number, region: Region, port?: number): Witness | null {
  const budget = new Budget(STEPS)
  let tries = 0
  for (const piece of reaching(program, e, region, budget)) {
    const witness = witnessOf(program, piece)
    if (witness !== null) {
      const packet = port === undefined ? witness.packet : { ...witness.packet, destinationPort: port }
      const { decision } = decideAtHook(program.ruleset, program.hook, packet, witness.surroundings, {
        ties: 'last-first',
        brief: true,
      })
      if (decision.kind === 'accept') return { packet, surroundings: witness.surroundings }
    }
    if (++tries >= 8) return null
  }
  return null
}

function finding(
  program: Program,
  e: number,
  code: string,
  severity: Severity,
  says: string,
  witness: Witness,
): Finding {
  const { site } = program.entries[e]!
  return {
    code,
    severity,
    certainty: 'proven',
    subject: siteName(site),
    says: `${says}: ${packetText(witness)}`,
    evidence: [{ source: siteName(site), says: siteText(site) }],
    disprovedBy: 'something outside these rules that keeps such packets away',
    remedy: 'Name the addresses or the interface that it is meant for.',
  }
}

/** A chain with rules whose policy lets in what none of them names. */
export function policyFinding(program: Program): readonly Finding[] {
  if (program.hook !== 'input' && program.hook !== 'forward') return []
  const anybody = fromAnybody(program)
  return program.entries.flatMap(({ site, inner }, e) => {
    const { base, chain, table } = site
    if (site.rule !== undefined || inner || base.base.policy !== 'accept' || base.base.type !== 'filter')
      return []
    if (!chain.rules.some(rule => rule.statements.length > 0)) return []
    const witness = accepted(program, e, anybody)
    if (witness === null) return []
    return [
      {
        code: 'policy-accepts',
        severity: 'note' as const,
        certainty: 'proven' as const,
        subject: chainName(table, chain),
        says: `its policy is accept, so what no rule names is let in, from any address: ${packetText(witness)}`,
        evidence: [{ source: chainName(table, chain), says: 'policy accept' }],
        remedy: 'With policy drop, only what rules name is let in.',
      },
    ]
  })
}
