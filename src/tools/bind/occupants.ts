/** Who has a port, as the judge of binds sees it: places, states, owners, and the flags where they can be read. */
import { type Address, addressFromBytes } from '../../model/address.ts'
import { FAMILIES, type Protocol } from '../../model/protocol.ts'
import { SOCKET_STATES } from '../../model/socket.ts'
import { familyCode, UNTOLD, UNTOLD_BYTE } from '../../model/socket-columns.ts'
import type { Occupant } from '../../model/space/claimant.ts'
import type { OS, SocketHolder, SocketOptions } from '../../os/os.ts'
import { NONE, readTable, type SocketTable } from '../sockets/sockets.ts'

export interface OccupiedBy extends Occupant {
  readonly row: number
  /** Milliseconds until a TIME_WAIT ends. */
  readonly endsInMs: number | null
}

export interface Occupation {
  readonly table: SocketTable
  readonly occupants: readonly OccupiedBy[]
}

export async function occupation(os: OS, protocol: Protocol, port: number): Promise<Occupation> {
  const table = await readTable(os, { protocols: [protocol], localPort: port, owners: true })
  await table.facts.prepare(table.rows, { owners: true, userNames: true, exposure: true })
  const rows = [...table.rows].filter(row => FAMILIES[table.columns.family[row]!] !== 'unix')
  const flags = await flagsOf(os, table, rows)
  return { table, occupants: rows.map(row => occupantAt(table, protocol, row, flags.get(row))) }
}

/** The kernel tells no flags in its table: they are asked of a duplicated descriptor, which only few may have. */
async function flagsOf(os: OS, { columns, owners }: SocketTable, rows: readonly number[]) {
  const found = new Map<number, SocketOptions>()
  const asked: (SocketHolder & { readonly row: number })[] = []
  for (const row of rows) {
    const inode = columns.inode[row]!
    const first = owners?.first(inode) ?? NONE
    if (first !== NONE) asked.push({ pid: owners!.pid(first), fd: owners!.fd(first), inode, row })
  }
  for (const [i, options] of (await os.socketOptions(asked)).entries())
    if (options.known) found.set(asked[i]!.row, options.value)
  return found
}

function occupantAt(
  { columns, facts }: SocketTable,
  protocol: Protocol,
  row: number,
  flags: SocketOptions | undefined,
): OccupiedBy {
  const state = stateOf(SOCKET_STATES[columns.state[row]!]!)
  const ipv4 = columns.family[row] === familyCode('ipv4')
  const device = columns.interface[row]!
  return {
    row,
    protocol,
    address: addressFromBytes(columns.local, row * 16, ipv4 ? 'ipv4' : 'ipv6') as Address,
    v6only: columns.v6only[row] === UNTOLD_BYTE ? (flags?.v6only ?? null) : columns.v6only[row] === 1,
    device: device === 0 ? null : (facts.interfaceName(device) ?? String(device)),
    uid: state === 'time-wait' || columns.uid[row] === UNTOLD ? null : columns.uid[row]!,
    reuseAddress: flags?.reuseAddress ?? null,
    reusePort: flags?.reusePort ?? null,
    state,
    endsInMs: state === 'time-wait' ? columns.timerMs[row]! : null,
  }
}

function stateOf(state: string): Occupant['state'] {
  if (state === 'listen' || state === 'time-wait') return state
  return state === 'bound' || state === 'unconnected' || state === 'closed' ? 'bound' : 'connected'
}
