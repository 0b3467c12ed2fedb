/**
 * Plain lines of sockets, straight from the columns into bytes: 100,000 rows in some 30 ms, where a string a cell
 * would take ten times that. The same columns and text as `defaultColumns` print; a test holds them together.
 */
import { writeAddress } from '../../../model/address.ts'
import { SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, type SocketColumns, stateCode, UNTOLD } from '../../../model/socket-columns.ts'
import { NO_OWNER_WORDS, NONE, type SocketTable } from '../../../tools/sockets/sockets.ts'
import { clean } from '../render/clean.ts'
import { isMapped, writeConnection } from './connection-line.ts'
import { endpointText } from './endpoint-text.ts'
import { reachText } from './reach.ts'

/** Written out when this much has gathered. */
const CHUNK = 256 * 1024
/** No row but one with very long text (which is measured) needs more. */
const ROW_ROOM = 512

export interface LineOptions {
  readonly header: boolean
  /** Which process column: none where owners were not asked for. */
  readonly owners: boolean
}

/** A piece is good until the next one is asked for: they share one buffer, which so stays in the cache. */
export function* socketLines(table: SocketTable, { header, owners }: LineOptions): Generator<Uint8Array> {
  const writer = new LineWriter(table, owners)
  if (header) writer.text(`proto\tstate\trecvq\tsendq\tlocal\tpeer\treach${owners ? '\tprocess' : ''}\n`)
  const { rows } = table
  for (let i = 0; i < rows.length; i++) {
    if (writer.full) yield writer.take()
    writer.row(rows[i]!)
  }
  yield writer.take()
}

class LineWriter {
  #bytes = Buffer.allocUnsafeSlow(CHUNK + 64 * 1024)
  #at = 0
  readonly #table: SocketTable
  readonly #columns: SocketColumns
  readonly #owners: boolean
  /** What the process column says of one holder, as bytes. */
  readonly #holders = new Map<number, Buffer>()

  constructor(table: SocketTable, owners: boolean) {
    this.#table = table
    this.#columns = table.columns
    this.#owners = owners
  }

  get full(): boolean {
    return this.#at > CHUNK - ROW_ROOM
  }

  take(): Uint8Array {
    const piece = this.#bytes.subarray(0, this.#at)
    this.#at = 0
    return piece
  }

