/** What makes no sense as a lease is refused before anything is looked at. */
import type { ClaimHolder } from '../../model/claim.ts'
import { fault } from '../../model/fault.ts'
import type { ClaimStore } from '../../os/os.ts'
import { checkLeaseName } from './lease-name.ts'
import { type LeaseRequest, MOST_PORTS } from './lease-request.ts'

/** Throws `E_LEASE_NAME`, `E_LEASE_HOLDER`, `E_BIND_REQUEST`. */
export function checkLease({ name, ttl, port, holder, count = 1 }: LeaseRequest): void {
  if (name !== undefined) checkLeaseName(name)
  if (holder === null && ttl === undefined)
    throw fault('E_LEASE_HOLDER', { pid: 'nobody', why: 'without a holder it needs a time to end at' })
  const most = port === undefined ? MOST_PORTS : Math.min(MOST_PORTS, 65536 - port)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw fault('E_BIND_REQUEST', { why: `${count} ports in a row can not be had, from 1 to ${most} can` })
  if (port !== undefined && !(port >= 1 && port <= 65535))
    throw fault('E_BIND_REQUEST', { why: `${port} is no port to be leased` })
}

/** Throws `E_LEASE_HOLDER` for one that isn't there. */
export function holderOf(store: ClaimStore, { holder = 'self' }: LeaseRequest): ClaimHolder | null {
  if (holder === null) return null
  const found = store.holder(holder)
  if (found.known) return found.value
  const why = found.reason === 'vanished' ? 'there is no such process' : 'it can not be seen'
  throw fault('E_LEASE_HOLDER', { pid: holder, why })
}
