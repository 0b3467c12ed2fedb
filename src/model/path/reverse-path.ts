/**
 * Whether a packet may come from where it says it does: addresses that nobody can have, one's own, and the reverse path
 * filter (RFC 1812 section 5.3.8, RFC 3704 sections 2.2 and 2.4; fib_validate_source and ip_route_input_slow of Linux).
 * Of IPv4: IPv6 has no such check but what rules ask (`fib`).
 */
import type { Packet } from '../filter/packet.ts'
import { type Host, usualRules } from './host.ts'
import { isWay, isWithin, routeFor } from './routing.ts'

export interface ReversePathSettings {
  /** `rp_filter`, the greater of `all` and the device's: 0 off, 1 strict, 2 loose. */
  readonly mode: 0 | 1 | 2
  /** `accept_local`: packets from one's own addresses. */
  readonly acceptLocal: boolean
  /** `route_localnet`: 127.0.0.0/8 on other devices than loopback. */
  readonly routeLocalnet: boolean
  /** `src_valid_mark`: the packet's mark counts on the way back, too. */
  readonly usesMark: boolean
}

/** `martian`: nobody can have that address there. `own`: it is this host's. `other-way`, `no-way`: what the filter minds. */
export type ReversePathAnswer = 'passed' | 'martian' | 'own' | 'other-way' | 'no-way'

export function reversePathOf(
  host: Host,
  { family, source, destination }: Packet,
  device: string,
  mark: number | undefined,
  { mode, acceptLocal, routeLocalnet, usesMark }: ReversePathSettings,
  /** The device that it is to be passed on by; absent of what is for this host. */
  out = 'lo',
): ReversePathAnswer {
  if (family !== 'ipv4' || source === undefined || device === 'lo') return 'passed'
  const from = Number(source)
  const to = Number(destination ?? 0)
  if (isWithin(from, MULTICAST, 4) || from === BROADCAST) return 'martian'
  if (!routeLocalnet && (isWithin(from, LOOPBACK, 8) || isWithin(to, LOOPBACK, 8))) return 'martian'
  // Who has no address yet asks everybody for one.
  if (to === BROADCAST) return 'passed'
  if (isWithin(from, 0, 8) || isWithin(to, 0, 8)) return 'martian'
  const back = routeFor(host, {
    family,
    destination: source,
    ...(destination === undefined ? {} : { source: destination }),
    // To rules of routing the way back comes in where the packet would go out.
    inputInterface: out,
    ...(usesMark && mark !== undefined ? { mark } : {}),
  })
  if (back.kind === 'local') return acceptLocal ? 'passed' : 'own'
  // A route that refuses is none (fib_table_lookup gives its error).
  if (!isWay(back)) return mode === 0 ? 'passed' : 'no-way'
  // Without the filter the way back is only looked at where rules of routing are others than the usual.
  if (mode === 0 && !hasOwnRules(host)) return 'passed'
  if (back.kind !== 'unicast') return 'martian'
  if (mode === 0) return 'passed'
  if (back.device === device || leadsBy(host, from, device, back.device)) return 'passed'
  return mode === 1 ? 'other-way' : 'passed'
}

/** `fib4_has_custom_rules` */
const hasOwnRules = ({ rules }: Host): boolean =>
  rules?.some(({ family, priority }) => family === 'ipv4' && !USUAL.includes(priority)) === true
const USUAL: readonly number[] = usualRules('ipv4').map(({ priority }) => priority)

/** A route of several next hops leads by each of them. */
function leadsBy(host: Host, address: number, device: string, other: string | undefined): boolean {
  const chosen = host.routes.find(
    one =>
      one.device === other && one.family === 'ipv4' && isWithin(address, one.destination, one.prefixLength),
  )
  return host.routes.some(
    one =>
      chosen !== undefined &&
      one.device === device &&
      one.family === 'ipv4' &&
      one.kind === 'unicast' &&
      one.table === chosen.table &&
      one.metric === chosen.metric &&
      one.prefixLength === chosen.prefixLength &&
      one.destination === chosen.destination,
  )
}

const MULTICAST = 0xe0000000
const LOOPBACK = 0x7f000000
const BROADCAST = 0xffffffff
