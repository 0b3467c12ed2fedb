/**
 * A socket table as columns: 100,000 sockets are a dozen typed arrays, not 100,000 objects.
 *
 * Decoders append rows, tools filter and order row numbers, faces print from the columns. A row becomes a
 * value (`socketAt`, `socket-row.ts`) only where somebody asks about that one socket.
 *
 * Invariant: every column always has room for `capacity` rows, and row numbers below `length` are in use. Setting
 * `length` back forgets the rows above it; `add` gives out clean rows all the same.
 */
import type { Finding } from './finding.ts'
import { copyKeys, dropKeys, gather, gatherKeys } from './gather.ts'
import { TCP_FIELDS, UNTOLD, UNTOLD_BYTE } from './socket.ts'

export {
  familyCode,
  kindCode,
  protocolCode,
  stateCode,
  TCP_FIELDS,
  type TcpField,
  timerCode,
  UNTOLD,
  UNTOLD_BYTE,
} from './socket.ts'

export class SocketColumns {
  length = 0
  capacity: number
  protocol: Uint8Array
  family: Uint8Array
  state: Uint8Array
  /** See `TIMER_KINDS`; 0 is none. */
  timer: Uint8Array
  retransmits: Uint8Array
  /** 0 no, 1 yes, `UNTOLD_BYTE`. */
  v6only: Uint8Array
  /** Unix sockets: see `UNIX_KINDS`. */
  kind: Uint8Array
  localPort: Uint16Array
  peerPort: Uint16Array
  /** 16 bytes a row, network order; an IPv4 address stands in the first four. */
  local: Uint8Array
  peer: Uint8Array
  interface: Uint32Array
  /** Inode of the network namespace. */
  netns: Uint32Array
  inode: Uint32Array
  uid: Uint32Array
  /** Listeners: length and limit of the accept queue. Others: bytes unread, bytes unacknowledged. */
  receiveQueue: Uint32Array
  sendQueue: Uint32Array
  timerMs: Uint32Array
  drops: Uint32Array
  cookie: BigUint64Array
  cgroup: BigUint64Array
  /** The same memory as pairs of words in host order, for copying and comparing without a bigint a row. */
  cookie32!: Uint32Array
  cgroup32!: Uint32Array
  /** Addresses as four words a row, for copying them. */
  local32!: Uint32Array
  peer32!: Uint32Array
  /** `TCP_FIELDS.length` numbers a row; null until a decoder has any to tell. */
  tcp: Float64Array | null = null
  /** Names of unix sockets by row. Inode of the peer in `peerInode`. */
  readonly names = new Map<number, string>()
  readonly peerInodes = new Map<number, number>()
  /** What the reader of the table should know: a module that is missing, a fallback that was taken. */
  readonly notes: Finding[] = []
  /** Rows that were ever in use: their cells may be dirty. */
  private used = 0

  constructor(capacity = 256) {
    this.capacity = capacity
    this.protocol = new Uint8Array(capacity)
    this.family = new Uint8Array(capacity)
    this.state = new Uint8Array(capacity)
    this.timer = new Uint8Array(capacity)
    this.retransmits = new Uint8Array(capacity)
    this.v6only = new Uint8Array(capacity)
    this.kind = new Uint8Array(capacity)
    this.localPort = new Uint16Array(capacity)
    this.peerPort = new Uint16Array(capacity)
    this.local = new Uint8Array(capacity * 16)
    this.peer = new Uint8Array(capacity * 16)
    this.interface = new Uint32Array(capacity)
    this.netns = new Uint32Array(capacity)
    this.inode = new Uint32Array(capacity)
    this.uid = new Uint32Array(capacity)
    this.receiveQueue = new Uint32Array(capacity)
    this.sendQueue = new Uint32Array(capacity)
    this.timerMs = new Uint32Array(capacity)
    this.drops = new Uint32Array(capacity)
    this.cookie = new BigUint64Array(capacity)
    this.cgroup = new BigUint64Array(capacity)
    this.viewWords()
  }

  private viewWords(): void {
    this.cookie32 = new Uint32Array(this.cookie.buffer)
    this.cgroup32 = new Uint32Array(this.cgroup.buffer)
    this.local32 = new Uint32Array(this.local.buffer)
    this.peer32 = new Uint32Array(this.peer.buffer)
  }

  /** Makes room for so many rows more, so that the columns stay the same arrays while they are added. */
  reserve(rows: number): void {
    const needed = this.length + rows
    if (needed > this.capacity) this.grow(Math.max(needed, this.capacity * 4, 16))
  }

