/** Which tracked connections are asked for, and whether a row is one of them. */
import { type Address, addressBytes, familyOf } from '../address.ts'
import type { IpFamily } from '../protocol.ts'
import { ENDS, type TrackedColumns } from './tracked-columns.ts'
import { CONNECTION_STATUS } from './tracked-connection.ts'

/** A field left out asks for all. */
export interface ConnectionQuery {
  readonly family?: IpFamily
  /** IANA's numbers. */
  readonly protocols?: readonly number[]
  /** Of any end, before or after translation. */
  readonly address?: Address
  /** Of any end, before or after translation; never an ICMP identifier. With `address`: of the same end. */
  readonly port?: number
  /** Only those with a translated source or destination, or only those with neither. */
  readonly translated?: boolean
  readonly zone?: number
  /** `(mark & mask) === value`. */
  readonly mark?: { readonly value: number; readonly mask: number }
}

const TRANSLATED = CONNECTION_STATUS.sourceTranslated | CONNECTION_STATUS.destinationTranslated

/** A judge of rows; undefined where every row is asked for. */
export function trackedMatcher(
  query: ConnectionQuery,
): ((columns: TrackedColumns, row: number) => boolean) | undefined {
  const { family, protocols, address, port, translated, zone, mark } = query
  if ([family, protocols, address, port, translated, zone, mark].every(one => one === undefined))
    return undefined
  const wantedFamily = address === undefined ? family : familyOf(address)
  const code = wantedFamily === undefined ? 0 : wantedFamily === 'ipv6' ? 6 : 4
  const wanted = new Uint8Array(256).fill(protocols === undefined ? 1 : 0)
  for (const protocol of protocols ?? []) wanted[protocol] = 1
  const bytes = address === undefined ? undefined : addressBytes(address)
  return (columns, row) =>
    wanted[columns.protocol[row]!] === 1 &&
    (code === 0 || (columns.family[row] === code && (family === undefined || family === wantedFamily))) &&
    (zone === undefined || columns.zone[row] === zone) &&
    (mark === undefined || (columns.mark[row]! & mark.mask) >>> 0 === mark.value) &&
    (translated === undefined || ((columns.status[row]! & TRANSLATED) !== 0) === translated) &&
    (bytes === undefined && port === undefined ? true : hasEnd(columns, row, bytes, port))
}

/** Whether one of the four ends has the address and the port. */
function hasEnd(
  columns: TrackedColumns,
  row: number,
  bytes: Uint8Array | undefined,
  port: number | undefined,
): boolean {
  const protocol = columns.protocol[row]!
  if (port !== undefined && (protocol === 1 || protocol === 58)) return false
  for (let end = 0; end < ENDS; end++) {
    if (port !== undefined && columns.ports[row * ENDS + end] !== port) continue
    if (bytes === undefined || isAt(columns.addresses, (row * ENDS + end) * 16, bytes)) return true
  }
  return false
}

function isAt(all: Uint8Array, at: number, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (all[at + i] !== bytes[i]) return false
  return true
}
