/**
 * A program over the port space: what is done to sockets, one action after the other, and what came of each.
 *
 * The same programs are run by the model (`space.ts`) and by a kernel (`test/kernel/space/`). Ports are real numbers
 * here; whoever runs many programs in one namespace gives each a block of ports of its own, because TIME_WAIT outlives
 * a program.
 */
import type { Family, Protocol } from '../protocol.ts'

export type SpaceProtocol = Protocol

/** What a namespace is like before the first action. */
export interface Surroundings {
  /** Lowest and highest ephemeral port, `net.ipv4.ip_local_port_range`. */
  readonly range: readonly [number, number]
  /** Ports that are never chosen, `net.ipv4.ip_local_reserved_ports`. */
  readonly reserved: readonly number[]
  /** `net.ipv4.ip_unprivileged_port_start`: lower ports take a privilege to bind. */
  readonly floor: number
  /** `net.ipv4.ip_autobind_reuse`. */
  readonly autobindReuse: boolean
  /** `net.ipv4.tcp_tw_reuse`: 0 never, 1 always, 2 on loopback. */
  readonly timeWaitReuse: 0 | 1 | 2
  /** The addresses of the namespace's devices. 127.0.0.0/8 and ::1 belong to `lo`. */
  readonly addresses: readonly { readonly device: string; readonly address: string }[]
}

export interface End {
  readonly address: string
  readonly port: number
}

/** Names a socket within a program. */
export type SocketId = number

export type Action =
  /** `uid`: the socket's owner; 0 has every privilege, others have none. */
  | {
      readonly do: 'socket'
      readonly id: SocketId
      readonly protocol: SpaceProtocol
      readonly family: Exclude<Family, 'unix'>
      readonly uid: number
    }
  | {
      readonly do: 'set'
      readonly id: SocketId
      /** `noPort`: IP_BIND_ADDRESS_NO_PORT. */
      readonly option: 'reuseAddress' | 'reusePort' | 'v6only' | 'noPort'
      readonly on: boolean
    }
  /** SO_BINDTODEVICE; null takes it off. */
  | { readonly do: 'device'; readonly id: SocketId; readonly device: string | null }
  /** IP_LOCAL_PORT_RANGE; 0 for a half that is not set. */
  | { readonly do: 'range'; readonly id: SocketId; readonly low: number; readonly high: number }
  /** Port 0: let the system choose. */
  | { readonly do: 'bind'; readonly id: SocketId; readonly address: string; readonly port: number }
  | { readonly do: 'listen'; readonly id: SocketId }
  /**
   * `port` may name another socket instead, `{ of: id }`: the port that socket has then, for those that were chosen by the
   * system. Peers are always sockets of the same namespace.
   */
  | {
      readonly do: 'connect'
      readonly id: SocketId
      readonly address: string
      readonly port: number | { readonly of: SocketId }
    }
  /** connect() with AF_UNSPEC. */
  | { readonly do: 'disconnect'; readonly id: SocketId }
  /** Takes the first connection that waits at a listener. `as`: the new socket's id. */
  | { readonly do: 'accept'; readonly id: SocketId; readonly as: SocketId }
  | { readonly do: 'shutdown'; readonly id: SocketId; readonly how: 'read' | 'write' | 'both' }
  /** `abort`: with SO_LINGER of 0 seconds, so that TCP resets. */
  | { readonly do: 'close'; readonly id: SocketId; readonly abort?: boolean }
  /** A datagram from one socket to an endpoint; who gets it is the outcome's `receiver`. */
  | {
      readonly do: 'send'
      readonly id: SocketId
      readonly address: string
      readonly port: number | { readonly of: SocketId }
    }

export interface Program {
  readonly surroundings: Surroundings
  readonly actions: readonly Action[]
}

/**
 * What an action came to. For `connect`, which never blocks: OK once established, EINPROGRESS while it is not
 * (its SYN is not answered), ECONNREFUSED when reset. For `accept`: EAGAIN when nothing waits.
 */
export interface Outcome {
  /** `OK` or the errno's name, as in errno(3). */
  readonly errno: string
  /**
   * getsockname() of the acting socket afterwards (of the accepted one after `accept`); absent after `close`, and where it
   * can't be had.
   */
  readonly local?: End
  /** Of `accept`: the peer's endpoint, getpeername(). */
  readonly peer?: End
  /** Of `send`: the sockets that got the datagram, each with what it saw as the source; of `connect`: the listener at
   * whose queue the connection waits. Null when nobody did. */
  readonly receiver?: SocketId | null
}

/**
 * What the model says an action may come to. Where the kernel chooses by chance, all its choices are allowed, and none
 * that it can't make.
 */
export interface Expectation {
  /** Usually one; two where chance decides whether there is a way. */
  readonly errnos: readonly string[]
  /** With OK: the local address afterwards. Absent: not judged. */
  readonly address?: string
  /** With OK: the ports that may have been given. Absent: not judged. */
  readonly ports?: (port: number) => boolean
  /** With OK: the port that was drawn, in a space that lives (`living.ts`). */
  readonly drawn?: number
  /** With OK: who may have got it, by the port that it was sent from. Absent: not judged. */
  readonly receivers?: (port: number) => readonly (SocketId | null)[]
}