  /** Makes room for one more row and returns its number. The row's cells are zero but for what is untold. */
  add(): number {
    if (this.length === this.capacity) this.reserve(1)
    const row = this.length++
    if (row < this.used) this.clean(row)
    else this.used = row + 1
    this.v6only[row] = UNTOLD_BYTE
    this.drops[row] = UNTOLD
    return row
  }

  /** The TCP numbers, made on first use and filled with NaN. */
  tcpColumn(): Float64Array {
    this.tcp ??= new Float64Array(this.capacity * TCP_FIELDS.length).fill(Number.NaN)
    return this.tcp
  }

  /** Appends all rows of another table. */
  append(other: SocketColumns): void {
    const start = this.length
    const end = start + other.length
    if (end > this.capacity) this.grow(Math.max(end, this.capacity * 2))
    for (const [key, width] of COLUMN_WIDTHS) {
      const from = other[key].subarray(0, other.length * width)
      ;(this[key] as Uint8Array).set(from as Uint8Array, start * width)
    }
    const width = TCP_FIELDS.length
    if (other.tcp !== null) this.tcpColumn().set(other.tcp.subarray(0, other.length * width), start * width)
    else this.tcp?.fill(Number.NaN, start * width, end * width)
    if (start < this.used) {
      dropKeys(this.names, start)
      dropKeys(this.peerInodes, start)
    }
    copyKeys(other.names, other.length, this.names, start)
    copyKeys(other.peerInodes, other.length, this.peerInodes, start)
    this.notes.push(...other.notes)
    this.length = end
    this.used = Math.max(this.used, end)
  }

  /** Drops the rows from `start` on that `keep` refuses, and closes the gaps. */
  retain(start: number, keep: (row: number) => boolean): void {
    const kept = new Uint32Array(this.length - start)
    let count = 0
    for (let row = start; row < this.length; row++) if (keep(row)) kept[count++] = row
    this.retainRows(start, kept.subarray(0, count))
  }

  /** The same with the numbers of the rows to keep, in rising order. A column at a time: for tables of any size. */
  retainRows(start: number, kept: Uint32Array): void {
    if (kept.length === this.length - start) return
    for (const [key, width] of COLUMN_WIDTHS) {
      const column = this[key]
      if (column instanceof BigUint64Array) gather(new Uint32Array(column.buffer), 2, kept, start)
      else if (width === 16) gather(new Uint32Array(column.buffer), 4, kept, start)
      else gather(column, width, kept, start)
    }
    if (this.tcp !== null) gather(this.tcp, TCP_FIELDS.length, kept, start)
    gatherKeys(this.names, kept, start)
    gatherKeys(this.peerInodes, kept, start)
    this.length = start + kept.length
  }

  private clean(row: number): void {
    for (const [key, width] of COLUMN_WIDTHS) {
      const column = this[key]
      if (column instanceof BigUint64Array) column[row] = 0n
      else column.fill(0, row * width, (row + 1) * width)
    }
    this.tcp?.fill(Number.NaN, row * TCP_FIELDS.length, (row + 1) * TCP_FIELDS.length)
    this.names.delete(row)
    this.peerInodes.delete(row)
  }

  private grow(capacity: number): void {
    for (const [key, width] of COLUMN_WIDTHS) {
      const old = this[key]
      const Column = old.constructor as new (length: number) => typeof old
      const fresh = new Column(capacity * width)
      ;(fresh as Uint8Array).set(old as Uint8Array)
      ;(this as Record<ColumnName, unknown>)[key] = fresh
    }
    this.viewWords()
    if (this.tcp !== null) {
      const fresh = new Float64Array(capacity * TCP_FIELDS.length).fill(Number.NaN)
      fresh.set(this.tcp)
      this.tcp = fresh
    }
    this.capacity = capacity
  }
}

export type ColumnName = Exclude<
  {
    [K in keyof SocketColumns]: SocketColumns[K] extends
      | Uint8Array
      | Uint16Array
      | Uint32Array
      | BigUint64Array
      ? K
      : never
  }[keyof SocketColumns],
  'cookie32' | 'cgroup32' | 'local32' | 'peer32'
>

/** Cells a row, for every column but `tcp`, which may be absent. */
export const COLUMN_WIDTHS: ReadonlyMap<ColumnName, number> = new Map<ColumnName, number>([
  ['protocol', 1],
  ['family', 1],
  ['state', 1],
  ['timer', 1],
  ['retransmits', 1],
  ['v6only', 1],
  ['kind', 1],
  ['localPort', 1],
  ['peerPort', 1],
  ['local', 16],
  ['peer', 16],
  ['interface', 1],
  ['netns', 1],
  ['inode', 1],
  ['uid', 1],
  ['receiveQueue', 1],
  ['sendQueue', 1],
  ['timerMs', 1],
  ['drops', 1],
  ['cookie', 1],
  ['cgroup', 1],
])
