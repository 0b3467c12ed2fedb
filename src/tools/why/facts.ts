/**
 * What the checks of an inquiry have found so far, as a typed record: a later check asks here instead of asking the host again.
 *
 * A fact that is absent was not looked for yet, or could not be told; who needs to know why reads the steps.
 */
import type { Address } from '../../model/address.ts'
import type { Known } from '../../model/known.ts'
import type { Attempt, AttemptRequest, Pinged, Seen, TlsTried } from '../../os/attempt.ts'
import type { RouteAnswer } from '../../os/os.ts'
import type { Trace } from '../trace/trace.ts'
import type { Conversation } from './conversation.ts'
import type { Difference } from './evidence/difference.ts'
import type { FollowedWay } from './far/followed-way.ts'
import type { NameSources } from './name-sources.ts'
import type { Outcome } from './outcomes.ts'

/** Of the target, before there is an address. */
export interface NameFacts {
  /** As the system gave them. */
  addresses?: readonly Address[]
  /** The look-up's error code, where it failed. */
  failed?: string
  /** How long it took, milliseconds. */
  lookupMs?: number
  /** What each source of names said, where they were asked. */
  sources?: NameSources
}

/** Of one address. */
export interface Facts {
  /** The kernel's own answer for this destination, with source and device as they were chosen. */
  route?: Known<RouteAnswer>
  /** The address is this host's own. */
  local?: boolean
  /** The first packet's way through this host by its rules, and that of the answer. */
  leaving?: Trace
  returning?: Trace
  /** This host's own rules make another end of the target: `10.0.3.2:80`. */
  sentOnTo?: string
  /** This host has no way for its family to anywhere, and one for another of the name’s: it isn’t tried. */
  aside?: true
  tried?: TriedFacts
  /** When the first attempt began, by the clock that never goes back, milliseconds. */
  triedAt?: number
  outcome?: Outcome
  ping?: Pinged
  /** What was said once the connection stood, and the handshake of TLS over another one. */
  talk?: Conversation
  tls?: TlsTried
  /** Of connections that were made beside the first. */
  repeats?: RepeatFacts
  /** Routers that answered on the way, nearest first; empty where they were asked and none did. */
  hops?: readonly Address[]
  /** Of silence: the router where an echo request's time ran out, though that of packets for this port didn’t. */
  echoedFrom?: Address
  /** Of silence: the host answers to something else than was asked. */
  heard?: boolean
  /** What moved at each view during the attempt, by label. */
  moved?: ReadonlyMap<string, Difference>
  /** The way through all views, and the way of the answer. */
  followed?: FollowedWay
  /** Of UDP: somebody answered, or said that nobody will. */
  answered?: boolean
  /** Of UDP: makes a question of so many bytes, which whoever answered would answer as well. */
  larger?: (bytes: number) => Uint8Array
}

export interface TriedFacts {
  readonly request: AttemptRequest
  /** Open until the inquiry ends. */
  readonly attempt: Attempt
  /** When it was over. */
  readonly seen: Seen
  /** It ended in silence: nothing came within the time that we give it. */
  readonly silent: boolean
}

export interface RepeatFacts {
  readonly made: number
  /** In so many, something that was said had to be sent again. */
  readonly resent: number
  /** So many failed, or stood after a second try only. */
  readonly unsteady: number
}
