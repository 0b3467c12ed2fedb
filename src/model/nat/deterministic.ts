/**
 * Deterministic carrier-grade NAT: each inside host has a range of ports of one external address for good, by arithmetic,
 * so that nothing has to be logged to find who had a port (RFC 7422 section 2).
 */
import { FIRST_USER_PORT, LAST_PORT } from './port-bounds.ts'

export interface DeterministicPlan {
  /** First address of the inside prefix, IPv4 as a number. */
  readonly insideBase: number
  /** Bits of the inside prefix, 0 to 32. */
  readonly insideLength: number
  readonly outsideBase: number
  /** Bits of the external prefix; not fewer than the inside one has. */
  readonly outsideLength: number
}

export interface PortRange {
  readonly address: number
  readonly low: number
  readonly high: number
}

const PORTS = LAST_PORT - FIRST_USER_PORT + 1

/** Hosts that share one external address, and ports that each has. */
export function sharesOf(plan: DeterministicPlan): {
  readonly hostsPerAddress: number
  readonly portsPerHost: number
} {
  const hostsPerAddress = 2 ** (plan.outsideLength - plan.insideLength)
  return { hostsPerAddress, portsPerHost: Math.floor(PORTS / hostsPerAddress) }
}

/** Why a plan can't be, or null. */
export function whyNotDeterministic(plan: DeterministicPlan): string | null {
  for (const [name, base, length] of [
    ['inside', plan.insideBase, plan.insideLength],
    ['outside', plan.outsideBase, plan.outsideLength],
  ] as const) {
    if (!Number.isInteger(length) || length < 0 || length > 32)
      return `the ${name} prefix has ${length} bits; it is 0 to 32`
    if (base % 2 ** (32 - length) !== 0) return `the ${name} prefix has bits set past its ${length}`
  }
  if (plan.outsideLength < plan.insideLength) return 'there are more outside addresses than inside hosts'
  const { hostsPerAddress, portsPerHost } = sharesOf(plan)
  return portsPerHost === 0 ? `${hostsPerAddress} hosts to an address leave no port for any` : null
}

/** The ports of an inside host; null for an address outside of the prefix. */
export function rangeOfHost(plan: DeterministicPlan, inside: number): PortRange | null {
  const offset = inside - plan.insideBase
  if (offset < 0 || offset >= 2 ** (32 - plan.insideLength)) return null
  const { hostsPerAddress, portsPerHost } = sharesOf(plan)
  const low = FIRST_USER_PORT + portsPerHost * (offset % hostsPerAddress)
  return {
    address: plan.outsideBase + Math.floor(offset / hostsPerAddress),
    low,
    high: low + portsPerHost - 1,
  }
}

/** The inside host that has an external port; null for one that nobody has: below 1024, of the rest, of another prefix. */
export function hostOfPort(plan: DeterministicPlan, address: number, port: number): number | null {
  const place = address - plan.outsideBase
  if (place < 0 || place >= 2 ** (32 - plan.outsideLength) || port < FIRST_USER_PORT || port > LAST_PORT)
    return null
  const { hostsPerAddress, portsPerHost } = sharesOf(plan)
  const share = Math.floor((port - FIRST_USER_PORT) / portsPerHost)
  return share < hostsPerAddress ? plan.insideBase + place * hostsPerAddress + share : null
}
