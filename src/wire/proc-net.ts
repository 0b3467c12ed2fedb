/**
 * The socket tables in `/proc/net`: tcp, tcp6, udp, udp6, raw, raw6.
 *
 * Answers: endpoints, state, queues, timer, user, inode, and drops of datagram sockets. The text has no v6only,
 * interface, cookie, control group, limit of the accept queue or TCP numbers, and TCP sockets that are bound without
 * listening aren't in it. Unix sockets: `proc-net-unix.ts`. SCTP: `proc-net-sctp.ts`.
 *
 * Source: proc_pid_net(5), net/ipv4/tcp_ipv4.c (`tcp4_seq_show`), net/ipv6/tcp_ipv6.c, net/ipv4/udp.c
 * (`udp4_format_sock`), net/ipv6/datagram.c (`__ip6_dgram_sock_seq_show`), net/ipv4/raw.c.
 */
import type { Family, SocketProtocol } from '../model/protocol.ts'
import {
  familyCode,
  protocolCode,
  type SocketColumns,
  stateCode,
  timerCode,
  UNTOLD,
} from '../model/socket-columns.ts'
import { KERNEL_STATES, toldUid } from './sock-diag.ts'
import { COLON, type TableProgress, TextScanner } from './text-scanner.ts'

export { decodeProcNetSctp } from './proc-net-sctp.ts'
export { decodeProcNetUnix } from './proc-net-unix.ts'

/** What the rows of one table have in common. */
export interface ProcNetContext {
  readonly protocol: Exclude<SocketProtocol, 'unix'>
  readonly family: Exclude<Family, 'unix'>
  readonly netns: number
  /** The byte order of the machine that wrote the text: addresses are words in it. */
  readonly littleEndian: boolean
}

/**
 * Appends the rows of one table to `columns`. For raw sockets the local port is the IP protocol, as in
 * the answers of sock_diag.
 */
export function decodeProcNet(
  bytes: Uint8Array,
  columns: SocketColumns,
  context: ProcNetContext,
): TableProgress {
  const scanner = new TextScanner(bytes)
  const row = new ProcNetRow(context)
  const start = columns.length
  let skipped = 0
  for (let line = 0; scanner.at < bytes.length; line++) {
    const end = scanner.lineEnd()
    if (end < 0) {
      skipped++
      break
    }
    if (row.read(scanner)) row.append(columns)
    else if (line > 0) skipped++
    scanner.at = end + 1
  }
  return { rows: columns.length - start, skipped }
}

/** One line, read as a whole before it becomes a row: a broken line leaves no trace. */
class ProcNetRow {
  readonly #addressLength: number
  readonly #swap: number
  readonly #protocol: number
  readonly #family: number
  readonly #netns: number
  readonly #states: Uint8Array
  readonly #hasDrops: boolean
  readonly #local = new Uint8Array(16)
  readonly #peer = new Uint8Array(16)
  #localPort = 0
  #peerPort = 0
  #state = 0
  #sendQueue = 0
  #receiveQueue = 0
  #timer = 0
  #ticks = 0
  #retransmits = 0
  #uid = 0
  #inode = 0
  #drops = UNTOLD

  constructor(context: ProcNetContext) {
    this.#addressLength = context.family === 'ipv4' ? 4 : 16
    this.#swap = context.littleEndian ? 3 : 0
    this.#protocol = protocolCode(context.protocol)
    this.#family = familyCode(context.family)
    this.#netns = context.netns
    this.#states = context.protocol === 'tcp' ? TCP_STATE : DATAGRAM_STATE
    this.#hasDrops = context.protocol !== 'tcp'
  }

