/**
 * NETLINK_SOCK_DIAG for internet sockets: the request, and the answer into columns.
 *
 * Answers: what the kernel tells about TCP, UDP, SCTP, DCCP, UDP-Lite and raw sockets. Does not answer: unix
 * sockets (`unix-diag.ts`), processes. Source: sock_diag(7), include/uapi/linux/inet_diag.h,
 * net/ipv4/inet_diag.c (`inet_sk_diag_fill`, `inet_diag_msg_attrs_fill`).
 */
import { PROTOCOL_NUMBERS, SOCKET_PROTOCOLS } from '../model/protocol.ts'
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
import { TCP_STATE_NAMES } from './tcp-state.ts'

export const SOCK_DIAG_BY_FAMILY = 20
/** The older question for TCP, which alone takes both families at once (`inet_diag_dump_compat`). */
export const TCPDIAG_GETSOCK = 18
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

/** A dump request of 72 bytes: `struct nlmsghdr` and `struct inet_diag_req_v2`. */
export function encodeInetDiagRequest(request: InetDiagRequest): Uint8Array {
  const bytes = new Uint8Array(REQUEST)
  writeHeader(bytes, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1)
  bytes[16] = request.family
  bytes[17] = request.protocol
  bytes[18] = request.extensions
  viewsOf(bytes).u32[5] = request.states
  writePorts(bytes, 24, request)
  return bytes
}

/** `struct inet_diag_req` behind its header. */
const COMPAT_REQUEST = NLMSG_HEADER + 60

/** A dump request of 76 bytes for TCP of both families: one walk through the kernel's table instead of two. */
export function encodeTcpDiagRequest(request: Omit<InetDiagRequest, 'family' | 'protocol'>): Uint8Array {
  const bytes = new Uint8Array(COMPAT_REQUEST)
  writeHeader(bytes, TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP, 1)
  bytes[19] = request.extensions
  writePorts(bytes, 20, request)
  viewsOf(bytes).u32[17] = request.states
  return bytes
}

function writePorts(
  bytes: Uint8Array,
  at: number,
  { localPort = 0, peerPort = 0 }: Pick<InetDiagRequest, 'localPort' | 'peerPort'>,
): void {
  bytes[at] = localPort >> 8
  bytes[at + 1] = localPort & 0xff
  bytes[at + 2] = peerPort >> 8
  bytes[at + 3] = peerPort & 0xff
}

/** What the rows of one dump have in common: the answer doesn't repeat it, or only as a number. */
export interface InetDiagContext {
  /** Index of `SOCKET_PROTOCOLS`. */
  readonly protocol: number
  /** The answer is to `encodeTcpDiagRequest`. */
  readonly compat?: boolean
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
  const { u8, u32 } = views
  const states = HAS_TCP_STATES[context.protocol] === 1 ? TCP_STATE : DATAGRAM_STATE
  const isSctp = context.protocol === SCTP
  // Room for all that the chunk can hold: so no column is replaced by a larger one while rows are written.
  columns.reserve(Math.ceil(Math.min(length, u8.length) / (NLMSG_HEADER + MESSAGE)))
  const { protocol, netns, family, state, timer, timerMs, retransmits, localPort, peerPort, uid, inode } =
    columns
  const { local32, peer32, cookie32, receiveQueue, sendQueue } = columns
  return messages(
    views,
    length,
    context.compat === true ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY,
    (at, end) => {
      const addressFamily = u8[at]!
      if (end - at < MESSAGE || (addressFamily !== AF_INET && addressFamily !== AF_INET6)) return
      const word = at >> 2
      const row = columns.add()
      protocol[row] = context.protocol
      netns[row] = context.netns
      family[row] = addressFamily === AF_INET ? IPV4 : IPV6
      const ownPort = (u8[at + 4]! << 8) | u8[at + 5]!
      localPort[row] = ownPort
      peerPort[row] = (u8[at + 6]! << 8) | u8[at + 7]!
      local32[row * 4] = u32[word + 2]!
      peer32[row * 4] = u32[word + 6]!
      if (addressFamily === AF_INET6) {
        for (let i = 1; i < 4; i++) {
          local32[row * 4 + i] = u32[word + 2 + i]!
          peer32[row * 4 + i] = u32[word + 6 + i]!
        }
      }
      columns.interface[row] = u32[word + 10]!
      cookie32[row * 2] = u32[word + 11]!
      cookie32[row * 2 + 1] = u32[word + 12]!
      const kernelState = u8[at + 1]!
      const meaning = isSctp && peerPort[row] !== 0 ? ASSOCIATION_STATE : states
      state[row] =
        kernelState === KERNEL_STATES.close && ownPort === 0 ? UNBOUND : (meaning[kernelState] ?? CLOSED)
      const timerNumber = u8[at + 2]!
      if (timerNumber !== 0) {
        timer[row] = TIMERS[timerNumber] ?? TIMER_OTHER
        timerMs[row] = u32[word + 13]!
      }
      retransmits[row] = u8[at + 3]!
      receiveQueue[row] = u32[word + 14]!
      sendQueue[row] = u32[word + 15]!
      inode[row] = u32[word + 17]!
      uid[row] = toldUid(u32[word + 16]!, inode[row]!)
      decodeAttributes(views, at + MESSAGE, end, columns, row, context)
    },
  )
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
          const index = protocolIndex(u8[payload]!)
          if (index !== -1) columns.protocol[row] = index
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

/** Index of the protocol with that number; -1 for one that is not kept. */
const protocolIndex = (number: number): number =>
  SOCKET_PROTOCOLS.findIndex(name => name !== 'unix' && PROTOCOL_NUMBERS[name] === number)

const SCTP = SOCKET_PROTOCOLS.indexOf('sctp')
const IPV4 = familyCode('ipv4')
const IPV6 = familyCode('ipv6')
const UNBOUND = stateCode('unconnected')
const CLOSED = stateCode('closed')
const TIMER_OTHER = timerCode('other')

/** Kernel state number to state code, for TCP. CLOSE with a port is "bound, neither listening nor connected". */
const TCP_STATE = Uint8Array.from(TCP_STATE_NAMES.with(7, 'bound'), stateCode)

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
