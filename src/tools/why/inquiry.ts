/** What the checks of one inquiry share. There is one for the name, one for each address that is tried, and
 * one for all of them together. */
import type { Address } from '../../model/address.ts'
import { type Endpoint, formatEndpoint } from '../../model/endpoint.ts'
import type { Attempt, AttemptRequest } from '../../os/attempt.ts'
import type { OS } from '../../os/os.ts'
import type { Facts, NameFacts } from './facts.ts'
import type { Suspects } from './suspects.ts'
import type { Target } from './target.ts'
import type { ReadView, Role } from './view.ts'

export interface InquiryOptions {
  /** One of our own addresses to come from. */
  readonly source?: Address
  /** Out by this interface. */
  readonly device?: string
  /** How long the attempt may take before it counts as silent, milliseconds. */
  readonly timeoutMs: number
  /** How long all of it may take, milliseconds. */
  readonly atMostMs: number
}

/** About the name, before there is an address. */
export interface NameInquiry {
  readonly target: Target
  /** The host that `why` runs on. */
  readonly os: OS
  readonly client: ReadView
  /** All of them, the client's first. */
  readonly views: readonly ReadView[]
  readonly options: InquiryOptions
  readonly named: NameFacts
  readonly suspects: Suspects
  readonly signal: AbortSignal
  /** Milliseconds that are left for all of it. */
  left(): number
}

/** About one address. */
export interface Inquiry extends NameInquiry {
  readonly address: Address
  readonly to: Endpoint
  /** Of this address. A check writes what it found. */
  readonly facts: Facts
  /**
   * Attempts, and closes when the inquiry ends. Protocol, target, source and device are the inquiry's unless said otherwise; the time is
   * the option's, and never more than is left.
   */
  attempt(request?: Partial<AttemptRequest>, timeoutMs?: number): Promise<Attempt>
}

/** Once each address was tried: what they say together. */
export interface WholeInquiry extends NameInquiry {
  readonly all: readonly Inquiry[]
}

export const viewsOf = ({ views }: NameInquiry, role: Role): readonly ReadView[] =>
  views.filter(view => view.role === role)

/** Whether the attempt was made and got through. */
export const isOpen = ({ facts, target }: Inquiry): boolean =>
  target.protocol === 'tcp' && facts.tried?.attempt.outcome.kind === 'yes'

/** Something was tried, and nobody took it. */
export const isUnanswered = ({ facts, target }: Inquiry): boolean =>
  facts.tried !== undefined &&
  (target.protocol === 'tcp' ? facts.tried.attempt.outcome.kind !== 'yes' : facts.answered !== true)

/** Whether a packet of the attempt was seen to leave this host, and one to come back; null where nobody may see that. */
export function seenOnTheWire({ facts, target }: Inquiry): {
  readonly left: boolean | null
  readonly back: boolean | null
} {
  const { outcome, tried, local } = facts
  if (target.protocol === 'tcp')
    return { left: outcome?.left ?? null, back: outcome?.back == null ? null : outcome.back !== 'none' }
  const frames = tried?.seen.frames
  if (frames?.known !== true) return { left: null, back: null }
  const outside = frames.value.filter(
    ({ device, protocol }) => protocol === 'udp' && (local === true || device !== 'lo'),
  )
  return { left: outside.some(({ way }) => way === 'out'), back: outside.some(({ way }) => way === 'in') }
}

/** `tcp 192.0.2.1:80` */
export const targetText = ({ target, to }: Inquiry): string => `${target.protocol} ${formatEndpoint(to)}`
