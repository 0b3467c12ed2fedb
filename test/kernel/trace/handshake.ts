/** The third packet of a handshake, made from the second, so that a listener has a connection to accept. */
import type { Executor, Observation } from '../filter/executor.ts'
import type { Probe } from '../filter/notation.ts'
import { packetBytes } from '../filter/packet-bytes.ts'

const SYN_ACK = 0x12

/** False where no answer came out by a device: then nobody can say whose connection it is. */
export function handshake(executor: Executor, seen: Observation, { from, shape }: Probe): boolean {
  if (from === null) return false
  const answer = seen.left.find(({ device, packet }) => device === from && flagsOf(packet) === SYN_ACK)
  if (answer === undefined) return false
  const at = transportAt(answer.packet)
  const view = new DataView(answer.packet.buffer, answer.packet.byteOffset)
  const third = packetBytes({
    ...shape,
    tcpFlags: 0x10,
    sequence: view.getUint32(at + 8),
    acknowledge: (view.getUint32(at + 4) + 1) >>> 0,
  })
  executor.shoot({ from, destination: shape.destination, packet: third })
  return true
}

/** What was seen of the packet itself: a listener's answer goes through the rules of output, and out. */
export function withoutSynAck(seen: Observation): Observation {
  const answers = new Set(
    seen.trace.flatMap(({ id, networkHeader, transportHeader }) =>
      networkHeader !== undefined &&
      transportHeader !== undefined &&
      protocolOf(networkHeader) === TCP &&
      (transportHeader[13]! & 0x17) === SYN_ACK
        ? [id]
        : [],
    ),
  )
  return {
    ...seen,
    trace: seen.trace.filter(({ id }) => !answers.has(id)),
    left: seen.left.filter(({ packet }) => flagsOf(packet) !== SYN_ACK),
    delivered: seen.delivered.filter(packet => packet[0]! >> 4 !== 4 || flagsOf(packet) !== SYN_ACK),
  }
}

const TCP = 6
const isV6 = (packet: Uint8Array): boolean => packet[0]! >> 4 === 6
const transportAt = (packet: Uint8Array): number => (isV6(packet) ? 40 : (packet[0]! & 15) * 4)
const protocolOf = (packet: Uint8Array): number => packet[isV6(packet) ? 6 : 9]!
const flagsOf = (packet: Uint8Array): number =>
  protocolOf(packet) === 6 ? packet[transportAt(packet) + 13]! & 0x17 : -1
