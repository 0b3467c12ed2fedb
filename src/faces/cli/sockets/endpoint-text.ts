/**
 * One end of a socket as listings show it: `0.0.0.0:80`, `[::1]:80`, `*:80` for a wildcard that takes both
 * families, an IPv4 client of such a listener by its IPv4 address, `0.0.0.0%eth0:68` for one bound to an interface, a unix socket's path.
 */
import { addressFromBytes, familyOf, unmap } from '../../../model/address.ts'
import { familyCode } from '../../../model/socket-columns.ts'
import type { SocketTable } from '../../../tools/sockets/sockets.ts'

export function endpointText({ columns, facts }: SocketTable, row: number, end: 'local' | 'peer'): string {
  const family = columns.family[row]!
  if (family === UNIX) return unixText(columns, row, end)
  const bytes = end === 'local' ? columns.local : columns.peer
  const port = end === 'local' ? columns.localPort[row]! : columns.peerPort[row]!
  const index = columns.interface[row]!
  const device =
    index === 0 || end === 'peer' ? '' : `%${facts.interfaceName(index, columns.netns[row]!) ?? index}`
  const address = unmap(addressFromBytes(bytes, row * 16, family === IPV4 ? 'ipv4' : 'ipv6'))
  if (address === '::' && columns.v6only[row] === 0) return `*${device}:${port === 0 ? '*' : port}`
  const host = familyOf(address) === 'ipv4' ? `${address}${device}` : `[${address}${device}]`
  return `${host}:${port === 0 ? '*' : port}`
}

function unixText(columns: SocketTable['columns'], row: number, end: 'local' | 'peer'): string {
  if (end === 'local') return columns.names.get(row) || `* ${columns.inode[row]}`
  return `* ${columns.peerInodes.get(row) ?? ''}`
}

const IPV4 = familyCode('ipv4')
const UNIX = familyCode('unix')
