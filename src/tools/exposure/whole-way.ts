/** A packet's whole way to a port: on a machine by its addresses and routes, of a file by the hooks alone. */
import type { ExposureLevel } from '../../model/exposure.ts'
import type { Decision } from '../../model/filter/decision.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import { decideOnWay } from '../../model/path/assumed-way.ts'
import { pathOf } from '../../model/path/path.ts'
import type { Judged } from '../firewall/firewall.ts'

export interface Whole {
  readonly decision: Decision
  readonly packet: Packet
  /** A rule gave it another destination, or port. */
  readonly moved: boolean
  /** Why it doesn't get there although no rule is against it. */
  readonly stuck?: string
}

const STUCK: Readonly<Record<string, string>> = {
  'no-route': 'no route leads to where it is sent',
  'not-forwarding': 'this machine doesn’t pass packets on (ip_forward)',
  'not-addressed': 'its frame isn’t for this machine',
  returned: 'a bridge sends nothing back by the port that it came in by',
}
const HANDED_OVER = 'a rule hands it to another device'

/** No IPv6 extension header: see `rulesForPort`. */
const PLAIN = ['hbh', 'dst', 'rt', 'frag', 'mh'].map(name => [`exthdr ${name}`, 0] as const)

/**
 * All packets here begin a connection, and nothing has been translated of it yet; but of what is sent over loopback, that
 * was settled on its way out (`IPS_SRC_NAT_DONE`, `IPS_DST_NAT_DONE`).
 */
export function wholeWay(
  { ruleset, host }: Judged,
  level: ExposureLevel,
  packet: Packet,
  surroundings: Surroundings,
): Whole {
  const status = level === 'host' ? 0x180 : 0
  const conntrack = { state: 'new', mark: 0, ...surroundings.conntrack, status } as const
  const fields = new Map([...(packet.family === 'ipv6' ? PLAIN : []), ...(packet.fields ?? [])])
  const plain = { ...packet, fields }
  const moved = (after: Packet): boolean =>
    after.destination !== packet.destination || after.destinationPort !== packet.destinationPort
  if (host === undefined) {
    const { decision, packet: after, way } = decideOnWay(ruleset, 'in', plain, { ...surroundings, conntrack })
    const handedOver = way === 'through' && !moved(after)
    return { decision, packet: after, moved: moved(after), ...(handedOver ? { stuck: HANDED_OVER } : {}) }
  }
  // Where it leaves is the routes' to say.
  const { inputInterface, outputInterface: _, ...rest } = surroundings
  const {
    decision,
    packet: after,
    end,
  } = pathOf(ruleset, host, {
    packet: plain,
    // What this host sends to itself is made here, and meets what stands on the way out, too.
    from: level === 'host' ? null : (inputInterface ?? null),
    surroundings: { ...rest, conntrack: level === 'host' ? { ...conntrack, status: 0 } : conntrack },
  })
  // What is for the host itself, and left it.
  const stuck = STUCK[end] ?? (end === 'sent' && !moved(after) ? HANDED_OVER : undefined)
  return { decision, packet: after, moved: moved(after), ...(stuck === undefined ? {} : { stuck }) }
}
