/**
 * At which addresses to listen. Without one, where only this host gets: both loopback addresses, as names for this host mean either.
 * Datagram sockets get every address by itself instead of the wildcard: only so is it known to which one a datagram
 * was sent, and the answer comes from there (RFC 1123 section 2.3).
 */
import {
  type Address,
  familyOf,
  LOOPBACK_V4,
  LOOPBACK_V6,
  parseAddress,
  scopeOf,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  withoutZone,
} from '../../model/address.ts'
import { type Endpoint, isHostAddress } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import { type HostName, parseHostName, whyNotHostName } from '../../model/host-name.ts'
import { parsePort } from '../../model/port.ts'
import { contains, type Prefix, parsePrefix } from '../../model/prefix.ts'
import type { OS } from '../../os/os.ts'

/** An address or a name of ours; `*`: all addresses; absent: loopback. */
export type Place = Address | HostName | '*'

const LINK_LOCAL: Prefix = parsePrefix('fe80::/10')

/** Reads what follows `--host`. Throws `E_ADDRESS_SYNTAX`. */
export function parsePlace(text: string): Place {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  if (bare === '*') return '*'
  return /[a-z]/i.test(bare) && !bare.includes(':') && whyNotHostName(bare) === ''
    ? parseHostName(bare)
    : parseAddress(bare)
}

/** At least one, all with that port. Throws `E_HOST_UNKNOWN` for a name without addresses, and `E_PORT_SYNTAX`. */
export async function placesFor(
  os: OS,
  protocol: 'tcp' | 'udp',
  place: Place | undefined,
  port: number,
): Promise<readonly Endpoint[]> {
  const checked = parsePort(String(port))
  const own = [...new Set((await os.addresses()).map(({ address }) => withoutZone(address)))]
  const addresses = await addressesFor(os, protocol, place, own)
  return addresses.map(address => ({ address, port: checked }))
}

async function addressesFor(
  os: OS,
  protocol: 'tcp' | 'udp',
  place: Place | undefined,
  own: readonly Address[],
): Promise<readonly Address[]> {
  if (place === undefined || place === 'localhost')
    return own.includes(LOOPBACK_V6) ? [LOOPBACK_V4, LOOPBACK_V6] : [LOOPBACK_V4]
  const all = place === '*' || place === UNSPECIFIED_V6
  if (all || place === UNSPECIFIED_V4) {
    const both = all && own.some(one => familyOf(one) === 'ipv6')
    if (protocol === 'tcp') return [both ? UNSPECIFIED_V6 : UNSPECIFIED_V4]
    const each = own.filter(one => !contains(LINK_LOCAL, one) && (both || familyOf(one) === 'ipv4'))
    return each.length > 0 ? each : [UNSPECIFIED_V4]
  }
  if (isHostAddress(place as Address | HostName)) return [place as Address]
  const found = await os.reach.resolve(place)
  if (found.kind === 'failed') throw fault('E_HOST_UNKNOWN', { host: place, code: found.code })
  return [...new Set(found.addresses)]
}

/** Whether nobody but this host gets there. */
export const isOnlyOurs = (places: readonly Endpoint[]): boolean =>
  places.every(({ address }) => scopeOf(address) === 'loopback')