  row(row: number): void {
    const end = writeConnection(this.#columns, row, this.#bytes, this.#at)
    if (end === this.#at) this.#any(row)
    else this.#at = end
    if (this.#owners) {
      this.#bytes[this.#at++] = TAB
      this.#process(row)
    }
    this.#bytes[this.#at++] = NEWLINE
  }

  #any(row: number): void {
    const columns = this.#columns
    this.#put(PROTOCOL_CELLS[columns.protocol[row]!]!)
    this.#put(STATE_CELLS[columns.state[row]!]!)
    this.#number(columns.receiveQueue[row]!)
    this.#number(columns.sendQueue[row]!)
    this.#endpoint(columns, row, columns.local, columns.localPort[row]!)
    this.#bytes[this.#at++] = TAB
    if (hasPeer(columns, row)) this.#endpoint(columns, row, columns.peer, columns.peerPort[row]!)
    this.#bytes[this.#at++] = TAB
    const state = columns.state[row]
    if (state === LISTEN || state === BOUND) this.text(reachText(this.#table, row))
  }

  text(text: string): void {
    const length = Buffer.byteLength(text)
    this.#room(length)
    this.#at += this.#bytes.write(text, this.#at)
  }

  #put(cell: Uint8Array): void {
    this.#at = writeCell(this.#bytes, this.#at, cell)
  }

  #number(value: number): void {
    if (value !== UNTOLD) this.#at = writeNumber(this.#bytes, this.#at, value)
    this.#bytes[this.#at++] = TAB
  }

  /** The common case by hand; wildcards, zones and names go the way of text. */
  #endpoint(columns: SocketColumns, row: number, addresses: Uint8Array, port: number): void {
    const family = columns.family[row]!
    const mapped = family === IPV6 && isMapped(addresses, row * 16)
    const special =
      columns.interface[row] !== 0 || port === 0 || (family === IPV6 && addresses[row * 16] === 0)
    if (family === UNIX || (special && !(mapped && columns.interface[row] === 0 && port !== 0))) {
      this.text(clean(endpointText(this.#table, row, addresses === columns.local ? 'local' : 'peer')))
      return
    }
    const bytes = this.#bytes
    if (family === IPV4 || mapped) {
      this.#at = writeAddress(addresses, row * 16 + (mapped ? 12 : 0), 'ipv4', bytes, this.#at)
    } else {
      bytes[this.#at++] = OPEN
      this.#at = writeAddress(addresses, row * 16, 'ipv6', bytes, this.#at)
      bytes[this.#at++] = CLOSE
    }
    bytes[this.#at++] = COLON
    this.#at = writeNumber(bytes, this.#at, port)
  }

  #process(row: number): void {
    const { owners, columns, facts } = this.#table
    const first = owners?.first(columns.inode[row]!) ?? NONE
    if (owners === null || first === NONE) {
      const reason = facts.noOwner(row)
      if (reason !== null) this.text(`(${NO_OWNER_WORDS[reason]})`)
      return
    }
    if (owners.next(first) === NONE) {
      this.#put(this.#holder(owners.pid(first)))
      return
    }
    const pids = new Set(owners.of(columns.inode[row]!).map(owner => owner.pid))
    let comma = false
    for (const pid of pids) {
      if (comma) this.#bytes[this.#at++] = COMMA
      this.#put(this.#holder(pid))
      comma = true
    }
  }

  /** With room for it, and for a comma. */
  #holder(pid: number): Buffer {
    let bytes = this.#holders.get(pid)
    if (bytes === undefined) {
      const process = this.#table.facts.process(pid)
      bytes = Buffer.from(process === null ? `${pid}/(gone)` : `${pid}/${clean(process.name)}`)
      this.#holders.set(pid, bytes)
    }
    this.#room(bytes.length + 1)
    return bytes
  }

  /** Rows have room for everything but text from the system, which may be long. */
  #room(length: number): void {
    if (this.#at + length + ROW_ROOM <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow((this.#bytes.length + length) * 2)
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
  }
}

/** Writes a whole number from 0 to 4294967295 in decimal; returns where it ends. */
export function writeNumber(into: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    into[at] = ZERO + value
    return at + 1
  }
  if (value > 0x7fffffff) {
    // Beyond what integer arithmetic does fast: the last digit apart.
    const tens = Math.floor(value / 10)
    const end = writeNumber(into, at, tens)
    into[end] = ZERO + (value - tens * 10)
    return end + 1
  }
  let end = at
  for (let rest = value; rest > 0; rest = (rest / 10) | 0) end++
  let rest = value
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0
    into[i] = ZERO + (rest - next * 10)
    rest = next
  }
  return end
}

/** A few bytes: a loop is faster than `set` here. */
function writeCell(into: Uint8Array, at: number, cell: Uint8Array): number {
  for (let i = 0; i < cell.length; i++) into[at + i] = cell[i]!
  return at + cell.length
}

/** Listeners and unconnected sockets have none. */
export function hasPeer(columns: SocketColumns, row: number): boolean {
  if (columns.family[row] === UNIX) return columns.peerInodes.has(row)
  if (columns.state[row] === LISTEN) return false
  if (columns.peerPort[row] !== 0) return true
  for (let i = row * 16; i < row * 16 + 16; i++) if (columns.peer[i] !== 0) return true
  return false
}

const cells = (words: readonly string[]): readonly Uint8Array[] => words.map(word => Buffer.from(`${word}\t`))
const PROTOCOL_CELLS = cells(SOCKET_PROTOCOLS)
const STATE_CELLS = cells(SOCKET_STATES)
const IPV4 = familyCode('ipv4')
const IPV6 = familyCode('ipv6')
const UNIX = familyCode('unix')
const LISTEN = stateCode('listen')
const BOUND = stateCode('bound')

const TAB = 9
const NEWLINE = 10
const COMMA = 44
const COLON = 58
const OPEN = 91
const CLOSE = 93
const ZERO = 48
