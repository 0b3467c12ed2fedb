/** What a packet finds around it when it comes to a host, and what of the rules matters before any is looked at. */
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import { track } from './connections.ts'
import type { Host } from './host.ts'
import type { Travel } from './path.ts'
import { routingOf } from './routing.ts'

export const usesTranslation = ({ tables }: Ruleset, family: Packet['family']): boolean =>
  tables.some(
    table =>
      (table.family === 'inet' || table.family === (family === 'ipv4' ? 'ip' : 'ip6')) &&
      table.chains.some(({ base }) => base?.type === 'nat'),
  )

/** `known`: its connection, where the host remembers. */
export function surroundingsOf(
  host: Host,
  { packet, from, surroundings = {}, connections, quoted }: Travel,
  known: Conntrack | undefined,
): Surroundings {
  const conntrack =
    surroundings.conntrack ??
    known ??
    (connections === undefined ? undefined : track(connections, packet, quoted).conntrack)
  return {
    ...surroundings,
    inputInterface: from,
    ...(conntrack === undefined ? {} : { conntrack }),
    ...(surroundings.interfaces !== undefined || host.interfaces === undefined
      ? {}
      : { interfaces: host.interfaces }),
    routing: surroundings.routing ?? routingOf(host),
  }
}
