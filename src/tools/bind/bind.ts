/**
 * Free and leased ports: a number that nobody has, and one that stays yours.
 *
 * Answers which ports can be bound on IPv4 and IPv6 both and are promised to nobody, and keeps leases: promises that
 * hold for every program of the machine that asks, across users, one space for each network namespace, each ending with
 * its holder or its time. Answers whether a socket can be bound, and who or what is in the way. Can't stop programs that never ask: those see only
 * what is bound. Follows RFC 6335 section 6 for classes, ip(7) for the ephemeral range.
 */
export { type CanBind, type CanBindRequest, canBind } from './can-bind.ts'
export { canBindAnywhere } from './can-bind-anywhere.ts'
export { DEFAULT_POOL_SAYS, defaultPool } from './default-pool.ts'
export { type FreePorts, type FreeRequest, findFreePorts } from './free.ts'
export { holdPort } from './hold-port.ts'
export { isPortFree } from './is-port-free.ts'
export { planLease, takeLease } from './lease.ts'
export { listLeases } from './lease-list.ts'
export { checkLeaseName } from './lease-name.ts'
export { leaseOnePort } from './lease-one.ts'
export { releaseLeases } from './lease-release.ts'
export type { Lease, LeaseOutcome, LeaseRequest, LeaseScope } from './lease-request.ts'
export { canBindOn } from './on-other-system.ts'
