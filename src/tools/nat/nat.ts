/**
 * NAT as it happens: what this machine translates by which rules, the connections that are translated now, how full the
 * table and the pools of ports are, and what goes wrong.
 *
 * Answers for the network namespace that it runs in. Which rule made a connection is said only where the rules as they
 * are now would do the same again. Doesn't see NATs beyond this machine: `type/` asks them. Follows Linux's nf_nat_core,
 * nf_conntrack_netlink; RFC 4787 for the words.
 */
import type { readNat as ReadNat } from './read-nat.ts'

export { type TrackedColumns, trackedAt } from '../../model/nat/tracked-columns.ts'
export type { TrackedConnection, TrackedEnd, TrackedTuple } from '../../model/nat/tracked-connection.ts'
export { formatTracked, protocolWord } from './flow-words.ts'
export type { NatEntry } from './nat-entry.ts'
export { type PortPool, type SourceUse, USUAL_PORTS } from './port-pools.ts'
export { type Proof, RULE_UNKNOWN, type RuleUnknown } from './proof.ts'
export type { NatPicture, NatRequest } from './read-nat.ts'
export type { TranslationRule } from './translation-rules.ts'
export type { Meaning, NatName, NatType, NatTypeRequest, NotTold, Told } from './type/type.ts'
export { meaningOf, NAT_NAMES, NOT_TOLD, NOT_TOLD_SAYS, natType } from './type/type.ts'
export { type WatchNatRequest, watchNat } from './watch-nat.ts'

/** One look at what a host translates. Imported when it is asked: it knows all of the packet filter, and `natType` nothing of it. */
export const readNat: typeof ReadNat = async (...asked) => (await import('./read-nat.ts')).readNat(...asked)
