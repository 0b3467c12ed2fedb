/** A packet as one line that `parseFlowQuestion` reads: what a search found can be asked about again. */
import { formatEndpoint } from '../../model/endpoint.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Port } from '../../model/port.ts'
import { FLOW_PROTOCOLS } from './flow-question.ts'

const NAMES = new Map(Object.entries(FLOW_PROTOCOLS).map(([name, number]) => [number, name]))
const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'] as const

/** What the question's line has no words for stands after `#`. */
export function packetText(packet: Packet, surroundings: Surroundings): string {
  const { family, protocol = 6, sourcePort, destinationPort, tcpFlags, icmpType, icmpCode } = packet
  const { inputInterface, outputInterface, conntrack, mark, facts } = surroundings
  const end = (scalar: Packet['source'], port: number | undefined): string => {
    const address = scalarAddress((scalar ?? (family === 'ipv4' ? 0 : 0n)) as number | bigint, family)
    return port === undefined ? address : formatEndpoint({ address, port: port as Port })
  }
  const words = [
    NAMES.get(protocol) ?? String(protocol),
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
  const others = [
    ...(packet.laterFragment === true ? ['a later fragment'] : []),
    ...[...(packet.fields ?? []), ...(facts ?? [])].map(([name, value]) => `${name} ${value}`),
  ]
  return others.length === 0 ? words.join(' ') : `${words.join(' ')} # ${others.join(', ')}`
}
