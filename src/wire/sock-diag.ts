/**
 * NETLINK_SOCK_DIAG for internet sockets: the request, and the answer into columns.
 *
 * Answers: what the kernel tells about TCP, UDP, SCTP, DCCP, UDP-Lite and raw sockets. Does not answer: unix
 * sockets (`unix-diag.ts`), processes. Source: sock_diag(7), include/uapi/linux/inet_diag.h,
 * net/ipv4/inet_diag.c (`inet_sk_diag_fill`, `inet_diag_msg_attrs_fill`).
 */
import { PROTOCOL_NUMBERS, SOCKET_PROTOCOLS, type SocketProtocol } from '../model/protocol.ts'
import {
  familyCode,
  type SocketColumns,
  stateCode,
  TCP_FIELDS,
  timerCode,
  UNTOLD,
} from '../model/socket-columns.ts'
import {
  type DumpProgress,
  messages,
  NLA_TYPE_MASK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { readTcpInfo } from './tcp-info.ts'

export const SOCK_DIAG_BY_FAMILY = 20
export const AF_INET = 2
export const AF_INET6 = 10

/** Kernel state numbers, include/net/tcp_states.h. The last two are request bits only. */
export const KERNEL_STATES = {
  established: 1,
  'syn-sent': 2,
  'syn-recv': 3,
  'fin-wait-1': 4,
  'fin-wait-2': 5,
  'time-wait': 6,
  close: 7,
  'close-wait': 8,
  'last-ack': 9,
  listen: 10,
  closing: 11,
  'new-syn-recv': 12,
  'bound-inactive': 13,
} as const

/** Request bits of extension attributes: 1 << (attribute - 1). */
export const EXT_INFO = 1 << 1
export const EXT_SKMEMINFO = 1 << 6

const ATTR_INFO = 2
const ATTR_SKMEMINFO = 7
const ATTR_PROTOCOL = 10
const ATTR_SKV6ONLY = 11
const ATTR_CGROUP_ID = 21
/** `drops` in SK_MEMINFO_*: the ninth of nine u32. */
const SKMEM_DROPS = 32

/** `struct inet_diag_msg`. */
const MESSAGE = 72
/** `struct inet_diag_req_v2` behind its header. */
const REQUEST = NLMSG_HEADER + 56

export interface InetDiagRequest {
  readonly family: typeof AF_INET | typeof AF_INET6
  /** IPPROTO number; 255 for raw sockets. */
  readonly protocol: number
  /** Bits by kernel state number. */
  readonly states: number
  /** `EXT_…` bits. */
  readonly extensions: number
  /** Filtered by the kernel; 0 for any. */
  readonly localPort?: number
  readonly peerPort?: number
}

/** A dump request, 72 bytes: `struct nlmsghdr` and `struct inet_diag_req_v2`. */
export function encodeInetDiagRequest(
  request: InetDiagRequest,
  into: Uint8Array = new Uint8Array(REQUEST),
): Uint8Array {
  const bytes = into.subarray(0, REQUEST).fill(0)
  writeHeader(bytes, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1)
  bytes[16] = request.family
  bytes[17] = request.protocol
  bytes[18] = request.extensions
  viewsOf(bytes).u32[5] = request.states
  const localPort = request.localPort ?? 0
  const peerPort = request.peerPort ?? 0
  bytes[24] = localPort >> 8
  bytes[25] = localPort & 0xff
  bytes[26] = peerPort >> 8
  bytes[27] = peerPort & 0xff
  return bytes
}

/** What the rows of one dump have in common: the answer doesn't repeat it, or only as a number. */
export interface InetDiagContext {
  /** Index of `SOCKET_PROTOCOLS`. */
  readonly protocol: number
  /** Destroy events of several protocols arrive mixed; there an attribute tells each one's. */
  readonly mixed?: boolean
  readonly netns: number
}

/** Appends the sockets of one chunk of an answer to `columns`. */
export function decodeInetDiag(
  views: Views,
  length: number,
  columns: SocketColumns,
  context: InetDiagContext,
): DumpProgress {
  const states = HAS_TCP_STATES[context.protocol] === 1 ? TCP_STATE : DATAGRAM_STATE
  return messages(views, length, SOCK_DIAG_BY_FAMILY, (at, end) => {
    if (end - at >= MESSAGE) decodeOne(views, at, end, columns, context, states)
  })
}

function decodeOne(
  views: Views,
  at: number,
  end: number,
  columns: SocketColumns,
  context: InetDiagContext,
  states: Uint8Array,
): void {
  const { u8, u32 } = views
  const word = at >> 2
  const family = u8[at]!
  if (family !== AF_INET && family !== AF_INET6) return
  const row = columns.add()
  columns.protocol[row] = context.protocol
  columns.netns[row] = context.netns
  columns.family[row] = family === AF_INET ? IPV4 : IPV6
  const localPort = (u8[at + 4]! << 8) | u8[at + 5]!
  columns.localPort[row] = localPort
  columns.peerPort[row] = (u8[at + 6]! << 8) | u8[at + 7]!
  const addressLength = family === AF_INET ? 4 : 16
  for (let i = 0; i < addressLength; i++) {
    columns.local[row * 16 + i] = u8[at + 8 + i]!
    columns.peer[row * 16 + i] = u8[at + 24 + i]!
  }
  columns.interface[row] = u32[word + 10]!
  columns.cookie32[row * 2] = u32[word + 11]!
  columns.cookie32[row * 2 + 1] = u32[word + 12]!
  const kernelState = u8[at + 1]!
  const isAssociation = context.protocol === SCTP && columns.peerPort[row] !== 0
  const meaning = isAssociation ? ASSOCIATION_STATE : states
  columns.state[row] =
    kernelState === KERNEL_STATES.close && localPort === 0 ? UNBOUND : (meaning[kernelState] ?? CLOSED)
  const timer = u8[at + 2]!
  if (timer !== 0) {
    columns.timer[row] = TIMERS[timer] ?? TIMER_OTHER
    columns.timerMs[row] = u32[word + 13]!
  }
  columns.retransmits[row] = u8[at + 3]!
  columns.receiveQueue[row] = u32[word + 14]!
  columns.sendQueue[row] = u32[word + 15]!
  columns.uid[row] = toldUid(u32[word + 16]!, u32[word + 17]!)
  columns.inode[row] = u32[word + 17]!
  decodeAttributes(views, at + MESSAGE, end, columns, row, context)
}

/**
 * The user, as far as the kernel tells one: remnants and half-open handshakes have none, and are filled in with 0, as are
 * orphans by kernels that look for the user in the descriptor (`inet_twsk_diag_fill`, `inet_req_diag_fill`, `sock_i_uid`).
 */
export const toldUid = (uid: number, inode: number): number => (uid === 0 && inode === 0 ? UNTOLD : uid)

function decodeAttributes(
  views: Views,
  start: number,
  end: number,
  columns: SocketColumns,
  row: number,
  context: InetDiagContext,
): void {
  const { u8, u16, u32 } = views
  let at = start
  while (at + 4 <= end) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) return
    const payload = at + 4
    switch (u16[(at >> 1) + 1]! & NLA_TYPE_MASK) {
      case ATTR_CGROUP_ID:
        if (size >= 12) {
          columns.cgroup32[row * 2] = u32[payload >> 2]!
          columns.cgroup32[row * 2 + 1] = u32[(payload >> 2) + 1]!
        }
        break
      case ATTR_SKV6ONLY:
        if (size >= 5) columns.v6only[row] = u8[payload] === 0 ? 0 : 1
        break
      case ATTR_PROTOCOL:
        if (context.mixed === true && size >= 5) {
          const index = PROTOCOL_INDEX.get(u8[payload]!)
          if (index !== undefined) columns.protocol[row] = index
        }
        break
      case ATTR_SKMEMINFO:
        if (size >= 4 + SKMEM_DROPS + 4) columns.drops[row] = u32[(payload + SKMEM_DROPS) >> 2]!
        break
      case ATTR_INFO: {
        const tcp = columns.tcpColumn()
        readTcpInfo(new DataView(u8.buffer, u8.byteOffset), payload, size - 4, tcp, row * TCP_FIELDS.length)
        break
      }
    }
    at += (size + 3) & ~3
  }
}

