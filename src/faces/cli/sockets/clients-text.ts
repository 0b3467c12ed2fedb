/** Who is connected to a listener: how many, in which states, and the programs of those on this machine. */
import { addressFromBytes, unmap } from '../../../model/address.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode } from '../../../model/socket-columns.ts'
import type { Explanation, Listener } from '../../../tools/sockets/sockets.ts'

/** So many peers are named; the rest are counted. */
const MOST = 3

export function clientsText(
  { table, connections, clients }: Explanation,
  listener: Listener,
): [string, string][] {
  const { columns, facts } = table
  const protocol = columns.protocol[listener.rows[0]!]
  const own = connections.filter(
    row => columns.protocol[row] === protocol && columns.netns[row] === listener.netns,
  )
  if (own.length === 0) return []
  const byState = countBy(own, row => SOCKET_STATES[columns.state[row]!]!)
  const byClient = countBy(own, row => {
    const [process] = clients.has(row) ? facts.processes(clients.get(row)!) : []
    if (process !== undefined) return `${process.name} (pid ${process.pid}) here`
    return unmap(addressFromBytes(columns.peer, row * 16, columns.family[row] === IPV4 ? 'ipv4' : 'ipv6'))
  })
  const named = byClient
    .slice(0, MOST)
    .map(([client, count]) => (count === 1 ? client : `${client}, ${count} times`))
  const rest = byClient.length - named.length
  return [
    ['clients', byState.map(([state, count]) => `${count} ${state}`).join(', ')],
    ['from', `${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`],
  ]
}

/** Most first; the name settles ties. */
function countBy(rows: readonly number[], key: (row: number) => string): [string, number][] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
}

const IPV4 = familyCode('ipv4')
