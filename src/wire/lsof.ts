/**
 * The output of `lsof -nP +c 0 -iTCP -iUDP -F pcLftdPnTu0`: sockets together with their holders.
 *
 * This is how a system tells that has neither netlink nor `/proc`. One row for each descriptor: a socket with three
 * holders is there three times. Source: lsof(8), "OUTPUT FOR OTHER PROGRAMS". Tried with lsof 4.95 on Linux; what is
 * particular to macOS is from documentation.
 */
import {
  type Address,
  addressBytes,
  addressFromBytes,
  familyOf,
  isAddress,
  parseAddress,
} from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import { isPort } from '../model/port.ts'
import type { IpFamily } from '../model/protocol.ts'
import type { SocketState } from '../model/socket.ts'
import { lossyUtf8 } from './lossy-utf8.ts'

export interface LsofSocket {
  readonly pid: number
  /** As the process calls itself, escapes undone but for `^X`, which a process can also be called. */
  readonly command: string
  /** Absent where lsof tells none. */
  readonly uid?: number
  readonly user?: string
  readonly fd: number
  /** The same for every holder of a socket: its inode on Linux, the address of its control block on macOS. */
  readonly device?: string
  readonly protocol: 'tcp' | 'udp'
  readonly family: IpFamily
  readonly state: SocketState
  readonly local: Endpoint
  readonly peer?: Endpoint
  /** Bytes waiting. */
  readonly queue?: { readonly receive: number; readonly send: number }
}

export interface LsofSockets {
  readonly sockets: readonly LsofSocket[]
  /** Descriptors that made no sense or are no TCP or UDP sockets of this namespace, and were left out. */
  readonly skipped: number
}

/** The arguments whose output this reads, behind `lsof`. */
export const LSOF_ARGUMENTS: readonly string[] = ['-nP', '+c', '0', '-iTCP', '-iUDP', '-F', 'pcLftdPnTu0']

type Fields = Map<string, string>

/** Reads fields `<letter><text>NUL`, in sets that end with a line feed: one of each process, one of each descriptor. */
export function parseLsof(bytes: Uint8Array): LsofSockets {
  const sockets: LsofSocket[] = []
  let skipped = 0
  let holder: Fields = new Map()
  let fields: Fields = new Map()
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at)
    if (end < 0) break
    const text = lossyUtf8(bytes.subarray(at, end))
    // T fields come several to a set, and their second letters tell them apart.
    fields.set(text[0] === 'T' ? text.slice(0, text.indexOf('=') + 1 || 1) : text.slice(0, 1), text)
    at = end + 1
    if (bytes[at] !== LINE_FEED) continue
    at++
    if (fields.has('p')) holder = fields
    else {
      const socket = socketOf(holder, fields)
      if (socket === null) skipped++
      else sockets.push(socket)
    }
    fields = new Map()
  }
  return { sockets, skipped: skipped + (at < bytes.length || fields.size > 0 ? 1 : 0) }
}

const LINE_FEED = 0x0a

function socketOf(holder: Fields, file: Fields): LsofSocket | null {
  const pid = numberIn(holder.get('p'))
  const fd = numberIn(file.get('f'))
  const protocol = file.get('P')?.slice(1).toLowerCase()
  const type = file.get('t')
  if (pid === null || fd === null || (protocol !== 'tcp' && protocol !== 'udp')) return null
  if (type !== 'tIPv4' && type !== 'tIPv6') return null
  const family = type === 'tIPv4' ? 'ipv4' : 'ipv6'
  const [localText, peerText] = (file.get('n') ?? '').slice(1).split('->')
  const local = endpointOf(localText, family)
  const peer = endpointOf(peerText, family)
  if (local === null || (peer === null && peerText !== undefined)) return null
  const uid = numberIn(holder.get('u'))
  const user = holder.get('L')?.slice(1)
  const device = file.get('d')?.slice(1)
  const receive = numberIn(file.get('TQR='), 4)
  const send = numberIn(file.get('TQS='), 4)
  return {
    pid,
    command: unescaped(holder.get('c')?.slice(1) ?? ''),
    ...(uid === null ? {} : { uid }),
    ...(user === undefined ? {} : { user }),
    fd,
    ...(device === undefined || device === '' ? {} : { device }),
    protocol,
    family,
    state: protocol === 'tcp' ? tcpState(file.get('TST=')?.slice(4), local) : datagramState(local, peer),
    local,
    ...(peer === null ? {} : { peer }),
    ...(receive === null || send === null ? {} : { queue: { receive, send } }),
  }
}

