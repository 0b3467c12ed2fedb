/** Narrows a table to what a query asks for, where the system that it was read from couldn't or didn't quite. */
import { familyCode, protocolCode, type SocketColumns, stateCode } from '../model/socket-columns.ts'
import type { SocketQuery } from './os.ts'

/** Keeps the rows from `start` on that the query asks for. Namespaces are not looked at. */
export function narrow(columns: SocketColumns, start: number, query: SocketQuery): void {
  const { protocols, families, states, localPort, peerPort } = query
  if ((protocols ?? families ?? states ?? localPort ?? peerPort) === undefined) return
  const protocol = codes(protocols?.map(protocolCode))
  const family = codes(families?.map(familyCode))
  const state = codes(states?.map(stateCode))
  columns.retain(
    start,
    row =>
      protocol[columns.protocol[row]!] === 1 &&
      family[columns.family[row]!] === 1 &&
      state[columns.state[row]!] === 1 &&
      (localPort === undefined || columns.localPort[row] === localPort) &&
      (peerPort === undefined || columns.peerPort[row] === peerPort),
  )
}

/** 1 at each code that is asked for; at all of them where nothing is said. */
function codes(asked: readonly number[] | undefined): Uint8Array {
  const wanted = new Uint8Array(256).fill(asked === undefined ? 1 : 0)
  for (const code of asked ?? []) wanted[code] = 1
  return wanted
}
