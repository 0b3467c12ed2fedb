/** What rules let pass that are proposed: one connection, its answers, or the messages that a link and a path need. Pure. */
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { IpFamily } from '../../../model/protocol.ts'
import type { Match } from './accept-rule.ts'

const TRANSPORTS: Readonly<Record<number, 'tcp' | 'udp'>> = { 6: 'tcp', 17: 'udp' }

/** Packets of those ends to that port; without a source, whoever sends them. Undefined of what has no ports. */
export function matchOf({
  protocol,
  family,
  source,
  destination,
  destinationPort,
}: Packet): Match | undefined {
  const transport = TRANSPORTS[protocol ?? -1]
  if (transport === undefined || destinationPort === undefined) return undefined
  return connection(family, transport, [source, destination], ['dport', destinationPort])
}

/**
 * What answers from that port. Of TCP only what acknowledges something, as all does but the first packet of a connection (RFC 9293 section
 * 3.1). Of UDP what connection tracking knows for an answer, where the host sees both directions.
 */
export function answerMatchOf(
  { protocol, family, source, destination, sourcePort }: Packet,
  seesBoth: boolean,
): Match | undefined {
  const transport = TRANSPORTS[protocol ?? -1]
  if (transport === undefined || sourcePort === undefined) return undefined
  const { nft, iptables } = connection(family, transport, [source, destination], ['sport', sourcePort])
  if (transport === 'tcp')
    return {
      nft: stateful => [...nft(stateful), 'tcp', 'flags', 'ack'],
      iptables: stateful => [...iptables(stateful), '--tcp-flags', 'ACK', 'ACK'],
    }
  return {
    nft: stateful => [...nft(stateful), ...(stateful && seesBoth ? ['ct', 'state', 'established'] : [])],
    iptables: stateful => [
      ...iptables(stateful),
      ...(stateful && seesBoth ? ['-m', 'conntrack', '--ctstate', 'ESTABLISHED'] : []),
    ],
  }
}

function connection(
  family: IpFamily,
  transport: 'tcp' | 'udp',
  ends: readonly [Packet['source'], Packet['destination']],
  [side, port]: readonly ['sport' | 'dport', number],
): Match {
  const ip = family === 'ipv4' ? 'ip' : 'ip6'
  const [source, destination] = ends.map(end =>
    end === undefined ? undefined : scalarAddress(end as number | bigint, family),
  )
  return {
    nft: () => [
      ...(source === undefined ? [] : [ip, 'saddr', source]),
      ...(destination === undefined ? [] : [ip, 'daddr', destination]),
      ...[transport, side, String(port)],
    ],
    iptables: () => [
      ...['-p', transport],
      ...(source === undefined ? [] : ['-s', source]),
      ...(destination === undefined ? [] : ['-d', destination]),
      ...[`--${side}`, String(port)],
    ],
  }
}

/** Neighbour discovery: who asks where an address is, and who says it (RFC 4861 sections 4.3 and 4.4). */
export const NEIGHBOUR_DISCOVERY: Match = {
  nft: () => ['icmpv6', 'type', '{', 'nd-neighbor-solicit,', 'nd-neighbor-advert', '}'],
  iptables: () => ['-p', 'icmpv6', '--icmpv6-type', 'neighbour-solicitation'],
}

/** That a packet was too large for a link (RFC 792, RFC 4443 section 3.2). */
export const TOO_BIG: Readonly<Record<IpFamily, Match>> = {
  ipv4: {
    nft: () => ['icmp', 'type', 'destination-unreachable', 'icmp', 'code', 'frag-needed'],
    iptables: () => ['-p', 'icmp', '--icmp-type', 'fragmentation-needed'],
  },
  ipv6: {
    nft: () => ['icmpv6', 'type', 'packet-too-big'],
    iptables: () => ['-p', 'icmpv6', '--icmpv6-type', 'packet-too-big'],
  },
}
