/** What an address of a provider's NAT bears, and how its ports are shared out, in the terms of a plan. */
import { GATEWAYS } from '../../capacity/capacity.ts'
import type { BlockRule } from './simulate-address.ts'

export const NAT_PROVIDERS = ['aws', 'azure', 'azure-lb', 'gcp'] as const
export type NatProviderName = (typeof NAT_PROVIDERS)[number]

export interface NatProvider {
  readonly called: string
  /** Ports of an address, towards one destination. */
  readonly ports: number
  /** Each machine's own, used or not. */
  readonly reserved?: BlockRule
  readonly mostAddresses: number | null
  readonly notes: readonly string[]
  readonly source: string
}

/** Machines up to which each gets so many ports of an Azure load balancer without outbound rules. */
const PREALLOCATED: readonly (readonly [machines: number, ports: number])[] = [
  [50, 1024],
  [100, 512],
  [200, 256],
  [400, 128],
  [800, 64],
  [1000, 32],
]

/** The provider's NAT for so many machines. */
export function natProvider(name: NatProviderName, machines: number): NatProvider {
  if (name === 'azure-lb') {
    const row = PREALLOCATED.find(([most]) => machines <= most)
    return {
      called: 'Azure Load Balancer, ports as it gives them by default',
      ports: 64_000,
      reserved: { size: row?.[1] ?? 32, perHost: 1 },
      mostAddresses: null,
      notes: [
        ...(row === undefined ? ['its table ends at 1,000 machines: 32 ports each is assumed beyond'] : []),
        'each rule for load balancing or inbound NAT takes eight ports of its address',
        'UDP takes a port for each address that it goes to, whatever the port there',
      ],
      source: 'https://learn.microsoft.com/en-us/azure/load-balancer/load-balancer-outbound-connections',
    }
  }
  const { called, perDestination, mostAddresses, notes, source } = GATEWAYS[name]
  return {
    called,
    ports: perDestination,
    ...(name === 'gcp' ? { reserved: { size: 64, perHost: 1 } } : {}),
    mostAddresses,
    notes,
    source,
  }
}
