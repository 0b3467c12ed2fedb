/** What the stage says of the sockets on it: the truth, by the word of the program that made them. */
import type { NoOwnerReason } from '../../../src/model/owner.ts'
import type { Family, SocketProtocol } from '../../../src/model/protocol.ts'
import type { SocketState } from '../../../src/model/socket.ts'

export interface StagedSocket {
  /** Names the case; no two are the same. */
  readonly label: string
  readonly protocol: SocketProtocol
  readonly family: Family
  readonly state: SocketState
  /** An address with its zone, or a unix socket's name. */
  readonly local: string
  /** Absent for unix sockets. */
  readonly port?: number
  readonly peer?: string
  readonly peerPort?: number
  /** 0 when no process has a descriptor. */
  readonly inode: number
  /** Absent where nobody could ask the socket. */
  readonly cookie?: string | undefined
  readonly uid?: number
  /** Every process that holds it. */
  readonly pids: readonly number[]
  /** Why there is none, for somebody who may look into every process. */
  readonly noOwner?: NoOwnerReason
  /** What a person would call the holder. */
  readonly name?: string
  readonly v6only?: boolean
  readonly kind?: string
  /** The interface that it is bound to. */
  readonly interface?: string
  readonly acceptQueue?: { readonly length: number; readonly limit: number }
  readonly queue?: { readonly receive?: number; readonly send?: number }
  readonly timer?: string
  /** Something was dropped; how much is the kernel's affair. */
  readonly drops?: true
  /** The unit whose control group it was opened in, where its process is in another one now. */
  readonly unit?: string
  /** Lives in the second namespace. */
  readonly far?: true
}

/** A case that this machine can't show. */
export interface AbsentCase {
  readonly label: string
  readonly reason: string
}

export interface StageReport {
  readonly sockets: readonly StagedSocket[]
  readonly absent: readonly AbsentCase[]
  /** Every process of the stage that may hold a socket. */
  readonly pids: readonly number[]
}
