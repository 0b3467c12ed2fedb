/**
 * Owners: the processes that hold a descriptor of a socket. There can be several, or none for a known reason.
 */
import type { Known, UnknownReason } from './known.ts'

/** A process as its system describes it, at one moment. */
export interface Process {
  /** Together with `startedAt` the identity: pids are reused. */
  readonly pid: number
  /** 0 where there is none. */
  readonly parent: number
  /** What a person would call it: the script of an interpreter, else the program. */
  readonly name: string
  /** The kernel's short name, at most 15 bytes, chosen by the process itself. Anything may be in it. */
  readonly comm: string
  /** The argument list, secrets still in it: mask before showing. Empty for kernel threads. */
  readonly argv: readonly string[]
  readonly cwd: Known<string>
  readonly exe: Known<string>
  readonly uid: number
  /** Milliseconds since 1970, to the clock tick. */
  readonly startedAt: number
  /** Held by a signal or a debugger, so that it does nothing; absent where the system doesn't tell. */
  readonly stopped?: boolean
  /** `shop.service`, `session-2.scope`; absent where there is no systemd unit. */
  readonly unit?: string
  readonly container?: Container
}

export interface Container {
  /** docker, podman, cri-containerd, crio, lxc, nspawn … */
  readonly runtime: string
  readonly id: string
}

/** One holder of one socket. */
export interface Owner {
  readonly pid: number
  /** Descriptor number in that process. */
  readonly fd: number
}

/**
 * Why a socket has no owner to name. The general reasons of `Known`, and those that only sockets have.
 *
 * | reason | the socket |
 * |---|---|
 * | `time-wait` | nobody owns it any more: it waits out late segments and is gone by itself |
 * | `orphaned` | its process closed it; the kernel finishes the conversation |
 * | `half-open` | a handshake in progress: it belongs to the listener on the same endpoint |
 * | `not-accepted` | established, but the listening program has not called accept() yet |
 * | `kernel` | no process holds it, and all could be read: NFS, WireGuard, VXLAN, or a descriptor in flight |
 */
export const NO_OWNER_REASONS = [
  'time-wait',
  'orphaned',
  'half-open',
  'not-accepted',
  'kernel',
  'denied',
  'other-namespace',
  'vanished',
  'unsupported',
  'not-asked',
] as const
export type NoOwnerReason = (typeof NO_OWNER_REASONS)[number] & string
export type { UnknownReason }
