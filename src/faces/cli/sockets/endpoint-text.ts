/**
 * One end of a socket as listings show it: `0.0.0.0:80`, `[::1]:80`, `*:80` for a wildcard that takes both
 * families, an IPv4 client of such a listener by its IPv4 address, `0.0.0.0%eth0:68` for one bound to an interface, a unix socket's path.
 */
import { type Address, addressFromBytes, familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { familyCode } from '../../../model/socket-columns.ts'
import type { SocketItem, SocketTable } from '../../../tools/sockets/sockets.ts'

export function endpointText({ columns, facts }: SocketTable, row: number, end: 'local' | 'peer'): string {
  const family = columns.family[row]!
  if (family === UNIX) return unixText(columns, row, end)
  const bytes = end === 'local' ? columns.local : columns.peer
  const index = columns.interface[row]!
  return ipText({
    address: addressFromBytes(bytes, row * 16, family === IPV4 ? 'ipv4' : 'ipv6'),
    port: end === 'local' ? columns.localPort[row]! : columns.peerPort[row]!,
    device:
      index === 0 || end === 'peer'
        ? undefined
        : (facts.interfaceName(index, columns.netns[row]!) ?? String(index)),
    both: columns.v6only[row] === 0,
  })
}

/** The same of an item, which is no row of a table; absent where it has no such end. */
export function itemEndText(socket: SocketItem, end: 'local' | 'peer'): string | undefined {
  const { [end]: place, interface: device, v6only } = socket
  if (place === undefined) return undefined
  if ('path' in place) return place.path || (end === 'local' ? `* ${socket.inode}` : '*')
  return ipText({
    address: withoutZone(place.address as Address),
    port: place.port,
    device: end === 'peer' ? undefined : device,
    both: v6only === false,
  })
}

interface IpEnd {
  readonly address: Address
  readonly port: number
  /** Interface that the socket is bound to. */
  readonly device: string | undefined
  /** The socket takes IPv4 and IPv6. */
  readonly both: boolean
}

function ipText({ address: told, port, device, both }: IpEnd): string {
  const address = unmap(told)
  const zone = device === undefined ? '' : `%${device}`
  if (address === '::' && both) return `*${zone}:${port === 0 ? '*' : port}`
  const host = familyOf(address) === 'ipv4' ? `${address}${zone}` : `[${address}${zone}]`
  return `${host}:${port === 0 ? '*' : port}`
}

function unixText(columns: SocketTable['columns'], row: number, end: 'local' | 'peer'): string {
  if (end === 'local') return columns.names.get(row) || `* ${columns.inode[row]}`
  return `* ${columns.peerInodes.get(row) ?? ''}`.trimEnd()
}

const IPV4 = familyCode('ipv4')
const UNIX = familyCode('unix')
