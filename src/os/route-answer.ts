/** Which way the host itself would send something: its answer, not our reading of its tables (RTM_GETROUTE, rtnetlink(7)). */
import type { Address } from '../model/address.ts'

export interface RouteQuestion {
  readonly to: Address
  readonly source?: Address
  /** Out by this interface. */
  readonly device?: string
  readonly mark?: number
}

export type RouteAnswer =
  | {
      readonly kind: 'unicast' | 'local' | 'broadcast' | 'multicast' | 'anycast'
      readonly device: string
      /** Absent where the destination is on the link. */
      readonly gateway?: Address
      /** The address that the host would send from. */
      readonly source?: Address
      readonly table?: number
      /** Of the path as it is known, bytes; absent where nothing was learned or set. */
      readonly mtu?: number
    }
  /** `code`: the system's word. ENETUNREACH no route, EHOSTUNREACH unreachable, EACCES prohibit, EINVAL blackhole. */
  | { readonly kind: 'refused'; readonly code: string }
