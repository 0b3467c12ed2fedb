/** What should be known about a scan beside its results: where they are not to be trusted, and where nothing was learned. */
import type { Finding } from '../../model/finding.ts'
import type { ScanPlan } from './scan-plan.ts'
import type { ScanTally, TargetTally } from './scan-tally.ts'

/** A box in between answers for all ports, not for some. */
const MANY = 50
const NEARLY_ALL = 0.9
/** So many tries without an answer are no accident. */
const LEAST_LOST = 2
const SOME = 0.05

/** By code: `interrupted`, `ports-not-asked`, `packets-lost`, `nobody-answers`, `every-port-open`, `addresses-left-out`. */
export function scanFindings(plan: ScanPlan, tally: ScanTally): readonly Finding[] {
  const targets = tally.targets()
  const asked = plan.probe.ports.length
  return [
    ...interrupted(plan, tally),
    ...notAsked(targets),
    ...targets.flatMap(lossy),
    // Of what was not asked to the end nothing is said in general.
    ...(tally.settled === plan.pairs ? [...silent(targets, asked), ...allOpen(targets, asked)] : []),
    ...leftOut(plan),
  ]
}

function interrupted({ pairs }: ScanPlan, { settled }: ScanTally): Finding[] {
  if (settled === pairs) return []
  return [
    {
      code: 'interrupted',
      severity: 'medium',
      certainty: 'proven',
      subject: `${pairs - settled} ports`,
      says: `interrupted: ${settled} of ${pairs} ports were settled`,
      evidence: [{ source: 'the results', says: `there are ${settled}` }],
      remedy: 'Scan again; --seed with the seed of the plan asks in the same order.',
    },
  ]
}

function notAsked(targets: readonly TargetTally[]): Finding[] {
  const counts = new Map<string, number>()
  for (const { groups } of targets)
    for (const { state, reason, ports } of groups)
      if (state === 'unknown') counts.set(reason, (counts.get(reason) ?? 0) + ports)
  return [...counts].map(([reason, ports]) => ({
    code: 'ports-not-asked',
    severity: 'medium',
    certainty: 'proven',
    subject: `${ports} ports`,
    says: `${ports} ports could not be asked: ${reason}`,
    evidence: [{ source: 'connect(2)', says: reason }],
    disprovedBy: 'a scan of the same ports in which none is unknown',
    remedy: REMEDIES[reason] ?? 'Try again later, or from another machine.',
  }))
}

const MORE_FILES = 'Close what holds descriptors open, or raise the limit (ulimit -n).'
const REMEDIES: Readonly<Record<string, string>> = {
  'local-EMFILE': MORE_FILES,
  'local-ENFILE': MORE_FILES,
  'local-EADDRNOTAVAIL':
    'Wait until ports of this machine are free again: ports capacity says what takes them.',
  'local-EPERM':
    'A filter of this machine, or its full table of connections, stops them: see ports fw and ports capacity.',
  'local-EACCES': 'A route or policy of this machine forbids it: see ip route.',
  'local-ENETUNREACH': 'This machine has no route there: see ip route.',
  'local-EHOSTUNREACH': 'This machine has no route there: see ip route.',
}

function lossy({ address, groups, heard: { tries, lost } }: TargetTally): Finding[] {
  if (lost < LEAST_LOST || lost < SOME * tries) return []
  const quiet = groups.find(({ reason }) => reason === 'no-answer')?.ports ?? 0
  const so = quiet === 0 ? '' : `: of its silent ports (${quiet}) some may be open`
  return [
    {
      code: 'packets-lost',
      severity: quiet === 0 ? 'note' : 'medium',
      certainty: 'inferred',
      subject: address,
      says: `packets to or from ${address} are lost, or held back by a limit${so}`,
      evidence: [
        {
          source: 'connect(2)',
          says: `of ${tries} tries at ports that were heard in the end, ${lost} had no answer`,
        },
      ],
      disprovedBy: 'a scan in which every open and closed port answers the first try',
      remedy: 'Scan again more slowly, with a lower --rate, and with more --tries or a longer --timeout.',
    },
  ]
}

function silent(targets: readonly TargetTally[], asked: number): Finding[] {
  const dumb = targets.filter(({ groups }) => groups.every(({ reason }) => reason === 'no-answer'))
  if (dumb.length === 0) return []
  const subject = dumb.length === 1 ? dumb[0]!.address : `${dumb.length} addresses`
  return [
    {
      code: 'nobody-answers',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `${subject} answered on none of ${asked} ports: nobody has the address, or all of it is filtered`,
      evidence: [{ source: 'connect(2)', says: 'no answer in time, on any port' }],
      disprovedBy: 'an answer on any port',
    },
  ]
}

function allOpen(targets: readonly TargetTally[], asked: number): Finding[] {
  return targets.flatMap(({ address, counts: { open } }): Finding[] => {
    if (open < MANY || open < NEARLY_ALL * asked) return []
    return [
      {
        code: 'every-port-open',
        severity: 'medium',
        certainty: 'possible',
        subject: address,
        says: `${address} takes connections on ${open} of ${asked} ports: perhaps a box in between answers for it`,
        evidence: [{ source: 'connect(2)', says: `${open} connections were accepted` }],
        disprovedBy: 'services that speak on most of these ports',
        remedy: 'Say something to a few of them before you believe it.',
      },
    ]
  })
}

function leftOut({ leftOut }: ScanPlan): Finding[] {
  const [first] = leftOut
  if (first === undefined) return []
  const more = leftOut.length === 1 ? '' : ` and ${leftOut.length - 1} more`
  return [
    {
      code: 'addresses-left-out',
      severity: 'note',
      certainty: 'proven',
      subject: `${leftOut.length} addresses`,
      says: `${first.address}${more} left out: ${first.why}`,
      evidence: leftOut.slice(0, 10).map(({ address, why }) => ({ source: address, says: why })),
    },
  ]
}
