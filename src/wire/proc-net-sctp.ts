/**
 * The tables of SCTP in `/proc/net/sctp`: `eps` (endpoints) and `assocs` (associations).
 *
 * Answers: endpoints, state, queues, user, inode. An SCTP endpoint has several addresses; of each side the row keeps
 * the primary one (`*`), else the first. Written from the source alone, net/sctp/proc.c (`sctp_eps_seq_show`,
 * `sctp_assocs_seq_show`), and not yet tried against a kernel that has SCTP.
 */
import { type Address, addressBytes, familyOf, isAddress, parseAddress } from '../model/address.ts'
import { familyCode, protocolCode, type SocketColumns, stateCode, UNTOLD } from '../model/socket-columns.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import { ASSOCIATION_STATE } from './sock-diag.ts'
import type { TableProgress } from './text-scanner.ts'

/**
 * Appends the rows of one table. An endpoint that is connected (one-to-one style) is left to `assocs`, which has it too.
 */
export function decodeProcNetSctp(
  bytes: Uint8Array,
  table: 'eps' | 'assocs',
  columns: SocketColumns,
  netns: number,
): TableProgress {
  const lines = lossyUtf8(bytes).split('\n')
  const start = columns.length
  let skipped = lines.pop() === '' ? 0 : 1
  for (const line of lines) {
    const words = line.trim().split(/\s+/)
    if (words.length === 1 || words[1] === 'SOCK') continue
    const socket = table === 'eps' ? endpoint(words) : association(words)
    if (socket === 'malformed') skipped++
    else if (socket !== 'elsewhere') append(socket, columns, netns)
  }
  return { rows: columns.length - start, skipped }
}

interface SctpSocket {
  readonly state: number
  readonly local: Address
  readonly peer: Address | null
  readonly numbers: {
    readonly localPort: number
    readonly peerPort: number
    readonly uid: number
    readonly inode: number
    readonly send: number
    readonly receive: number
  }
}

/** `ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS` */
function endpoint(words: readonly string[]): SctpSocket | 'malformed' | 'elsewhere' {
  const [, , , kernelState = '', , localPort, uid, inode, ...addresses] = words
  const local = primary(addresses)
  const state = ENDPOINT_STATES.get(kernelState)
  if (local === null) return 'malformed'
  if (state === undefined) return 'elsewhere'
  return checked({
    state,
    local,
    peer: null,
    numbers: {
      localPort: number(localPort),
      peerPort: 0,
      uid: number(uid),
      inode: number(inode),
      send: 0,
      receive: 0,
    },
  })
}

/**
 * `ASSOC SOCK STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS HBINT INS OUTS …`
 */
function association(words: readonly string[]): SctpSocket | 'malformed' {
  const arrow = words.indexOf('<->')
  const [, , , , kernelState = '', , , send, receive, uid, inode, localPort, peerPort] = words
  if (arrow < 13) return 'malformed'
  const local = primary(words.slice(13, arrow))
  const peer = primary(words.slice(arrow + 1))
  if (local === null || peer === null) return 'malformed'
  return checked({
    state: ASSOCIATION_STATE[number(kernelState)] ?? CLOSED,
    local,
    peer,
    numbers: {
      localPort: number(localPort),
      peerPort: number(peerPort),
      uid: number(uid),
      inode: number(inode),
      send: number(send),
      receive: number(receive),
    },
  })
}

const number = (word: string | undefined): number =>
  word !== undefined && /^\d{1,10}$/.test(word) ? Number(word) : -1

function checked(socket: SctpSocket): SctpSocket | 'malformed' {
  const { numbers, local, peer } = socket
  if (Object.values(numbers).some(value => value < 0)) return 'malformed'
  if (numbers.localPort > 0xffff || numbers.peerPort > 0xffff) return 'malformed'
  return peer === null || familyOf(peer) === familyOf(local) ? socket : 'malformed'
}

/** The address marked with a star, else the first; null if the words don't begin with an address. */
function primary(words: readonly string[]): Address | null {
  let first: Address | null = null
  for (const word of words) {
    const starred = word.startsWith('*')
    const text = starred ? word.slice(1) : word
    if (!isAddress(text)) break
    if (starred) return parseAddress(text)
    first ??= parseAddress(text)
  }
  return first
}

function append(socket: SctpSocket, columns: SocketColumns, netns: number): void {
  const { local, peer, numbers, state } = socket
  const row = columns.add()
  columns.protocol[row] = SCTP
  columns.family[row] = familyCode(familyOf(local))
  columns.state[row] = state
  columns.netns[row] = netns
  columns.local.set(addressBytes(local), row * 16)
  if (peer !== null) columns.peer.set(addressBytes(peer), row * 16)
  columns.localPort[row] = numbers.localPort
  columns.peerPort[row] = numbers.peerPort
  columns.uid[row] = numbers.uid
  columns.inode[row] = numbers.inode
  columns.receiveQueue[row] = numbers.receive
  columns.sendQueue[row] = state === LISTEN ? UNTOLD : numbers.send
}

const SCTP = protocolCode('sctp')
const LISTEN = stateCode('listen')
const CLOSED = stateCode('closed')

/** SCTP_SS_CLOSED 7, SCTP_SS_LISTENING 10 (include/net/sctp/constants.h). */
const ENDPOINT_STATES = new Map([
  ['7', stateCode('bound')],
  ['10', LISTEN],
])
