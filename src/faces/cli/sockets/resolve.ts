/**
 * `-r`: names of hosts and services instead of numbers. Asked all at once, each address once, with a limit on the
 * time; an address whose name is not known by then stays a number.
 */
import { addressFromBytes, scopeOf, unmap } from '../../../model/address.ts'
import { isProtocol, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { familyCode } from '../../../model/socket-columns.ts'
import type { SocketTable } from '../../../tools/sockets/sockets.ts'
import type { CliContext } from '../context.ts'
import { endpointText } from './endpoint-text.ts'
import { hasPeer } from './socket-lines.ts'

/** Milliseconds to wait for all names together. */
const PATIENCE = 3000
/** More addresses than this are not asked for: a name server is not to be flooded. */
const MOST = 500

export async function resolver(
  context: CliContext,
  table: SocketTable,
): Promise<(row: number, end: 'local' | 'peer') => string> {
  const { localRegistry } = await import('../local-registry.ts')
  const { registry } = localRegistry(context)
  const names = await hostNames(table)
  const { columns } = table
  return (row, end) => {
    const text = endpointText(table, row, end)
    const protocol = SOCKET_PROTOCOLS[columns.protocol[row]!]!
    const port = end === 'local' ? columns.localPort[row]! : columns.peerPort[row]!
    if (columns.family[row] === UNIX || !isProtocol(protocol)) return text
    const service = registry.serviceName(port, protocol)?.name ?? (port === 0 ? '*' : String(port))
    const host = names.get(addressOf(table, row, end)) ?? text.slice(0, text.lastIndexOf(':'))
    return `${host}:${service}`
  }
}

async function hostNames(table: SocketTable): Promise<ReadonlyMap<string, string>> {
  const addresses = new Set<string>()
  for (const row of table.rows) {
    for (const end of ['local', 'peer'] as const) {
      if (table.columns.family[row] === UNIX || (end === 'peer' && !hasPeer(table.columns, row))) continue
      const address = addressOf(table, row, end)
      if (scopeOf(address) !== 'unspecified' && addresses.size < MOST) addresses.add(address)
    }
  }
  const { lookupService } = await import('node:dns/promises')
  const names = new Map<string, string>()
  const asked = [...addresses].map(async address => {
    try {
      const { hostname } = await lookupService(address, 0)
      if (hostname !== address) names.set(address, hostname)
    } catch {
      // It has no name: the number is shown.
    }
  })
  const limit = new AbortController()
  const { setTimeout: wait } = await import('node:timers/promises')
  await Promise.race([Promise.all(asked), wait(PATIENCE, undefined, { signal: limit.signal, ref: false })])
  limit.abort()
  return names
}

const addressOf = ({ columns }: SocketTable, row: number, end: 'local' | 'peer') =>
  unmap(
    addressFromBytes(
      end === 'local' ? columns.local : columns.peer,
      row * 16,
      columns.family[row] === IPV4 ? 'ipv4' : 'ipv6',
    ),
  )

const IPV4 = familyCode('ipv4')
const UNIX = familyCode('unix')
