/**
 * `-r`: names of hosts and services instead of numbers. Asked all at once, each address once, with a limit on the
 * time; an address whose name is not known by then stays a number.
 */
import { addressFromBytes, scopeOf, unmap } from '../../../model/address.ts'
import { isProtocol, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { familyCode } from '../../../model/socket-columns.ts'
import type { OS } from '../../../os/os.ts'
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
  { clock }: OS,
  table: SocketTable,
): Promise<(row: number, end: 'local' | 'peer') => string> {
  const { localRegistry } = await import('../local-registry.ts')
  const { registry } = localRegistry(context)
  const names = await hostNames(context, clock, table)
  const { columns } = table
  return (row, end) => {
    const text = endpointText(table, row, end)
    const protocol = SOCKET_PROTOCOLS[columns.protocol[row]!]!
    const port = end === 'local' ? columns.localPort[row]! : columns.peerPort[row]!
    if (columns.family[row] === UNIX || !isProtocol(protocol)) return text
    // Of a connection's ports the lower one is the service's; the other was chosen by chance.
    const lower = hasPeer(columns, row) ? Math.min(columns.localPort[row]!, columns.peerPort[row]!) : port
    const named = port === lower ? registry.serviceName(port, protocol)?.name : undefined
    const service = named ?? (port === 0 ? '*' : String(port))
    const host = names.get(addressOf(table, row, end)) ?? text.slice(0, text.lastIndexOf(':'))
    return `${host}:${service}`
  }
}

async function hostNames(
  { hostNames: { nameOf }, signal }: CliContext,
  clock: OS['clock'],
  table: SocketTable,
): Promise<ReadonlyMap<string, string>> {
  const addresses = new Set<string>()
  for (const row of table.rows) {
    for (const end of ['local', 'peer'] as const) {
      if (table.columns.family[row] === UNIX || (end === 'peer' && !hasPeer(table.columns, row))) continue
      const address = addressOf(table, row, end)
      if (scopeOf(address) !== 'unspecified' && addresses.size < MOST) addresses.add(address)
    }
  }
  const names = new Map<string, string>()
  const asked = [...addresses].map(async address => {
    const name = await nameOf(address)
    if (name !== null) names.set(address, name)
  })
  const done = new AbortController()
  const patience = clock.sleep(PATIENCE, AbortSignal.any([signal, done.signal])).catch(() => {})
  await Promise.race([Promise.all(asked), patience])
  done.abort()
  signal.throwIfAborted()
  // What comes later is not put into a table that is half printed.
  return new Map(names)
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
