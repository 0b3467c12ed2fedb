/**
 * Behaviours by name, as people meet them. The names of RFC 3489 (cones) say mapping and filtering at once and nothing of
 * the rest; they are kept because everybody knows them. Linux is not among them: its NAT depends on what else is
 * translated, and has a model of its own (`linux/`).
 */
import type { Dependence, NatBehaviour } from './behaviour.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** What RFC 4787, RFC 5382 and RFC 5508 recommend. */
const RECOMMENDED: NatBehaviour = {
  mapping: 'endpoint-independent',
  filtering: 'endpoint-independent',
  preservesPort: true,
  overloads: false,
  keepsParity: true,
  contiguous: false,
  pooling: 'paired',
  hairpin: 'external-source',
  inboundRefresh: false,
  whenFull: { type: 3, code: 13 },
  timers: {
    udp: 5 * MINUTE,
    icmp: MINUTE,
    tcpEstablished: 2 * HOUR + 4 * MINUTE,
    tcpTransitory: 4 * MINUTE,
  },
  ports: { low: 1024, high: 65_535, keepsClass: true },
  holdDown: 0,
}

const filtering = (by: Dependence): NatBehaviour => ({ ...RECOMMENDED, filtering: by })

export const NAT_PROFILES = {
  'full-cone': RECOMMENDED,
  'address-restricted': filtering('address-dependent'),
  'port-restricted': filtering('address-and-port-dependent'),
  symmetric: {
    ...RECOMMENDED,
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    preservesPort: false,
    keepsParity: false,
    hairpin: 'none',
    whenFull: 'silence',
  },
  /** RFC 6888: blocks of ports, a limit for each host, a rest for freed ports. */
  'carrier-grade': {
    ...RECOMMENDED,
    preservesPort: false,
    keepsParity: false,
    whenFull: { type: 3, code: 1 },
    holdDown: 2 * MINUTE,
    blocks: { size: 512, perHost: 4 },
    mappingsPerHost: 2048,
  },
} as const satisfies Readonly<Record<string, NatBehaviour>>

export type NatProfileName = keyof typeof NAT_PROFILES
