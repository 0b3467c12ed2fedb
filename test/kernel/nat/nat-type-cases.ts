/** NATs as nft makes them on a router between `client` and `server`, and what has to be said of each. */

export interface SetUp {
  readonly name: string
  /** For the router. */
  readonly rules: string
  readonly server?: string
  readonly words?: readonly string[]
  /** Where it is asked; `client`. */
  readonly at?: string
  /** A datagram of the router's connections is remembered so long: nf_conntrack_udp_timeout. */
  readonly seconds?: number
  /** The client has a second address. */
  readonly second?: true
  readonly status: number
  /** Members of the answer. */
  readonly expected: Readonly<Record<string, unknown>>
}

const table = (...chains: readonly string[]): string => `table ip nat {\n${chains.join('\n')}\n}\n`
const post = (rule: string): string =>
  `  chain post {\n    type nat hook postrouting priority srcnat; policy accept;\n    ${rule}\n  }`
const pre = (rule: string): string =>
  `  chain pre {\n    type nat hook prerouting priority dstnat; policy accept;\n    ${rule}\n  }`
/** What comes to the router itself and belongs to nothing is dropped, before it is remembered. */
const CLOSED = `  chain in {\n    type filter hook input priority 0; policy accept;\n    iifname "server" ct state new drop\n  }`
const MASQUERADE = 'oifname "server" masquerade'

const [EI, AD, APD] = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const

export const SET_UPS: readonly SetUp[] = [
  {
    name: 'none',
    rules: '',
    status: 0,
    expected: {
      type: 'none',
      translated: false,
      mapping: EI,
      filtering: EI,
      portPreservation: 'always',
      hairpin: null,
      hairpinUnknown: 'no-nat',
    },
  },
  {
    name: 'a firewall',
    rules: table(
      `  chain passing {\n    type filter hook forward priority 0; policy accept;\n    iifname "server" ct state new drop\n  }`,
    ),
    status: 0,
    expected: { type: 'firewall', translated: false, filtering: APD },
  },
  {
    name: 'symmetric',
    rules: table(post(`${MASQUERADE} fully-random`), CLOSED),
    status: 0,
    expected: {
      type: 'symmetric',
      translated: true,
      mapping: APD,
      filtering: APD,
      portPreservation: 'never',
      inboundFirst: null,
      inboundFirstUnknown: 'not-mapped-alike',
    },
  },
  {
    name: 'Linux as it is',
    rules: table(post(MASQUERADE)),
    status: 0,
    expected: {
      type: 'linux',
      mappingAtFirst: EI,
      mapping: APD,
      filtering: APD,
      inboundFirst: 'changes-port',
      portPreservation: 'always',
      hairpin: 'none',
    },
  },
  {
    name: 'Linux behind a filter, with two machines inside',
    rules: table(post(MASQUERADE), CLOSED),
    second: true,
    status: 0,
    expected: {
      type: 'linux',
      mappingAtFirst: EI,
      mapping: APD,
      filtering: APD,
      inboundFirst: 'keeps-port',
      collision: 'changes-mapping',
      overloads: true,
    },
  },
  {
    name: 'full cone',
    rules: table(pre('iifname "server" udp dport 1024-65535 dnat to 192.168.7.2'), post(MASQUERADE)),
    status: 0,
    expected: {
      type: 'full-cone',
      mapping: EI,
      filtering: EI,
      inboundFirst: 'keeps-port',
      collision: null,
      collisionUnknown: 'one-source',
    },
  },
  {
    name: 'address-restricted',
    rules: table(
      '  set seen {\n    type ipv4_addr . inet_service; flags dynamic,timeout; timeout 2m;\n  }',
      '  chain passing {\n    type filter hook forward priority 0; policy accept;\n    iifname "client" update @seen { ip daddr . udp sport }\n  }',
      pre('iifname "server" ip saddr . udp dport @seen dnat to 192.168.7.2'),
      post(MASQUERADE),
      CLOSED,
    ),
    status: 0,
    expected: { type: 'address-restricted', mapping: EI, filtering: AD },
  },
  {
    name: 'port-restricted',
    rules: table(post(MASQUERADE), CLOSED),
    status: 0,
    expected: {
      type: 'port-restricted',
      mapping: EI,
      filtering: APD,
      inboundFirst: 'keeps-port',
      hairpin: 'none',
    },
  },
  {
    name: 'a cone that hairpins',
    rules: table(
      pre('ip daddr 203.0.113.1 udp dport 1024-65535 dnat to 192.168.7.2'),
      post('ip saddr 192.168.7.0/24 snat to 203.0.113.1'),
    ),
    status: 0,
    expected: { type: 'full-cone', hairpin: 'external-source' },
  },
  {
    name: 'a mapping that lasts four seconds',
    rules: table(post(MASQUERADE), CLOSED),
    seconds: 4,
    words: ['--lifetime', '7s'],
    status: 0,
    expected: { lifetimeSeconds: { atLeast: 3, below: 5 } },
  },
  {
    name: 'two NATs, one of them the carrier’s',
    rules: '',
    at: 'other',
    server: '198.51.100.7',
    words: ['--router-address', '100.64.0.2'],
    status: 0,
    expected: { type: 'port-restricted', translated: true, carrierGrade: true, filtering: APD },
  },
  {
    name: 'the router’s address is the one outside',
    rules: table(post(MASQUERADE), CLOSED),
    words: ['--router-address', '203.0.113.1'],
    status: 0,
    expected: { carrierGrade: false },
  },
  {
    name: 'a router that asks behind the carrier’s NAT',
    rules: '',
    at: 'home',
    server: '198.51.100.7',
    status: 0,
    expected: { type: 'port-restricted', carrierGrade: true },
  },
  {
    name: 'a server with one address',
    rules: '',
    at: 'server',
    server: '127.0.0.1:3478',
    status: 6,
    expected: {
      type: 'none',
      otherAddress: null,
      mapping: null,
      mappingUnknown: 'one-address',
      filtering: null,
      filteringUnknown: 'one-address',
    },
  },
  {
    name: 'nobody there',
    rules: '',
    server: '203.0.113.7:9',
    words: ['--timeout', '1s'],
    status: 5,
    expected: { type: 'unknown', mapped: null, mapping: null, mappingUnknown: 'no-answer' },
  },
]
