/** A packet's way through all views, and what it stands on. */
import type { Address } from '../../../model/address.ts'
import type { FlowQuestion } from '../../firewall/firewall.ts'
import type { NetworkTrace } from '../../trace/trace.ts'

export interface FollowedWay {
  readonly question: FlowQuestion
  readonly trace: NetworkTrace
  readonly leaps: readonly Leap[]
  /** Our own end, by which the others judged it. */
  readonly source: Address
}

/** Over a router that nobody sees. */
export interface Leap {
  readonly from: string
  readonly over: Address
  readonly to: string
}
