/**
 * Reads the sockets of one network namespace through NETLINK_SOCK_DIAG.
 *
 * The kernel filters by state and port and sends only what was asked for; the rest of a query is checked in
 * `sockets.ts`. A protocol whose diag module is missing (raw sockets on many kernels) is left to `/proc`.
 */
import type { SocketProtocol } from '../../model/protocol.ts'
import { PROTOCOL_NUMBERS, SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { SocketState } from '../../model/socket.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import {
  AF_INET,
  AF_INET6,
  decodeInetDiag,
  EXT_INFO,
  EXT_SKMEMINFO,
  encodeInetDiagRequest,
  encodeTcpDiagRequest,
  KERNEL_STATES,
} from '../../wire/sock-diag.ts'
import type { SocketQuery } from '../os.ts'
import type { NetlinkSource } from './sources.ts'

export interface ReadResult {
  /** 0, or the kernel's reason. */
  readonly errno: number
  readonly interrupted: boolean
}

export class DiagReader {
  readonly #socket: NetlinkSource
  readonly #netns: number

  constructor(socket: NetlinkSource, netns: number) {
    this.#socket = socket
    this.#netns = netns
  }

  /** Appends the sockets of one protocol and internet family; `both` families at once only of TCP. */
  readInet(
    protocol: Exclude<SocketProtocol, 'unix'>,
    family: 'ipv4' | 'ipv6' | 'both',
    query: SocketQuery,
    columns: SocketColumns,
  ): ReadResult {
    const details = query.details ?? []
    const asked = {
      states: stateBits(protocol, query.states),
      extensions: (details.includes('tcp') ? EXT_INFO : 0) | (details.includes('queues') ? EXT_SKMEMINFO : 0),
      ...(query.localPort === undefined ? {} : { localPort: query.localPort }),
      ...(query.peerPort === undefined ? {} : { peerPort: query.peerPort }),
    }
    const request =
      family === 'both'
        ? encodeTcpDiagRequest(asked)
        : encodeInetDiagRequest({
            family: family === 'ipv4' ? AF_INET : AF_INET6,
            protocol: PROTOCOL_NUMBERS[protocol],
            ...asked,
          })
    const context = {
      protocol: SOCKET_PROTOCOLS.indexOf(protocol),
      netns: this.#netns,
      compat: family === 'both',
    }
    const { errno, interrupted } = this.#socket.dump(request, (views, length) =>
      decodeInetDiag(views, length, columns, context),
    )
    return { errno, interrupted }
  }

  async readUnix(query: SocketQuery, columns: SocketColumns): Promise<ReadResult> {
    const { decodeUnixDiag, encodeUnixDiagRequest, UNIX_SHOW_ALL } = await import('../../wire/unix-diag.ts')
    const request = encodeUnixDiagRequest(stateBits('unix', query.states), UNIX_SHOW_ALL, 1)
    const { errno, interrupted } = this.#socket.dump(request, (views, length) =>
      decodeUnixDiag(views, length, columns, this.#netns),
    )
    return { errno, interrupted }
  }

  /** Sends a request of another kind; gives the errno of its answer. */
  ask(request: Uint8Array, read: Parameters<NetlinkSource['dump']>[1]): number {
    return this.#socket.dump(request, read).errno
  }

  close(): void {
    this.#socket.close()
  }
}

const bit = (state: keyof typeof KERNEL_STATES): number => 1 << KERNEL_STATES[state]

/** Which kernel states a state of ours can come from. */
const STATE_BITS: Readonly<Record<SocketState, number>> = {
  listen: bit('listen'),
  bound: bit('close') | bit('bound-inactive'),
  unconnected: bit('close'),
  closed: bit('close'),
  established: bit('established'),
  connected: bit('established'),
  'syn-sent': bit('syn-sent'),
  'syn-recv': bit('syn-recv') | bit('new-syn-recv'),
  'fin-wait-1': bit('fin-wait-1'),
  'fin-wait-2': bit('fin-wait-2'),
  'time-wait': bit('time-wait'),
  'close-wait': bit('close-wait'),
  'last-ack': bit('last-ack'),
  closing: bit('closing'),
}

const PEER_TELLS = STATE_BITS.connected | STATE_BITS.unconnected

const ALL_STATES = Object.values(STATE_BITS).reduce((all, bits) => all | bits, 0)

function stateBits(protocol: SocketProtocol, states: readonly SocketState[] | undefined): number {
  if (states === undefined) return ALL_STATES
  const bits = states.reduce((all, state) => all | STATE_BITS[state], 0)
  // Which of the two a unix datagram socket is in, its peer tells.
  if (protocol === 'unix' && bits & PEER_TELLS) return bits | PEER_TELLS
  // Only TCP keeps bound sockets apart; the others file them under CLOSE.
  return protocol === 'tcp' && !states.includes('closed') ? bits & ~bit('close') : bits
}
