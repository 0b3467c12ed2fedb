/** Who is connected to a listener: how many, in which states, and the programs of those on this machine. */
import { addressFromBytes, unmap } from '../../../model/address.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, type SocketColumns } from '../../../model/socket-columns.ts'
import { addressKey, type Explanation, type Listener } from '../../../tools/sockets/sockets.ts'

/** So many peers are named; the rest are counted. */
const MOST = 3

export function clientsText(
  { table, through, clients }: Explanation,
  listener: Listener,
): [string, string][] {
  const { columns, facts } = table
  const own = through.get(listener) ?? []
  if (own.length === 0) return []
  const byState = countBy(
    own,
    row => columns.state[row]!,
    row => SOCKET_STATES[columns.state[row]!]!,
  )
  const waiting = own.filter(row => facts.noOwner(row) === 'not-accepted').length
  const local = (row: number) => (clients.has(row) ? facts.processes(clients.get(row)!)[0] : undefined)
  const byClient = countBy(
    own,
    row => {
      const pid = local(row)?.pid
      return pid === undefined ? addressKey(columns, row, 'peer') : `pid ${pid}`
    },
    row => {
      const process = local(row)
      return process === undefined ? peerText(columns, row) : `${process.name} (pid ${process.pid}) here`
    },
  )
  const named = byClient
    .slice(0, MOST)
    .map(([client, count]) => (count === 1 ? client : `${client}, ${count} times`))
  const rest = byClient.length - named.length
  const states = byState.map(([state, count]) => `${count} ${state}`).join(', ')
  return [
    ['clients', waiting === 0 ? states : `${states}; ${waiting} not accepted yet`],
    ['from', `${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`],
  ]
}

const peerText = (columns: SocketColumns, row: number): string =>
  unmap(addressFromBytes(columns.peer, row * 16, columns.family[row] === IPV4 ? 'ipv4' : 'ipv6'))

/** Most first; the name settles ties. Only what is counted by is made for every row, the text once for each. */
function countBy(
  rows: readonly number[],
  key: (row: number) => number | string,
  text: (row: number) => string,
): [string, number][] {
  const counts = new Map<number | string, { readonly row: number; count: number }>()
  for (const row of rows) {
    const counted = counts.get(key(row))
    if (counted === undefined) counts.set(key(row), { row, count: 1 })
    else counted.count++
  }
  return Array.from(counts.values(), ({ row, count }): [string, number] => [text(row), count]).sort(
    ([a, n], [b, m]) => m - n || (a < b ? -1 : 1),
  )
}

const IPV4 = familyCode('ipv4')
