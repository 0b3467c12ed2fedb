/**
 * A packet as one line in the words of `ports fw test`, so that what a search found can be asked about again (the tool's
 * `parseFlowQuestion` reads it).
 */
import { formatEndpoint } from '../endpoint.ts'
import type { Port } from '../port.ts'
import { scalarAddress } from './address-scalar.ts'
import type { Packet, Surroundings } from './packet.ts'
import { TRANSPORT_WORDS } from './transports.ts'

const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'] as const

interface Asked {
  readonly packet: Packet
  readonly surroundings: Surroundings
}

/** What such a line has no words for stands after `#`, where it is a comment. */
export function packetText({ packet, surroundings }: Asked): string {
  const { family, protocol = 6, sourcePort, destinationPort, tcpFlags, icmpType, icmpCode } = packet
  const { inputInterface, outputInterface, conntrack, mark, facts } = surroundings
  const end = (scalar: Packet['source'], port: number | undefined): string => {
    const address = scalarAddress((scalar ?? (family === 'ipv4' ? 0 : 0n)) as number | bigint, family)
    return port === undefined ? address : formatEndpoint({ address, port: port as Port })
  }
  const words = [
    TRANSPORT_WORDS.get(protocol) ?? String(protocol),
    end(packet.source, sourcePort),
    '->',
    end(packet.destination, destinationPort),
  ]
  if (inputInterface) words.push('in', inputInterface)
  if (outputInterface) words.push('out', outputInterface)
  const state = conntrack?.state ?? 'new'
  if (state !== 'new') words.push('state', state)
  if (conntrack?.direction === 'reply') words.push('direction', 'reply')
  if (tcpFlags !== undefined && tcpFlags !== (state === 'established' || state === 'related' ? 16 : 2))
    words.push('flags', tcpFlags === 0 ? 'none' : FLAGS.filter((_, bit) => tcpFlags & (1 << bit)).join(','))
  if (icmpType !== undefined && icmpType !== (family === 'ipv4' ? 8 : 128))
    words.push('type', String(icmpType))
  if (icmpCode) words.push('code', String(icmpCode))
  if (mark) words.push('mark', String(mark))
  if (packet.length !== undefined) words.push('length', String(packet.length))
  const others = [
    ...(packet.laterFragment === true ? ['a later fragment'] : []),
    ...[...(packet.fields ?? []), ...(facts ?? [])].map(([name, value]) => `${name} ${value}`),
    ...(conntrack?.mark ? [`ct mark ${conntrack.mark}`] : []),
  ]
  return others.length === 0 ? words.join(' ') : `${words.join(' ')} # ${others.join(', ')}`
}
