/** A packet in one line: `tcp 198.51.100.7:40000 > 192.0.2.1:22, in eth0, ct state new`. */

import { DATATYPES } from '../datatypes.ts'
import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import { formatScalar, parseSymbol } from '../symbols.ts'
import type { Witness } from './witness.ts'

export function packetText({ packet, surroundings }: Witness): string {
  const { protocol, tcpFlags, icmpType, icmpCode } = packet
  const words = [`${protocolText(protocol)} ${endText(packet, 'source')} > ${endText(packet, 'destination')}`]
  const { inputInterface, outputInterface, mark, conntrack } = surroundings
  if (icmpType !== undefined) words.push(`type ${icmpType} code ${icmpCode ?? 0}`)
  if (tcpFlags !== undefined && tcpFlags !== 2)
    words.push(`tcp flags ${formatScalar(DATATYPES.get('tcp_flag')!, tcpFlags)}`)
  if (typeof inputInterface === 'string') words.push(`in ${inputInterface}`)
  if (typeof outputInterface === 'string') words.push(`out ${outputInterface}`)
  if (conntrack !== undefined) words.push(`ct state ${conntrack.state}`)
  if (mark !== undefined && mark !== 0) words.push(`mark 0x${mark.toString(16)}`)
  for (const [key, value] of [...(packet.fields ?? []), ...(surroundings.facts ?? [])])
    words.push(`${key} ${value}`)
  return words.join(', ')
}

const NAMES = ['tcp', 'udp', 'sctp', 'dccp', 'udplite', 'icmp', 'igmp', 'esp', 'ah', 'gre', 'icmpv6']

function protocolText(protocol: number | undefined): string {
  const type = DATATYPES.get('inet_proto')!
  const name = NAMES.find(word => parseSymbol(type, word) === protocol)
  return name ?? `protocol ${protocol ?? 'unknown'}`
}

function endText(packet: Packet, end: 'source' | 'destination'): string {
  const address = packet[end]
  const port = packet[`${end}Port`]
  const text = address === undefined ? 'unknown' : addressText(address)
  if (port === undefined) return text
  return packet.family === 'ipv6' ? `[${text}]:${port}` : `${text}:${port}`
}

const addressText = (address: Scalar): string =>
  formatScalar(DATATYPES.get(typeof address === 'number' ? 'ipv4_addr' : 'ipv6_addr')!, address)