function numberIn(field: string | undefined, from = 1): number | null {
  const digits = field?.slice(from) ?? ''
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null
}

/** `*:80`, `127.0.0.1:80`, `[::1]:80`; an IPv6 socket's IPv4 peer is written as IPv4, and is mapped in truth. */
function endpointOf(text: string | undefined, family: IpFamily): Endpoint | null {
  const [, host, digits] = /^(\*|\[[^\]]+\]|[\d.]+):(\*|\d{1,5})$/.exec(text ?? '') ?? []
  if (host === undefined || digits === undefined) return null
  const port = digits === '*' ? 0 : Number(digits)
  if (!isPort(port)) return null
  if (host === '*') return { address: parseAddress(family === 'ipv4' ? '0.0.0.0' : '::'), port }
  const bare = host.replace(/^\[|\]$/g, '')
  const whole = family === 'ipv6' && !bare.includes(':') ? `::ffff:${bare}` : bare
  if (!isAddress(whole)) return null
  const address = withoutScopeInside(parseAddress(whole))
  return familyOf(address) === family ? { address, port } : null
}

/** BSD systems keep the zone of a link-local address in its third and fourth byte: `fe80:4::1` is `fe80::1%4`. */
function withoutScopeInside(address: Address): Address {
  if (!/^fe[89ab]/.test(address) || address.includes('%')) return address
  const bytes = addressBytes(address)
  const zone = bytes[2]! * 256 + bytes[3]!
  if (zone === 0) return address
  bytes.fill(0, 2, 4)
  return parseAddress(`${addressFromBytes(bytes, 0, 'ipv6')}%${zone}`)
}

function tcpState(name: string | undefined, local: Endpoint): SocketState {
  const state = TCP_STATES.get((name ?? '').replaceAll('_', ''))
  return state ?? (local.port === 0 ? 'unconnected' : 'bound')
}

function datagramState(local: Endpoint, peer: Endpoint | null): SocketState {
  if (peer !== null) return 'connected'
  return local.port === 0 ? 'unconnected' : 'bound'
}

/** By name without underscores: systems differ in those, and macOS in the spelling of SYN_RCVD. */
const TCP_STATES: ReadonlyMap<string, SocketState> = new Map([
  ['LISTEN', 'listen'],
  ['ESTABLISHED', 'established'],
  ['SYNSENT', 'syn-sent'],
  ['SYNRECV', 'syn-recv'],
  ['SYNRCVD', 'syn-recv'],
  ['SYNRCDV', 'syn-recv'],
  ['SYNRECEIVED', 'syn-recv'],
  ['FINWAIT1', 'fin-wait-1'],
  ['FINWAIT2', 'fin-wait-2'],
  ['TIMEWAIT', 'time-wait'],
  ['CLOSEWAIT', 'close-wait'],
  ['LASTACK', 'last-ack'],
  ['CLOSING', 'closing'],
])

/** What lsof writes for bytes that don't print: `\n`, `\xNN` and, for a backslash, two. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  for (const [, code, letter, plain] of text.matchAll(/\\x([0-9a-fA-F]{2})|\\([bfnrt\\])|([^\\]+|\\)/g)) {
    if (code !== undefined) bytes.push(Number.parseInt(code, 16))
    else if (letter !== undefined) bytes.push(LETTERS.get(letter)!)
    else for (const byte of new TextEncoder().encode(plain)) bytes.push(byte)
  }
  return lossyUtf8(Uint8Array.from(bytes))
}

const LETTERS: ReadonlyMap<string, number> = new Map([
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['f', 12],
  ['r', 13],
  ['\\', 0x5c],
])
