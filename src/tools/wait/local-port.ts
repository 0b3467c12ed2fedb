/** What the socket table of this machine says about a port that is waited for. */
import type { Address } from '../../model/address.ts'
import type { EndpointSpec } from '../../model/endpoint.ts'
import { isFault } from '../../model/fault.ts'
import { stateCode } from '../../model/socket-columns.ts'
import type { OS } from '../../os/os.ts'
import { canBeReached, localAddress, NO_OWNER_SAYS, readTable, type SocketTable } from '../sockets/sockets.ts'

const BOUND = stateCode('bound')

async function holding(
  os: OS,
  { port, protocol = 'tcp' }: Pick<EndpointSpec, 'port' | 'protocol'>,
  owners: boolean,
): Promise<{ table: SocketTable; rows: readonly number[] }> {
  const table = await readTable(os, { protocols: [protocol], localPort: port, owners })
  const rows = [...table.rows].filter(
    row => canBeReached(table.columns, row) || table.columns.state[row] === BOUND,
  )
  return { table, rows }
}

/** Somebody listens on it, or has it as a datagram socket. */
export const listensAt = async (os: OS, endpoint: EndpointSpec): Promise<boolean> =>
  (await holding(os, endpoint, false)).rows.length > 0

/** Who holds the port, in words; null for nobody. A port without a protocol is TCP's. */
export async function heldReason(os: OS, endpoint: EndpointSpec): Promise<string | null> {
  const { table, rows } = await holding(os, endpoint, true)
  if (rows.length === 0) return null
  await table.facts.prepare(Uint32Array.from(rows), { owners: true })
  const names = rows.flatMap(row => table.facts.processes(row).map(({ name, pid }) => `${name} (pid ${pid})`))
  const [first] = new Set(names)
  if (first !== undefined) return `it is held by ${first}`
  const reason = table.facts.noOwner(rows[0]!)
  // A process that ends lets go of its sockets a moment before they are gone: for that moment nobody has them.
  return reason === null || reason === 'vanished' || reason === 'kernel'
    ? 'its socket is there still, and no process has it any more'
    : `it is held by somebody who can’t be named: ${NO_OWNER_SAYS[reason]}`
}

/** Where else a port is listened on than at the addresses that refused, or null. */
export async function otherwiseHeard(
  os: OS,
  port: number,
  refused: readonly Address[],
): Promise<string | null> {
  if (!refused.every(address => address === '::1' || address.startsWith('127.'))) return null
  try {
    const { table, rows } = await holding(os, { port: port as EndpointSpec['port'], protocol: 'tcp' }, false)
    const places = new Set(rows.map(row => localAddress(table.columns, row)))
    const [place] = places
    if (place === undefined) return null
    const bound = rows.every(row => table.columns.state[row] === BOUND)
    return bound
      ? `a program has bound ${place} and does not listen yet`
      : `the server listens on ${[...places].join(', ')} only`
  } catch (error) {
    // A host whose table can't be read has said all that it knows.
    if (isFault(error) && error.code === 'E_HOST_UNSUPPORTED') return null
    throw error
  }
}
