/**
 * The line of a connection over IPv4 that is bound to no interface: nearly all lines of a large table. Written without
 * a branch or a loop for each digit, which is twice as fast as what `socket-lines.ts` does for any row, also
 * before it is compiled. The same text; a test holds them together.
 */
import { SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES } from '../../../model/socket.ts'
import { familyCode, type SocketColumns } from '../../../model/socket-columns.ts'

/**
 * Writes the line of a row, without its newline, and returns where it ends; `at` when the row is of another kind. Needs
 * 100 bytes of room, and may leave something in them behind the end.
 */
export function writeConnection(columns: SocketColumns, row: number, into: Uint8Array, at: number): number {
  const own = columns.localPort[row]!
  const other = columns.peerPort[row]!
  const state = columns.state[row]!
  if (own === 0 || other === 0 || columns.interface[row] !== 0 || WAITS[state] === 1) return at
  const { local, peer } = columns
  let address = row * 16
  if (columns.family[row] !== IPV4) {
    if (columns.family[row] !== IPV6 || !isMapped(local, address) || !isMapped(peer, address)) return at
    address += 12
  }
  const receive = columns.receiveQueue[row]!
  const send = columns.sendQueue[row]!
  if (receive > MOST || send > MOST) return at
  const head = HEADS[columns.protocol[row]! * SOCKET_STATES.length + state]!
  let end = at
  for (let i = 0; i < head.length; i++) into[end++] = head[i]!
  if (receive === 0) into[end++] = ZERO
  else end = writeDecimal(into, end, receive)
  into[end++] = TAB
  if (send === 0) into[end++] = ZERO
  else end = writeDecimal(into, end, send)
  into[end++] = TAB
  end = writeEndpoint(into, end, local, address, own)
  into[end++] = TAB
  end = writeEndpoint(into, end, peer, address, other)
  into[end++] = TAB
  return end
}

function writeEndpoint(
  into: Uint8Array,
  at: number,
  bytes: Uint8Array,
  address: number,
  port: number,
): number {
  let end = writeSmall(into, at, bytes[address]!)
  into[end] = DOT
  end = writeSmall(into, end + 1, bytes[address + 1]!)
  into[end] = DOT
  end = writeSmall(into, end + 1, bytes[address + 2]!)
  into[end] = DOT
  end = writeSmall(into, end + 1, bytes[address + 3]!)
  into[end] = COLON
  return writeDecimal(into, end + 1, port)
}

/** 0 to `MOST`. */
function writeDecimal(into: Uint8Array, at: number, value: number): number {
  if (value < 1000) return writeSmall(into, at, value)
  const thousands = (value / 1000) | 0
  const end = writeDecimal(into, at, thousands)
  const digits = DIGITS[value - thousands * 1000]!
  into[end] = digits
  into[end + 1] = digits >> 8
  into[end + 2] = digits >> 16
  return end + 3
}

/** 0 to 999; always writes three bytes. */
function writeSmall(into: Uint8Array, at: number, value: number): number {
  const zeros = value < 10 ? 2 : value < 100 ? 1 : 0
  const digits = DIGITS[value]! >> (zeros << 3)
  into[at] = digits
  into[at + 1] = digits >> 8
  into[at + 2] = digits >> 16
  return at + 3 - zeros
}

/** `::ffff:a.b.c.d`, an IPv4 address in IPv6's clothes (RFC 4291 section 2.5.5.2). */
export function isMapped(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 10] !== 0xff || bytes[at + 11] !== 0xff) return false
  for (let i = at; i < at + 10; i++) if (bytes[i] !== 0) return false
  return true
}

const ZERO = 48
const TAB = 9
const DOT = 46
const COLON = 58

/** More has ten digits, or isn't told. */
const MOST = 999_999_999

/** 000 to 999 in ASCII, the first digit in the lowest byte. */
const DIGITS = Int32Array.from(
  { length: 1000 },
  (_, n) => (ZERO + ((n / 100) | 0)) | ((ZERO + (((n / 10) | 0) % 10)) << 8) | ((ZERO + (n % 10)) << 16),
)

const IPV4 = familyCode('ipv4')
const IPV6 = familyCode('ipv6')
/** States in which a socket waits for others, and has a reach to tell. */
const WAITS = Uint8Array.from(SOCKET_STATES, state => (state === 'listen' || state === 'bound' ? 1 : 0))
/** What begins a line, by protocol and state. */
const HEADS = SOCKET_PROTOCOLS.flatMap(protocol =>
  SOCKET_STATES.map(state => Buffer.from(`${protocol}\t${state}\t`)),
)
