/**
 * How a TCP attempt ended, and whom that makes a suspect: one row for each outcome that can be told apart, the first that fits holds.
 *
 * What an error number alone means is little: RST, ICMP port unreachable and a local rejection are all ECONNREFUSED. So a row asks for
 * what the attempt showed beside it: whether the call said no at once, whether a frame left, what came back and who sent it. What a
 * host doesn't tell (`null`) fits no row that asks for it.
 */
import { type Address, unmap, withoutZone } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import type { Port } from '../../model/port.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { CauseCode, Leg } from './causes/causes.ts'
import type { TriedFacts } from './facts.ts'
import { OUTCOME_ROWS } from './outcome-rows.ts'
import type { Suspicion } from './suspects.ts'

/** What an attempt showed. `null`: the host doesn't tell. */
export interface Outcome {
  /** `open`, `silent`, or the system's word. */
  readonly ended: string
  readonly atOnce: boolean
  /** Milliseconds. */
  readonly ms: number
  readonly family: IpFamily
  /** The target is this host itself. */
  readonly local: boolean
  /** A frame left for the target. */
  readonly left: boolean | null
  /** What came in from outside: of TCP, the first; `other-syn-ack` from another address than was asked. */
  readonly back: 'syn-ack' | 'reset' | 'other-syn-ack' | 'none' | null
  /** Whose SYN-ACK it was instead. */
  readonly other?: Endpoint
  /** `icmp 3/13`, of an error about the attempt; `none`. */
  readonly icmp: string | null
  /** Who sent that error. */
  readonly by: 'this-host' | 'target' | 'other' | null
  readonly sender?: Address
}

export interface OutcomeRow {
  readonly name: string
  readonly when: {
    readonly ended?: readonly string[]
    readonly atOnce?: boolean
    readonly family?: IpFamily
    readonly local?: boolean
    readonly left?: readonly (boolean | null)[]
    readonly back?: readonly Outcome['back'][]
    /** Type and code; `none`. */
    readonly icmp?: readonly (string | null)[]
    readonly by?: readonly Outcome['by'][]
    /** At least, and less than, so many milliseconds. */
    readonly from?: number
    readonly below?: number
  }
  readonly suspects: readonly RowSuspect[]
  /** The section of a standard, the kernel's function, or the measurement that it follows. */
  readonly source: string
}

export interface RowSuspect {
  readonly code: CauseCode
  readonly is: Exclude<Suspicion, 'excluded'>
  /** `sender`: who sent the ICMP error. */
  readonly at: 'here' | 'sender' | 'target' | 'way'
  readonly stage?: string
  readonly leg?: Leg
}

export const rowFor = (outcome: Outcome): OutcomeRow | undefined =>
  OUTCOME_ROWS.find(row => fits(row.when, outcome))

function fits(when: OutcomeRow['when'], seen: Outcome): boolean {
  const among = <T>(wanted: readonly T[] | undefined, is: T): boolean => wanted?.includes(is) !== false
  return (
    among(when.ended, seen.ended) &&
    (when.atOnce === undefined || when.atOnce === seen.atOnce) &&
    (when.family === undefined || when.family === seen.family) &&
    (when.local === undefined || when.local === seen.local) &&
    among(when.left, seen.left) &&
    among(when.back, seen.back) &&
    among(when.icmp, seen.icmp) &&
    among(when.by, seen.by) &&
    seen.ms >= (when.from ?? 0) &&
    seen.ms < (when.below ?? Number.POSITIVE_INFINITY)
  )
}

/** Reads an attempt. `own`: this host's addresses. `family` is that of the packets: a mapped address is IPv4. */
export function outcomeOf(
  { attempt, seen, request }: TriedFacts,
  { local, own }: { readonly local: boolean; readonly own: readonly Address[] },
): Outcome {
  const { kind, code } = attempt.outcome
  const asked = bare(request.to.address)
  const isOwn = (address: Address): boolean => own.some(one => bare(one) === bare(address))
  const outside = seen.frames.known
    ? seen.frames.value.filter(({ device }) => local || device !== 'lo')
    : null
  const back = outside?.filter(({ way, protocol }) => way === 'in' && protocol === 'tcp') ?? null
  const answers = back?.filter(({ flags = '' }) => flags.includes('S') || flags.includes('R')) ?? null
  const first = answers?.find(({ source }) => bare(source) === asked) ?? answers?.[0]
  const errors = seen.icmp.known ? seen.icmp.value : null
  const error = errors?.at(-1)
  const from = error?.from
  return {
    ended: kind === 'yes' ? 'open' : kind === 'timed-out' ? 'silent' : (code ?? kind),
    atOnce: attempt.atOnce,
    ms: attempt.ms,
    family: asked.includes(':') ? 'ipv6' : 'ipv4',
    local,
    left:
      outside === null
        ? null
        : outside.some(({ way, protocol }) => way === 'out' && protocol === request.protocol),
    back:
      answers === null
        ? null
        : first === undefined
          ? 'none'
          : first.flags!.includes('R')
            ? 'reset'
            : bare(first.source) === asked
              ? 'syn-ack'
              : 'other-syn-ack',
    ...(first === undefined || first.sourcePort === undefined || bare(first.source) === asked
      ? {}
      : { other: { address: first.source, port: first.sourcePort as Port } }),
    icmp: errors === null ? null : error === undefined ? 'none' : `${error.type}/${error.code}`,
    by:
      error === undefined
        ? null
        : from === undefined || (isOwn(from) && !local)
          ? 'this-host'
          : bare(from) === asked
            ? 'target'
            : 'other',
    ...(from === undefined ? {} : { sender: from }),
  }
}

const bare = (address: Address): Address => unmap(withoutZone(address))
