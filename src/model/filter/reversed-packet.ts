/** A packet the other way: its ends exchanged, and nothing else of it. */
import type { Packet } from './packet.ts'

export const reversedPacket = (packet: Packet): Packet => {
  const { family, protocol, source, destination, sourcePort, destinationPort } = packet
  return {
    family,
    ...(protocol === undefined ? {} : { protocol }),
    ...(destination === undefined ? {} : { source: destination }),
    ...(source === undefined ? {} : { destination: source }),
    ...(destinationPort === undefined ? {} : { sourcePort: destinationPort }),
    ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
  }
}