const PROTOCOL_INDEX: ReadonlyMap<number, number> = new Map(
  Object.entries(PROTOCOL_NUMBERS).map(([name, number]) => [
    number,
    SOCKET_PROTOCOLS.indexOf(name as SocketProtocol),
  ]),
)
const SCTP = SOCKET_PROTOCOLS.indexOf('sctp')
const IPV4 = familyCode('ipv4')
const IPV6 = familyCode('ipv6')
const UNBOUND = stateCode('unconnected')
const CLOSED = stateCode('closed')
const TIMER_OTHER = timerCode('other')

/** Kernel state number to state code, for TCP. CLOSE with a port is "bound, neither listening nor connected". */
const TCP_STATE = Uint8Array.from([
  CLOSED,
  stateCode('established'),
  stateCode('syn-sent'),
  stateCode('syn-recv'),
  stateCode('fin-wait-1'),
  stateCode('fin-wait-2'),
  stateCode('time-wait'),
  stateCode('bound'),
  stateCode('close-wait'),
  stateCode('last-ack'),
  stateCode('listen'),
  stateCode('closing'),
  stateCode('syn-recv'),
])

/** SCTP's endpoints and DCCP report themselves in TCP's states (net/sctp/diag.c, net/dccp/diag.c). */
const HAS_TCP_STATES = Uint8Array.from(SOCKET_PROTOCOLS, name =>
  name === 'tcp' || name === 'sctp' || name === 'dccp' ? 1 : 0,
)

/**
 * An SCTP association reports `enum sctp_state` instead (inet_diag_msg_sctpasoc_fill): the states of RFC 9260 section
 * 4, each by the TCP state that asks the same of both sides.
 */
export const ASSOCIATION_STATE = Uint8Array.from([
  CLOSED,
  stateCode('syn-sent'), // COOKIE-WAIT
  stateCode('syn-sent'), // COOKIE-ECHOED
  stateCode('established'),
  stateCode('fin-wait-1'), // SHUTDOWN-PENDING
  stateCode('fin-wait-2'), // SHUTDOWN-SENT
  stateCode('close-wait'), // SHUTDOWN-RECEIVED
  stateCode('last-ack'), // SHUTDOWN-ACK-SENT
])

/** Datagram and raw sockets use two of TCP's states: 1 is connected, 7 is not. */
const DATAGRAM_STATE = TCP_STATE.map((code, kernel) => (kernel === 1 ? stateCode('connected') : code))

/** Timer numbers of `inet_sk_diag_fill`; 5 since the kernels that tell delayed acknowledgements. */
const TIMERS = Uint8Array.from([
  timerCode('none'),
  timerCode('retransmit'),
  timerCode('keepalive'),
  timerCode('time-wait'),
  timerCode('probe'),
  timerCode('delayed-ack'),
])