  /** `sl: local:port peer:port st tx:rx tr:when retrnsmt uid timeout inode [ref pointer drops]` */
  read(from: TextScanner): boolean {
    if (from.decimal() < 0 || from.character(COLON) < 0) return false
    if (from.hexBytes(this.#addressLength, this.#local) < 0 || from.character(COLON) < 0) return false
    this.#localPort = from.hex()
    if (from.hexBytes(this.#addressLength, this.#peer) < 0 || from.character(COLON) < 0) return false
    this.#peerPort = from.hex()
    this.#state = from.hex()
    this.#sendQueue = from.hex()
    if (from.character(COLON) < 0) return false
    this.#receiveQueue = from.hex()
    this.#timer = from.hex()
    if (from.character(COLON) < 0) return false
    this.#ticks = from.hex()
    this.#retransmits = from.hex()
    this.#uid = from.decimal()
    from.decimal()
    this.#inode = from.decimal()
    if (!(this.#localPort >= 0 && this.#peerPort >= 0 && this.#state >= 0)) return false
    if (this.#localPort > 0xffff || this.#peerPort > 0xffff) return false
    this.#drops = UNTOLD
    if (this.#hasDrops) {
      from.decimal()
      from.word()
      const drops = from.decimal()
      if (drops >= 0) this.#drops = Math.min(drops, UNTOLD - 1)
    }
    return this.#ticks >= 0 && this.#retransmits >= 0 && this.#uid >= 0 && this.#inode >= 0
  }

  append(columns: SocketColumns): void {
    const row = columns.add()
    columns.protocol[row] = this.#protocol
    columns.family[row] = this.#family
    columns.netns[row] = this.#netns
    const base = row * 16
    for (let i = 0; i < this.#addressLength; i++) {
      columns.local[base + (i ^ this.#swap)] = this.#local[i]!
      columns.peer[base + (i ^ this.#swap)] = this.#peer[i]!
    }
    columns.localPort[row] = this.#localPort
    columns.peerPort[row] = this.#peerPort
    const state =
      this.#state === KERNEL_STATES.close && this.#localPort === 0 ? UNBOUND : this.#states[this.#state]
    columns.state[row] = state ?? CLOSED
    columns.receiveQueue[row] = Math.min(this.#receiveQueue, MAX_U32)
    columns.sendQueue[row] = state === LISTEN ? UNTOLD : Math.min(this.#sendQueue, MAX_U32)
    if (this.#timer !== 0) {
      columns.timer[row] = TIMERS[this.#timer] ?? TIMER_OTHER
      columns.timerMs[row] = Math.min(this.#ticks * TICK_MS, MAX_U32)
    }
    columns.retransmits[row] = Math.min(this.#retransmits, 0xff)
    columns.uid[row] = toldUid(this.#uid, this.#inode)
    columns.inode[row] = this.#inode
    columns.drops[row] = this.#drops
  }
}

const MAX_U32 = 0xffffffff
/** USER_HZ is 100 in every kernel for user space: `jiffies_delta_to_clock_t`. */
const TICK_MS = 10

const CLOSED = stateCode('closed')
const LISTEN = stateCode('listen')
const UNBOUND = stateCode('unconnected')
const TIMER_OTHER = timerCode('other')

/** State code by kernel number, as `sock-diag.ts` has them: CLOSE with a port is "bound". */
const TCP_STATE = Uint8Array.from({ length: 13 }, (_, kernel) => {
  for (const [name, number] of Object.entries(KERNEL_STATES)) if (number === kernel) return codeOf(name)
  return CLOSED
})

/** Datagram and raw sockets use two of TCP's states: 1 is connected, 7 is not. */
const DATAGRAM_STATE = TCP_STATE.map((code, kernel) =>
  kernel === KERNEL_STATES.established ? stateCode('connected') : code,
)

function codeOf(name: string): number {
  if (name === 'close') return stateCode('bound')
  if (name === 'new-syn-recv') return stateCode('syn-recv')
  return stateCode(name as Parameters<typeof stateCode>[0])
}

/** Timer numbers of `get_tcp4_sock`. */
const TIMERS = Uint8Array.from([
  timerCode('none'),
  timerCode('retransmit'),
  timerCode('keepalive'),
  timerCode('time-wait'),
  timerCode('probe'),
  timerCode('delayed-ack'),
])
