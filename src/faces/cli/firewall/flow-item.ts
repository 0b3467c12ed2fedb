/** The answer about a flow, as JSON has it. */
import type { Packet } from '../../../model/filter/packet.ts'
import type { FlowAnswer } from '../../../tools/firewall/firewall.ts'
import { decisionItem } from './decision-item.ts'

/** Numbers of protocols that flows of JSON have words for; others stay numbers, in words. */
const NAMES = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
])

export const flowProtocol = ({ protocol }: Packet): string => NAMES.get(protocol ?? 0) ?? String(protocol)

export function flowItem({ question, decision, way, end, translated }: FlowAnswer): object {
  const { packet, source, destination, wanted, state, inputInterface, outputInterface } = question
  const ends = (one: { address: string; port: number }) =>
    packet.sourcePort === undefined ? { address: one.address } : { address: one.address, port: one.port }
  return {
    flow: {
      protocol: flowProtocol(packet),
      source: ends(source),
      destination: ends(destination),
    },
    text: question.text,
    state,
    ...(inputInterface === undefined ? {} : { in: inputInterface }),
    ...(outputInterface === undefined ? {} : { out: outputInterface }),
    way,
    ...decisionItem(decision),
    ...(end === undefined ? {} : { end }),
    ...(translated === undefined
      ? {}
      : { translated: { source: ends(translated.source), destination: ends(translated.destination) } }),
    ...(wanted === undefined ? {} : { wanted, asWanted: decision.kind === wanted }),
  }
}
