/**
 * What a rule has said about the protocols of its packets, so that contradictions are found as nft finds them: `tcp
 * dport 22 udp sport 53`, `ip6 saddr` in a table of family ip, `dnat … : port` without a transport.
 */
import type { TableFamily } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { FAMILY_OF_HEADER, TRANSPORT_WORDS, TRANSPORTS } from '../../model/filter/transports.ts'
import type { Reader } from './reader.ts'
import type { Token } from './token.ts'

export interface Protocols {
  network?: string
  transport?: string
  /** The type of ICMP has been compared. */
  icmpType?: boolean
}

/** A transport is known to be there, which one depends. */
export const SEVERAL = 'several'

/** What a table's family says already. */
export function protocolsOf(family: TableFamily): Protocols {
  return family === 'ip' || family === 'ip6' || family === 'arp' ? { network: family } : {}
}

const NETWORKS: ReadonlySet<string> = new Set(['ip', 'ip6', 'arp'])
const NETWORK_OF = { ipv4: 'ip', ipv6: 'ip6' } as const

/** A header field of that protocol is looked at. */
export function implyProtocol(reader: Reader, protocol: string, at: Token): void {
  if (NETWORKS.has(protocol)) implyNetwork(reader, protocol, at)
  else if (Object.hasOwn(TRANSPORTS, protocol)) {
    const { transport } = reader.protocols
    if (transport !== undefined && transport !== SEVERAL && transport !== protocol)
      throw contradiction(reader, transport, protocol, at)
    reader.protocols.transport = protocol
    const family = FAMILY_OF_HEADER[protocol]
    if (family === undefined || reader.protocols.network !== undefined) return
    reader.protocols.network = NETWORK_OF[family]
    // nft lists this one only.
    if (protocol === 'igmp' && reader.family === 'inet') reader.implied.push(isIpv4)
  }
}

const isIpv4: Statement = {
  kind: 'match',
  left: { kind: 'meta', key: 'nfproto' },
  op: '==',
  right: { kind: 'value', value: 2 },
}

/** `icmp id` and `icmp sequence` are fields of echoes: nft compares the type first, if the rule hasn't. */
export function implyEcho(reader: Reader, protocol: string, field: string): void {
  const types = ECHO[protocol]
  if (types === undefined) return
  if (field === 'type') reader.protocols.icmpType = true
  if ((field !== 'id' && field !== 'sequence') || reader.protocols.icmpType === true) return
  reader.protocols.icmpType = true
  reader.implied.push({
    kind: 'match',
    left: { kind: 'payload', protocol, field: 'type' },
    op: '==',
    right: { kind: 'set', elements: types.map(value => ({ kind: 'value', value })) },
  })
}

/** Reply and request (RFC 792, RFC 4443 section 4). */
const ECHO: Readonly<Record<string, readonly number[]>> = { icmp: [0, 8], icmpv6: [129, 128] }

function implyNetwork(reader: Reader, network: string, at: Token): void {
  const { network: known } = reader.protocols
  if (network === 'arp' && reader.family === 'inet')
    throw contradiction(reader, 'a table of family inet', network, at)
  if (known !== undefined && known !== network) throw contradiction(reader, known, network, at)
  reader.protocols.network = network
}

const contradiction = (reader: Reader, before: string, now: string, at: Token) =>
  reader.stream.refuse(
    `${now} contradicts ${before}: no packet is both`,
    'Write two rules, or take one of the two out.',
    at,
  )

/** `==` between `ip protocol`, `meta l4proto`, `meta nfproto` … and one value says the protocol too; NaN for a set. */
export function noteComparison(reader: Reader, name: string, value: number): void {
  if (name === 'meta nfproto') setNetwork(reader, { 2: 'ip', 10: 'ip6' }[value])
  else if (name === 'meta protocol' || name === 'ether type')
    setNetwork(reader, { 2048: 'ip', 34525: 'ip6', 2054: 'arp' }[value])
  else if (name === 'meta l4proto' || name === 'ip protocol' || name === 'ip6 nexthdr') {
    const transport = TRANSPORT_WORDS.get(value)
    if (transport !== undefined) reader.protocols.transport = transport
    else reader.protocols.transport ??= SEVERAL
  }
}

function setNetwork(reader: Reader, network: string | undefined): void {
  if (network !== undefined) reader.protocols.network = network
}
