/** A packet's way through all views, and what it stands on. */
import type { Address } from '../../../model/address.ts'
import type { FlowQuestion } from '../../firewall/live.ts'
import type { Hop, NetworkTrace } from '../../trace/trace.ts'

export interface FollowedWay {
  readonly question: FlowQuestion
  readonly trace: NetworkTrace
  readonly leaps: readonly Leap[]
  /** Where the way is lost to somebody that nobody sees: how an answer of theirs would come back through those that are seen. */
  readonly answer?: readonly Hop[]
  /** Those of the hosts that are looked at as the target. */
  readonly targets: readonly string[]
  /** Our own end, by which the others judged it. */
  readonly source: Address
}

/** Over a router that nobody sees. */
export interface Leap {
  readonly from: string
  readonly over: Address
  readonly to: string
}
