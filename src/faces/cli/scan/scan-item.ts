/** What was found at a port, and at a target, as rows and as data. */
import type { ScanPlan, ScanResult, TargetTally } from '../../../tools/scan/scan.ts'
import { clean } from '../render/clean.ts'
import type { Style } from '../render/colour.ts'
import type { Column } from '../render/column.ts'
import { counted } from '../render/counted.ts'

/** The name that a port is registered for, or has by habit; null without one. */
export type ServiceOf = (port: number) => string | null

const STYLES: Readonly<Partial<Record<ScanResult['state'], Style>>> = { open: 'heading', unknown: 'warn' }

export const scanColumns = (serviceOf: ServiceOf): readonly Column<ScanResult>[] => [
  { key: 'address', title: 'ADDRESS', value: ({ address }) => address },
  { key: 'port', title: 'PORT', value: ({ port }) => port, align: 'right' },
  { key: 'state', title: 'STATE', value: ({ state }) => state, style: ({ state }) => STYLES[state] },
  { key: 'service', title: 'SERVICE', value: ({ port }) => serviceOf(port) ?? '(unregistered)', priority: 2 },
  { key: 'reason', title: 'REASON', value: ({ reason }) => reason, priority: 3 },
  { key: 'ms', title: 'MS', value: ({ ms }) => milliseconds(ms), align: 'right', priority: 4 },
  { key: 'tries', title: 'TRIES', value: ({ tries }) => tries, align: 'right', priority: 6 },
  { key: 'name', title: 'NAME', value: ({ name }) => name ?? null, truncate: 'end', priority: 5 },
]

const milliseconds = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.round(ms * 10) / 10

export const scanItem = (
  { address, name, port, protocol, state, reason, ms, tries }: ScanResult,
  serviceOf: ServiceOf,
) => ({
  address,
  ...(name === undefined ? {} : { name }),
  port,
  protocol,
  service: serviceOf(port),
  state,
  reason,
  ...(ms === undefined ? {} : { ms: Math.round(ms * 1000) / 1000 }),
  tries,
})

export const targetItem = ({ address, name, counts, groups }: TargetTally) => ({
  address,
  ...(name === undefined ? {} : { name }),
  ...counts,
  groups,
})

/** `192.0.2.7 (db): 2 open, 990 closed (reset), 8 filtered (no-answer)` */
export function targetLine({ address, name, groups }: TargetTally): string {
  const parts = groups
    .toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
    .map(({ state, reason, ports }) => `${ports} ${state}${state === 'open' ? '' : ` (${reason})`}`)
  return `${address}${name === undefined ? '' : ` (${clean(name)})`}: ${parts.join(', ')}`
}

const STATES: readonly string[] = ['open', 'filtered', 'unknown', 'closed']

export const planItem = ({ probe, names, leftOut, pairs, local, leastMs, mostMs }: ScanPlan) => ({
  method: probe.method,
  targets: probe.targets.map(address => {
    const name = names.get(address)
    return name === undefined ? { address } : { address, name }
  }),
  leftOut,
  ports: probe.ports.length,
  pairs,
  mostTries: pairs * probe.tries,
  local,
  seed: probe.seed,
  perSecond: probe.perSecond,
  perSecondAndTarget: probe.perSecondAndTarget,
  timeoutMs: probe.timeoutMs,
  tries: probe.tries,
  atOnce: probe.atOnce,
  leastMs: Math.round(leastMs),
  mostMs: Math.round(mostMs),
})

/** A plan, fact by fact. */
export function planFacts(
  plan: ScanPlan,
  ports: string,
): readonly (readonly [fact: string, value: string])[] {
  const { probe, pairs, local, leastMs, mostMs, leftOut } = plan
  const { length } = probe.targets
  const [first, last] = [probe.targets[0]!, probe.targets.at(-1)!]
  return [
    ['targets', length === 1 ? first : `${length} addresses, ${first} to ${last}`],
    ...(leftOut.length === 0 ? [] : [['left out', `${leftOut.length}: ${leftOut[0]!.address} …`] as const]),
    ['ports', `${counted(probe.ports.length, 'port')}: ${ports}`],
    ['tries', `${pairs} to ${pairs * probe.tries}, each a SYN; nothing is said over a connection`],
    ['rate', local ? 'as fast as it goes: only this machine is asked' : rateText(plan)],
    ['timeout', `${probe.timeoutMs} ms at most; what stays silent is asked ${counted(probe.tries, 'time')}`],
    [
      'takes',
      local ? 'seconds' : `${duration(leastMs)} where everybody answers, at most ${duration(mostMs)}`,
    ],
    ['seed', String(probe.seed)],
  ]
}

const rateText = ({ probe: { perSecond, perSecondAndTarget } }: ScanPlan): string =>
  `${perSecond} tries a second in all, ${perSecondAndTarget} to one target`

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min` */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
