/**
 * The TCP sockets of a look by what they mean for the ephemeral range: connections that somebody began here, by source
 * and destination, and ports that only listening, binding and accepting take.
 *
 * A connection whose local port is listened on was accepted; the kernel hides that port from connect(). Whether a program
 * bound its address before it connected isn't told, but shows: bind() to port 0 takes ports of the other parity first.
 */

import type { Address } from '../../model/address.ts'
import { isFirstChoice } from '../../model/capacity/capacity.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import type { PortRange } from '../../model/port.ts'
import { isUnixName } from '../../model/socket.ts'
import { protocolCode, stateCode } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { addressKey } from '../sockets/sockets.ts'
import type { Look } from './look.ts'

export interface Group {
  /** `10.0.0.7`, and `10.0.0.8:443` where it is a destination. */
  readonly source: string
  readonly destination: string
  readonly address: Address
  readonly port: number
  readonly rows: number[]
}

export interface Ephemeral {
  readonly range: PortRange
  /** Connections begun here, by source address, destination address and port. */
  readonly destinations: ReadonlyMap<string, Group>
  /** Ports of the range that connect() doesn't see, with a row for each. */
  readonly owned: ReadonlyMap<number, number>
}

const TCP = protocolCode('tcp')
const LISTEN = stateCode('listen')
const BOUND = stateCode('bound')
const CLOSED = stateCode('closed')

export function ephemeralOf(look: Look, range: PortRange): Ephemeral {
  const { columns, rows } = look.table
  const owned = new Map<number, number>()
  const inRange = (port: number): boolean => port >= range.first && port <= range.last
  const others: number[] = []
  const listening = new Set<number>()
  for (const row of rows) {
    const port = columns.localPort[row]!
    if (columns.protocol[row] !== TCP || port === 0) continue
    const state = columns.state[row]!
    if (state === LISTEN) listening.add(port)
    if (state !== LISTEN && state !== BOUND) others.push(row)
    else if (inRange(port) && !owned.has(port)) owned.set(port, row)
  }
  const destinations = new Map<string, Group>()
  for (const row of others) {
    const port = columns.localPort[row]!
    if (listening.has(port) || !inRange(port) || columns.peerPort[row] === 0 || columns.state[row] === CLOSED)
      continue
    const key = `${addressKey(columns, row, 'local')} ${addressKey(columns, row, 'peer')} ${columns.peerPort[row]}`
    const group = destinations.get(key)
    if (group === undefined) destinations.set(key, groupOf(look, row))
    else group.rows.push(row)
  }
  return { range, destinations, owned }
}

function groupOf({ table }: Look, row: number): Group {
  const { local, peer } = socketAt(table.columns, row)
  if (isUnixName(local) || peer === undefined || isUnixName(peer))
    throw new TypeError('a TCP socket has ends')
  return {
    source: local.address,
    destination: formatEndpoint(peer),
    address: peer.address,
    port: peer.port,
    rows: [row],
  }
}

/** Ports that are certainly more than chance makes of them, in standard deviations. */
const SURE = 4
/** Below this nothing can be told by parity. */
const FEW = 32

/**
 * Whether programs bind a source address before they connect: many more of its ports are of the parity that connect()
 * takes last.
 */
export function bindsBeforeConnect({ range }: Ephemeral, ports: ReadonlySet<number>): boolean {
  let first = 0
  for (const port of ports) if (isFirstChoice(range, port)) first++
  const second = ports.size - first
  return ports.size >= FEW && second - first > SURE * Math.sqrt(ports.size)
}
