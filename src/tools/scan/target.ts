/**
 * What is to be scanned, as a person writes it: a name, an address, a prefix, or addresses from one to another.
 *
 * Nothing is guessed: a URL or an endpoint is refused with the way to write it, because ports are asked for apart.
 */
import { type Address, familyOf, isAddress, parseAddress, unmap, zoneOf } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { type HostName, parseHostName, whyNotHostName } from '../../model/host-name.ts'
import { parsePrefix, prefixAddress } from '../../model/prefix.ts'
import { addressesFrom, countBetween, sizeOf } from './address-range.ts'

/** Addresses in one run. */
export const MOST_TARGETS = 65_536

export type ScanTarget =
  | { readonly kind: 'name'; readonly text: string; readonly name: HostName }
  | { readonly kind: 'address'; readonly text: string; readonly address: Address }
  | { readonly kind: 'several'; readonly text: string; readonly first: Address; readonly count: number }

/** Throws `E_SCAN_TARGET`, which says why, or the fault of the address or prefix that it nearly is. */
export function parseScanTarget(text: string): ScanTarget {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  if (isAddress(bare)) return { kind: 'address', text, address: unmap(parseAddress(bare)) }
  if (text.includes('://')) throw refused(text, 'it is a URL: name its host, and the port with --ports')
  if (text.includes('/')) {
    const prefix = parsePrefix(text)
    return several(text, prefixAddress(prefix), sizeOf(prefix))
  }
  const range = /^([\d.]+|[\da-fA-F:.]*:[\da-fA-F:.]*)-([\da-fA-F:.]+)$/.exec(text)
  if (range !== null && isAddress(range[1]!)) return readRange(text, range[1]!, range[2]!)
  if (/^\[.*\]:\d+$|^[^:]+:\d+$/.test(text)) {
    const [, host, port] = /^(.*):(\d+)$/.exec(text)!
    throw refused(text, `it has a port: write ${host} --ports ${port}`)
  }
  const why = whyNotHostName(text)
  // What has colons or ends in a number was to be an address.
  if (why !== '' && /:|^[\d.]+$/.test(text)) parseAddress(text)
  if (why !== '') throw refused(text, why)
  return { kind: 'name', text, name: parseHostName(text) }
}

/** All addresses of it, in order. */
export function* addressesOf(target: Exclude<ScanTarget, { kind: 'name' }>): Generator<Address> {
  if (target.kind === 'address') yield target.address
  else yield* addressesFrom(target.first, target.count)
}

/** `192.0.2.1-20`: the end is the last number alone; or a whole address. */
function readRange(text: string, from: string, to: string): ScanTarget {
  const first = parseAddress(from)
  const short = familyOf(first) === 'ipv4' && /^\d+$/.test(to)
  const end = short ? first.replace(/\d+$/, to) : to
  if (!isAddress(end)) throw refused(text, `${to} is no ${short ? 'last number of an address' : 'address'}`)
  const last = parseAddress(end)
  const count = countBetween(first, last)
  if (count > 0) return several(text, first, count)
  throw refused(
    text,
    familyOf(first) === familyOf(last) ? 'it runs backwards' : 'it begins in one family and ends in another',
  )
}

function several(text: string, first: Address, count: number): ScanTarget {
  if (count > MOST_TARGETS)
    throw refused(
      text,
      `it has ${count.toLocaleString('en')} addresses, and ${MOST_TARGETS} are the most at once`,
    )
  return count === 1
    ? { kind: 'address', text, address: unmap(first) }
    : { kind: 'several', text, first, count }
}

const refused = (text: string, why: string) => fault('E_SCAN_TARGET', { text, why })

/** A link-local address means nothing without its link (RFC 4007 section 6). */
export const lacksZone = (address: Address): boolean =>
  /^fe[89ab]/.test(address) && familyOf(address) === 'ipv6' && zoneOf(address) === undefined
