/** Ports that are free at this moment: nothing keeps them so. */
import type { Address } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import type { PortSet } from '../../model/port-set.ts'
import type { ClaimStore, OS } from '../../os/os.ts'
import { DEFAULT_POOL_SAYS, defaultPool } from './default-pool.ts'
import { isPortFree } from './is-port-free.ts'
import { isTaken } from './live-claims.ts'
import { portsFrom } from './ports-from.ts'

export interface FreeRequest {
  /** How many, 1 without it. */
  readonly count?: number
  /** Among these; the default pool without it. */
  readonly range?: PortSet | undefined
  readonly protocol?: 'tcp' | 'udp'
  /** Only at this address; on all of IPv4 and IPv6 without it. */
  readonly host?: Address | undefined
  /** From 0 to less than 1: chance. */
  readonly random?: () => number
}

export interface FreePorts {
  readonly ports: readonly number[]
  /** Why there are fewer than were asked for; null when there are not. */
  readonly shortage: Finding | null
}

/** At random, so that two who ask at once seldom get the same. Leased ports are left out. */
export async function findFreePorts(os: OS, request: FreeRequest = {}): Promise<FreePorts> {
  const { count = 1, protocol = 'tcp', host, random = Math.random } = request
  const pool = request.range ?? (await defaultPool(os))
  const store = await claimsIfAny(os)
  const claims = store?.list() ?? []
  const ports = new Set<number>()
  for (let i = 0; i < count; i++) {
    for (const port of portsFrom(pool, random())) {
      if (
        ports.has(port) ||
        (store !== null && isTaken(store, claims, { first: port, count: 1 }, os.clock.now()))
      )
        continue
      if ((await isPortFree(os, port, { protocols: [protocol], host })) !== null) continue
      ports.add(port)
      break
    }
    if (ports.size === i) break
  }
  return {
    ports: [...ports],
    shortage: ports.size === count ? null : shortage(ports.size, count, request, pool),
  }
}

/** Where nobody can lease, nothing is leased. */
async function claimsIfAny(os: OS): Promise<ClaimStore | null> {
  try {
    return await os.claims()
  } catch (error) {
    if (isFault(error) && error.code === 'E_LEASE_UNSUPPORTED') return null
    throw error
  }
}

export function shortage(
  found: number,
  count: number,
  { range }: Pick<FreeRequest, 'range'>,
  pool: PortSet,
): Finding {
  const where = range === undefined ? DEFAULT_POOL_SAYS : `the range ${range}`
  return {
    code: 'no-free-port',
    severity: 'medium',
    certainty: 'proven',
    subject: where,
    says: `of ${count} wanted, ${found === 0 ? 'none' : `only ${found}`} could be had, of ${where} (${pool.size} in all)`,
    evidence: [{ source: 'bind(2)', says: 'every other port is bound, leased or refused' }],
    remedy: 'Name another range with --range, or see who has them: ports leases, ports ls -l',
  }
}
