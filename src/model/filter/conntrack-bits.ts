/** What connection tracking says of a packet and its connection, as the kernel's numbers. */
import type { ConntrackState } from './packet.ts'

/** Bits of `ct state` (`NF_CT_STATE_BIT`, `NF_CT_STATE_UNTRACKED_BIT`). */
export const STATE_BITS: Readonly<Record<ConntrackState, number>> = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
}

/** `IPS_SEEN_REPLY` and so on (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export const STATUS_BITS = {
  seenReply: 2,
  confirmed: 8,
  snat: 16,
  dnat: 32,
  sourceDone: 128,
  destinationDone: 256,
  helper: 8192,
} as const
