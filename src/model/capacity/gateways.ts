/**
 * What NAT gateways bear, as their makers document it. Figures with the page and the day on which it was read; a
 * maker may change them at any time.
 */
import { SNAT_PROBES } from './snat.ts'

export const GATEWAY_NAMES = ['aws', 'azure', 'gcp', 'linux-snat'] as const
export type GatewayName = (typeof GATEWAY_NAMES)[number]

export interface Gateway {
  readonly called: string
  /** Connections at once to one destination (address, port, protocol) from one of its addresses. */
  readonly perDestination: number
  /** Most addresses one gateway can have; null where nothing is said. */
  readonly mostAddresses: number | null
  /** Gives up before all ports are used (`snatMissShare`). */
  readonly probes: number | null
  /** What else counts in a plan. */
  readonly notes: readonly string[]
  /** Where its running out is told. */
  readonly symptom: string
  readonly source: string
  /** Day on which the source was read. */
  readonly readOn: string
}

export const GATEWAYS: Readonly<Record<GatewayName, Gateway>> = Object.freeze({
  aws: {
    called: 'AWS NAT gateway',
    perDestination: 55_000,
    mostAddresses: 8,
    probes: null,
    notes: ['a public gateway has at most 2 addresses until the quota is raised; 8 addresses are 440,000'],
    symptom: 'metric ErrorPortAllocation',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html',
    readOn: '2026-11-22',
  },
  azure: {
    called: 'Azure NAT Gateway',
    perDestination: 50_000,
    mostAddresses: 16,
    probes: null,
    notes: ['an address has 64,512 ports in all, of which 50,000 can lead to one destination'],
    symptom: 'metric SNATConnectionCount with the state failed',
    source: 'https://learn.microsoft.com/en-us/azure/nat-gateway/nat-gateway-resource',
    readOn: '2026-11-22',
  },
  gcp: {
    called: 'Google Cloud NAT',
    perDestination: 64_512,
    mostAddresses: null,
    probes: null,
    notes: [
      'each machine gets a share of the ports, 64 unless set otherwise: one machine alone runs out at that',
      'endpoint-independent mapping lets no port serve two destinations',
    ],
    symptom: 'metric dropped_sent_packets_count, reason OUT_OF_RESOURCES',
    source: 'https://cloud.google.com/nat/docs/ports-and-addresses',
    readOn: '2026-11-22',
  },
  'linux-snat': {
    called: 'Linux source NAT',
    perDestination: 64_512,
    mostAddresses: null,
    probes: SNAT_PROBES,
    notes: [
      'ports 1024 to 65535; a closed connection keeps its entry for 120 s (nf_conntrack_tcp_timeout_time_wait)',
      `gives up after ${SNAT_PROBES} tries at random, before the ports are really used up`,
    ],
    symptom: 'insert_failed and drop in conntrack -S; the SYN is dropped and nobody is told',
    source:
      'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree/net/netfilter/nf_nat_core.c',
    readOn: '2026-11-22',
  },
})
