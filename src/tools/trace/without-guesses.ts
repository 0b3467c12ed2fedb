/** A way without the port that only the kernel knows: where another connection is in the way, it chooses one by chance. */
import type { Packet } from '../../model/filter/packet.ts'
import { isSameTuple, trackedTuple } from '../../model/path/connection-tuple.ts'
import type { Connection } from '../../model/path/connections.ts'
import type { Path } from '../../model/path/path.ts'
import type { WayStage } from '../../model/path/stages.ts'

export function withoutGuesses(
  way: readonly WayStage[],
  { displaced, packet, connections }: Path,
  { packet: first }: { readonly packet: Packet },
): {
  readonly way: readonly WayStage[]
  readonly packet: Packet
  readonly connections: readonly Connection[]
} {
  const isOpen = displaced || (first.sourcePort !== undefined && packet.sourcePort === undefined)
  if (!isOpen) return { way, packet, connections }
  const tuple = trackedTuple(first)
  const from = way.findIndex(({ stage }) => stage === 'snat')
  return {
    way: way.map((stage, i) =>
      from !== -1 && i >= from ? { ...stage, packet: withoutPort(stage.packet) } : stage,
    ),
    packet: withoutPort(packet),
    // What answers will have to say isn't known either.
    connections: connections.map(one => {
      if (tuple === undefined || !isSameTuple(one.original, tuple)) return one
      const { destinationPort: _, ...reply } = one.reply
      return { ...one, reply }
    }),
  }
}

function withoutPort(packet: Packet): Packet {
  const { sourcePort: _, ...rest } = packet
  return rest
}
