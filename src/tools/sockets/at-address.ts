/**
 * Which sockets of a table an address means: those that take what is sent to it, and those that send to it.
 *
 * A wildcard takes what is sent to any address of its host; that of another host is not its business. An IPv4-mapped
 * address is its IPv4 twin (RFC 4291 section 2.5.5.2), and zones are left to the interface that a socket is bound to.
 */
import {
  type Address,
  addressFromBytes,
  familyOf,
  scopeOf,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  unmap,
  withoutZone,
} from '../../model/address.ts'
import { familyCode } from '../../model/socket-columns.ts'
import { localAddress } from './facts.ts'
import type { SocketTable } from './table.ts'

/** The table with the rows that take what is sent to one of these addresses. Exposure must have been prepared. */
export function sentTo(table: SocketTable, addresses: readonly Address[]): SocketTable {
  const { columns, facts } = table
  const wanted = plain(addresses)
  const reached = new Map<number, readonly Address[]>()
  for (const netns of new Set(Array.from(table.rows, row => columns.netns[row]!))) {
    const own = plain(facts.addresses(netns).map(({ address }) => address))
    reached.set(
      netns,
      [...wanted].filter(address => own.size === 0 || own.has(address) || ANYWHERE.has(scopeOf(address))),
    )
  }
  const takes = (row: number): boolean => {
    const local = unmap(localAddress(columns, row))
    if (wanted.has(local)) return true
    const families = reached.get(columns.netns[row]!)!.map(familyOf)
    if (local === UNSPECIFIED_V4) return families.includes('ipv4')
    if (local !== UNSPECIFIED_V6) return false
    return families.includes('ipv6') || (families.includes('ipv4') && columns.v6only[row] !== 1)
  }
  return { ...table, rows: table.rows.filter(takes) }
}

/** The table with the rows whose peer has one of these addresses. */
export function withPeer(table: SocketTable, addresses: readonly Address[]): SocketTable {
  const { peer, family } = table.columns
  const wanted = plain(addresses)
  return {
    ...table,
    rows: table.rows.filter(row =>
      wanted.has(unmap(addressFromBytes(peer, row * 16, family[row] === IPV4 ? 'ipv4' : 'ipv6'))),
    ),
  }
}

const plain = (addresses: readonly Address[]): ReadonlySet<Address> =>
  new Set(addresses.map(address => unmap(withoutZone(address))))

/** Every host takes these: no interface needs to have them. */
const ANYWHERE: ReadonlySet<string> = new Set(['loopback', 'unspecified', 'multicast', 'broadcast'])

const IPV4 = familyCode('ipv4')
