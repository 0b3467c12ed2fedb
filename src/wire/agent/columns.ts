/**
 * Tables of columns as values of JSON and back: of each column the rows in use, in base64, little-endian; a column whose
 * bytes are all the same is that byte.
 */
import type { Finding } from '../../model/finding.ts'
import { TrackedColumns } from '../../model/nat/tracked-columns.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import { SOCKET_STATES, TIMER_KINDS, UNIX_KINDS } from '../../model/socket.ts'
import { COLUMN_WIDTHS, type ColumnName, SocketColumns, TCP_FIELDS } from '../../model/socket-columns.ts'
import { fromBase64, toBase64 } from './base64.ts'

export type TypedArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array

type Packed = string | number

/** `bytes` of each column, of `rows` rows. Anything else in a message is no table. */
export interface PackedTable {
  readonly rows: number
  readonly columns: Readonly<Record<string, Packed>>
}

export interface PackedSockets extends PackedTable {
  readonly names: readonly (readonly [number, string])[]
  readonly peers: readonly (readonly [number, number])[]
  readonly notes: readonly Finding[]
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
/** Of one batch: a hundred megabytes of cells. */
const MOST_ROWS = 1_000_000

/** How many names the numbers of a column stand for; a number beyond has none. */
const NAMED: ReadonlyMap<ColumnName, number> = new Map<ColumnName, number>([
  ['protocol', SOCKET_PROTOCOLS.length],
  ['family', FAMILIES.length],
  ['state', SOCKET_STATES.length],
  ['timer', TIMER_KINDS.length],
  ['kind', UNIX_KINDS.length],
])

/** In the bytes' order of the wire. The same array where nothing is to be turned. */
export function littleEndian(cells: TypedArray, isHost = LITTLE_ENDIAN): Uint8Array {
  const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength)
  const { BYTES_PER_ELEMENT: size } = cells
  if (isHost || size === 1) return bytes
  const turned = bytes.slice()
  for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse()
  return turned
}

function pack(cells: TypedArray): Packed {
  const bytes = littleEndian(cells)
  const [first = 0] = bytes
  return bytes.every(byte => byte === first) ? first : toBase64(bytes)
}

/** Writes a column's bytes into cells of the right number; false where they are others. */
function unpack(packed: unknown, into: TypedArray): boolean {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
  if (typeof packed === 'number') {
    bytes.fill(packed)
    return Number.isInteger(packed) && packed >= 0 && packed <= 255
  }
  const told = typeof packed === 'string' ? fromBase64(packed) : null
  if (told === null || told.length !== bytes.length) return false
  bytes.set(told)
  if (!LITTLE_ENDIAN) bytes.set(littleEndian(into))
  return true
}

export function packSockets(table: SocketColumns): PackedSockets {
  const { length, names, peerInodes, notes, tcp } = table
  const columns: Record<string, Packed> = {}
  for (const [name, width] of COLUMN_WIDTHS) columns[name] = pack(table[name].subarray(0, length * width))
  if (tcp !== null) columns.tcp = pack(tcp.subarray(0, length * TCP_FIELDS.length))
  return { rows: length, columns, names: [...names], peers: [...peerInodes], notes }
}

/** Null for what is no socket table. */
export function unpackSockets(packed: PackedSockets): SocketColumns | null {
  const { rows, columns, names, peers, notes } = packed
  if (!isCount(rows) || !isRecord(columns) || !Array.isArray(notes)) return null
  const table = new SocketColumns(rows)
  table.reserve(rows)
  for (let row = 0; row < rows; row++) table.add()
  for (const [name, width] of COLUMN_WIDTHS) {
    const cells = table[name].subarray(0, rows * width)
    if (!unpack(columns[name], cells)) return null
    const names = NAMED.get(name)
    if (names !== undefined && (cells as Uint8Array).some(code => code >= names)) return null
  }
  if (columns.tcp !== undefined) {
    if (!unpack(columns.tcp, table.tcpColumn().subarray(0, rows * TCP_FIELDS.length))) return null
  }
  if (!fill(table.names, names, 'string', rows) || !fill(table.peerInodes, peers, 'number', rows)) return null
  table.notes.push(...notes)
  return table
}

function fill<V>(into: Map<number, V>, pairs: unknown, kind: 'string' | 'number', rows: number): boolean {
  if (!Array.isArray(pairs)) return false
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[1] !== kind) return false
    const row = pair[0] as unknown
    if (!isCount(row) || row >= rows) return false
    into.set(row, pair[1] as V)
  }
  return true
}

const TRACKED = {
  family: 1,
  protocol: 1,
  state: 1,
  status: 1,
  timeout: 1,
  mark: 1,
  id: 1,
  zone: 1,
  addresses: 64,
  ports: 4,
} as const

export function packTracked(table: TrackedColumns): PackedTable {
  const { length, counters, startedAt } = table
  const columns: Record<string, Packed> = {}
  for (const [name, width] of Object.entries(TRACKED))
    columns[name] = pack(table[name as keyof typeof TRACKED].subarray(0, length * width))
  if (counters !== undefined) columns.counters = pack(counters.subarray(0, length * 4))
  if (startedAt !== undefined) columns.startedAt = pack(startedAt.subarray(0, length))
  return { rows: length, columns }
}

/** Null for what is no table of connections. */
export function unpackTracked({ rows, columns }: PackedTable): TrackedColumns | null {
  if (!isCount(rows) || !isRecord(columns)) return null
  const table = new TrackedColumns(rows)
  table.length = rows
  for (const [name, width] of Object.entries(TRACKED))
    if (!unpack(columns[name], table[name as keyof typeof TRACKED].subarray(0, rows * width))) return null
  const more: readonly (readonly [string, () => Float64Array])[] = [
    ['counters', () => table.countersColumn().subarray(0, rows * 4)],
    ['startedAt', () => table.startedAtColumn().subarray(0, rows)],
  ]
  for (const [name, cells] of more)
    if (columns[name] !== undefined && !unpack(columns[name], cells())) return null
  return table
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_ROWS
const isRecord = (value: unknown): value is Readonly<Record<string, Packed>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
