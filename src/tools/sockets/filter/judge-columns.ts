/**
 * Judges for what stands in the columns: ports, addresses, states, protocols, families, numbers. They allocate
 * nothing.
 */
import { addressBytes, familyOf } from '../../../model/address.ts'
import type { PortSet } from '../../../model/port-set.ts'
import { prefixAddress, prefixLength } from '../../../model/prefix.ts'
import { familyCode, protocolCode, type SocketColumns } from '../../../model/socket-columns.ts'
import type { AddressTerm, CookieTerm, Host, PortTerm } from './ast.ts'
import { type Judge, NO, type Verdict, YES } from './verdict.ts'

const IPV4 = familyCode('ipv4')
const IPV6 = familyCode('ipv6')
const RAW = protocolCode('raw')
const UNIX = protocolCode('unix')

const hasPorts = (columns: SocketColumns, row: number): boolean =>
  columns.protocol[row] !== UNIX && columns.protocol[row] !== RAW

const verdict = (matches: boolean): Verdict => (matches ? YES : NO)

export function portJudge({ end, ports }: PortTerm): Judge {
  const has = portTest(ports)
  if (end === 'local')
    return (columns, row) => verdict(hasPorts(columns, row) && has(columns.localPort[row]!))
  if (end === 'peer') return (columns, row) => verdict(hasPorts(columns, row) && has(columns.peerPort[row]!))
  return (columns, row) => {
    if (!hasPorts(columns, row)) return NO
    const local = columns.localPort[row]!
    const peer = columns.peerPort[row]!
    return verdict((local !== 0 && has(local)) || (peer !== 0 && has(peer)))
  }
}

function portTest(ports: PortSet): (port: number) => boolean {
  const [only] = ports.ranges
  if (only === undefined) return () => false
  const { first, last } = only
  if (ports.ranges.length === 1) return port => port >= first && port <= last
  const table = new Uint8Array(0x10000)
  for (const range of ports.ranges) table.fill(1, range.first, range.last + 1)
  return port => table[port] === 1
}

export function addressJudge({ end, host }: AddressTerm): Judge {
  const test = hostTest(host)
  const local: Judge = (columns, row) => verdict(test(columns, row, columns.local, columns.localPort))
  const peer: Judge = (columns, row) => verdict(test(columns, row, columns.peer, columns.peerPort))
  if (end !== 'either') return end === 'local' ? local : peer
  // A listener has no peer, and 0.0.0.0 in its column is nobody's address.
  return (columns, row, facts) => {
    if (local(columns, row, facts) === YES) return YES
    return columns.peerPort[row] !== 0 || columns.protocol[row] === RAW ? peer(columns, row, facts) : NO
  }
}

type HostTest = (columns: SocketColumns, row: number, bytes: Uint8Array, ports: Uint16Array) => boolean

function hostTest({ prefix, ports }: Host): HostTest {
  const address = prefixAddress(prefix)
  const place =
    familyOf(address) === 'ipv4'
      ? v4Test(addressBytes(address), prefixLength(prefix))
      : v6Test(addressBytes(address), prefixLength(prefix))
  if (ports === undefined) return place
  const has = portTest(ports)
  return (columns, row, bytes, numbers) =>
    hasPorts(columns, row) && has(numbers[row]!) && place(columns, row, bytes, numbers)
}

/** IPv4 rows, and IPv6 rows with a mapped address, as in the kernel (`inet_diag_bc_run`). */
function v4Test(wanted: Uint8Array, length: number): HostTest {
  const mask = length === 0 ? 0 : (-1 << (32 - length)) | 0
  const want = wordAt(wanted, 0) & mask
  return (columns, row, bytes) => {
    const family = columns.family[row]
    const at = row * 16
    if (family === IPV4) return (wordAt(bytes, at) & mask) === want
    return family === IPV6 && isMapped(bytes, at) && (wordAt(bytes, at + 12) & mask) === want
  }
}

function v6Test(wanted: Uint8Array, length: number): HostTest {
  const whole = length >> 3
  const rest = (0xff00 >> (length & 7)) & 0xff
  return (columns, row, bytes) => {
    if (columns.family[row] !== IPV6) return false
    const at = row * 16
    for (let i = 0; i < whole; i++) if (bytes[at + i] !== wanted[i]) return false
    return rest === 0 || ((bytes[at + whole]! ^ wanted[whole]!) & rest) === 0
  }
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

/** `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const isMapped = (bytes: Uint8Array, at: number): boolean =>
  wordAt(bytes, at) === 0 && wordAt(bytes, at + 4) === 0 && wordAt(bytes, at + 8) === 0xffff

/** A column of small codes against a set of them, as bits. */
export const codeJudge =
  (column: 'state' | 'protocol' | 'family', bits: number): Judge =>
  (columns, row) =>
    (bits >>> columns[column][row]!) & 1

export function inodeJudge(values: readonly number[]): Judge {
  const [only] = values
  if (values.length === 1) return (columns, row) => verdict(columns.inode[row] === only)
  const wanted = new Set(values)
  return (columns, row) => verdict(wanted.has(columns.inode[row]!))
}

export function cookieJudge({ cookies }: CookieTerm): Judge {
  // The columns' own order of words: that of the machine.
  const words = new Uint32Array(BigUint64Array.from(cookies).buffer)
  return (columns, row) => {
    const low = columns.cookie32[row * 2]
    const high = columns.cookie32[row * 2 + 1]
    for (let i = 0; i < words.length; i += 2) if (words[i] === low && words[i + 1] === high) return YES
    return NO
  }
}
