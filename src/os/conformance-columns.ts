/** What holds for every row of a table of columns, whoever filled it. */
import { familyOf } from '../model/address.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../model/protocol.ts'
import { isUnixName, SOCKET_STATES, TIMER_KINDS, UNIX_KINDS } from '../model/socket.ts'
import { type SocketColumns, UNTOLD_BYTE } from '../model/socket-columns.ts'
import { socketAt } from '../model/socket-row.ts'
import { check } from './conformance-check.ts'

/** `namespaces`: those that were asked for. */
export function checkColumns(columns: SocketColumns, namespaces: readonly number[]): void {
  check(columns.length <= columns.capacity, `${columns.length} rows in room for ${columns.capacity}`)
  for (let row = 0; row < columns.length; row++) {
    const wrong = whyNot(columns, row, namespaces)
    check(wrong === '', `row ${row} (${shown(columns, row)}): ${wrong}`)
  }
  for (const map of [columns.names, columns.peerInodes])
    for (const row of map.keys())
      check(row < columns.length, `a name or peer for row ${row}, which isn't there`)
}

/** What is wrong with a row, or the empty text. */
function whyNot(columns: SocketColumns, row: number, namespaces: readonly number[]): string {
  const protocol = SOCKET_PROTOCOLS[columns.protocol[row]!]
  const family = FAMILIES[columns.family[row]!]
  const state = SOCKET_STATES[columns.state[row]!]
  if (protocol === undefined) return 'its protocol is none'
  if (family === undefined) return 'its family is none'
  if (state === undefined) return 'its state is none'
  if (TIMER_KINDS[columns.timer[row]!] === undefined) return 'its timer is none'
  if (UNIX_KINDS[columns.kind[row]!] === undefined) return 'its kind is none'
  if (!namespaces.includes(columns.netns[row]!)) return `it is in namespace ${columns.netns[row]}`
  if ((protocol === 'unix') !== (family === 'unix')) return `it is ${protocol} of family ${family}`
  if (family !== 'unix' && columns.names.has(row)) return 'it has the name of a unix socket'
  if (family !== 'unix' && columns.kind[row] !== 0) return 'it has the kind of a unix socket'
  if (family === 'ipv4' && columns.v6only[row] === 1) return 'it is IPv4, and takes IPv6 only'
  if (columns.v6only[row]! > 1 && columns.v6only[row] !== UNTOLD_BYTE) return 'v6only is neither yes nor no'
  if (state === 'listen' && columns.peerPort[row] !== 0) return 'it listens, and has a peer'
  if (state === 'bound' && protocol === 'udp' && columns.localPort[row] === 0) return 'it is bound to no port'
  return whyNotAddresses(columns, row, family)
}

function whyNotAddresses(columns: SocketColumns, row: number, family: (typeof FAMILIES)[number]): string {
  const used = { ipv4: 4, ipv6: 16, unix: 0 }[family]
  for (const addresses of [columns.local, columns.peer])
    for (let i = used; i < 16; i++)
      if (addresses[row * 16 + i] !== 0) return `an address of family ${family} has more than ${used} bytes`
  const { local } = socketAt(columns, row)
  if (isUnixName(local)) return family === 'unix' ? '' : 'it has the name of a unix socket for an address'
  return familyOf(local.address) === family ? '' : `its address is ${local.address}`
}

const shown = (columns: SocketColumns, row: number): string =>
  `${SOCKET_PROTOCOLS[columns.protocol[row]!]} ${SOCKET_STATES[columns.state[row]!]} port ${columns.localPort[row]}`
