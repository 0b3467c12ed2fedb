/**
 * Whom a scan may ask: ourselves and the networks that we are attached to; others only where the user says that they may be asked. Some
 * are never asked, whatever is said: groups and broadcasts, reserved ranges, and the servers that hand out a cloud's credentials.
 */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  familyOf,
  scopeOf,
  withoutZone,
} from '../../model/address.ts'
import { contains, networkOf, type Prefix, parsePrefix, prefixLength } from '../../model/prefix.ts'
import type { InterfaceAddress } from '../../os/os.ts'
import { addressesFrom, sizeOf } from './address-range.ts'
import { lacksZone } from './target.ts'

/** Each with the cloud whose documentation has it. */
const METADATA: ReadonlyMap<string, string> = new Map([
  ['169.254.169.254', 'most clouds'],
  ['169.254.170.2', 'AWS, containers'],
  ['169.254.170.23', 'AWS, pods'],
  ['fd00:ec2::254', 'AWS'],
  ['fd00:ec2::23', 'AWS, pods'],
  ['fd20:ce::254', 'Google Cloud'],
  ['168.63.129.16', 'Azure'],
  ['100.100.100.200', 'Alibaba Cloud'],
  ['192.0.0.192', 'Oracle Cloud'],
  ['169.254.42.42', 'Scaleway'],
  ['fd00:42::42', 'Scaleway'],
])

export interface Leave {
  /** Our own interfaces'. */
  readonly own: readonly InterfaceAddress[]
  readonly allow: readonly Prefix[]
  /** Whatever is public may be asked. */
  readonly public: boolean
}

/** `never`: nothing can be said that allows it. `beyond`: `--allow` or `--public` can. */
export interface Refusal {
  readonly kind: 'never' | 'beyond'
  /** The end of a sentence. */
  readonly why: string
}

export type MayScan = (address: Address) => Refusal | null

/** A judge of addresses; null where one may be asked. */
export function mayScan({ own, allow, public: open }: Leave): MayScan {
  const ours = new Set(own.map(({ address }) => withoutZone(address)))
  const attached = own.flatMap(({ address, prefix }) => {
    const network = networkOf(withoutZone(address), prefix)
    return prefix === 0 ? [] : [network]
  })
  const broadcasts = new Set(attached.flatMap(endsOf))
  const never = (why: string): Refusal => ({ kind: 'never', why })
  return address => {
    const cloud = METADATA.get(embedded(withoutZone(address)))
    if (cloud !== undefined) return never(`it is a metadata server (${cloud}), which hands out credentials`)
    const scope = scopeOf(address)
    switch (scope) {
      case 'unspecified':
        return never('it stands for no machine; for this one write 127.0.0.1 or ::1')
      case 'multicast':
      case 'broadcast':
        return never(`it is a ${scope} address: a port is asked of one machine at a time`)
      case 'reserved':
        return never('nobody has an address of that range')
      case 'loopback':
        return null
    }
    if (lacksZone(address)) return never('a link-local address needs its link: write fe80::1%eth0')
    if (ours.has(withoutZone(address))) return null
    if (broadcasts.has(address)) return never('it is the network or broadcast address of a network of ours')
    if ([...attached, ...allow].some(prefix => contains(prefix, address))) return null
    if (open && scope === 'public') return null
    return { kind: 'beyond', why: 'it is neither this machine nor in a network that it is attached to' }
  }
}

/** First and last address of an IPv4 network, which no machine has (RFC 1122 section 3.2.1.3; of /31 both may be, RFC 3021). */
function endsOf(prefix: Prefix): readonly Address[] {
  const first = prefix.slice(0, prefix.indexOf('/')) as Address
  if (familyOf(first) === 'ipv6' || prefixLength(prefix) > 30) return []
  const size = sizeOf(prefix)
  const bytes = addressBytes(first)
  new DataView(bytes.buffer).setUint32(0, (new DataView(bytes.buffer).getUint32(0) + size - 1) >>> 0)
  return [...addressesFrom(first, 1), addressFromBytes(bytes, 0, 'ipv4')]
}

const TRANSLATED: Prefix = parsePrefix('64:ff9b::/96')

/** The IPv4 address behind a translator's (RFC 6052 section 2.1), else the address itself. */
const embedded = (address: Address): Address =>
  contains(TRANSLATED, address) ? addressFromBytes(addressBytes(address), 12, 'ipv4') : address
