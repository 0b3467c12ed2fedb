/**
 * Sockets that are about to connect, without waiting (O_NONBLOCK), and one poll(2) over all of them: raw system calls, since Node makes
 * an object of each and tells less of how it ended.
 *
 * The error queue is on (IP_RECVERR), so that an ICMP error is told from a reset, and comes at once even where the kernel would else keep
 * it until it sends again (`tcp_v4_err`, `tcp_v6_err`: the socket is in use while connect(2) runs).
 */
import { type Address, familyOf, withoutZone, zoneOf } from '../../model/address.ts'
import { AF_INET, AF_INET6, encodeSocketAddress } from '../../wire/socket-address.ts'
import { type Libc, offHeap } from '../ffi.ts'
import {
  OPEN,
  outcomeAtOnce,
  outcomeLater,
  outcomeOfIcmp,
  type ProbeOutcome,
  SELF,
  SILENT,
} from '../probe-outcome.ts'
import type { ProbePlan } from '../probe-plan.ts'
import type { ProbeRun, Trial } from '../probe-run.ts'
import { errnoName } from './errno-name.ts'
import { QueuedErrors } from './queued-errors.ts'

const SOCK_STREAM = 1
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const [SO_ERROR, SO_LINGER, SO_BINDTODEVICE] = [4, 13, 25] as const
const [SOL_IP, IP_RECVERR, IP_BIND_ADDRESS_NO_PORT] = [0, 11, 24] as const
const [SOL_IPV6, IPV6_RECVERR] = [41, 25] as const
const [POLLOUT, POLLERR, POLLHUP] = [4, 8, 16] as const
const EINPROGRESS = 115
const ECONNREFUSED = 111
/** `fragmentation needed` and `packet too big` change what is sent, not what is answered. */
const ABOUT_SIZE: ReadonlySet<string> = new Set(['icmp-3/4', 'icmpv6-2/0'])

/** Bytes of the kernel's for one target: its address, whose port is put in at each try. */
interface To {
  readonly family: number
  readonly bytes: Uint8Array
}

export interface Links {
  /** The number of an interface, 0 for none of that name. */
  readonly indexOf: (zone: string) => number
  /** Whether the kernel sends to that address without a gateway, and has looked for it on the link in vain. */
  readonly isMissingOnLink: (to: Address) => boolean
}

export class ConnectingSockets {
  readonly #libc: Libc
  readonly #isMissingOnLink: Links['isMissingOnLink']
  readonly #plan: ProbePlan
  readonly #targets: readonly To[]
  readonly #source: Uint8Array | undefined
  readonly #device: Buffer | undefined
  readonly #trials: Trial[] = []
  readonly #errors: QueuedErrors
  /** `struct pollfd`: descriptor i32, events i16, revents i16. */
  readonly entries: Buffer
  readonly #wide: Int32Array
  readonly #short: Int16Array
  readonly #address = offHeap(28)
  readonly #other = offHeap(28)
  readonly #length = offHeap(4)
  readonly #number = offHeap(8)
  readonly #lengthInt = new Int32Array(this.#length.buffer, this.#length.byteOffset, 1)
  readonly #numberInts = new Int32Array(this.#number.buffer, this.#number.byteOffset, 2)

  constructor(libc: Libc, plan: ProbePlan, most: number, { indexOf, isMissingOnLink }: Links) {
    this.#libc = libc
    this.#plan = plan
    this.#isMissingOnLink = isMissingOnLink
    this.#errors = new QueuedErrors(libc)
    const encoded = (address: ProbePlan['targets'][number]): Uint8Array => {
      const zone = zoneOf(address)
      return encodeSocketAddress(address, 0, zone === undefined ? 0 : Number(zone) || indexOf(zone))
    }
    this.#targets = plan.targets.map(address => ({
      family: familyOf(address) === 'ipv4' ? AF_INET : AF_INET6,
      bytes: encoded(address),
    }))
    this.#source = plan.source === undefined ? undefined : encoded(plan.source)
    this.#device = plan.device === undefined ? undefined : offHeap(plan.device.length + 1)
    this.#device?.write(`${plan.device}\0`, 'latin1')
    this.entries = offHeap(8 * most)
    this.#wide = new Int32Array(this.entries.buffer, this.entries.byteOffset, 2 * most)
    this.#short = new Int16Array(this.entries.buffer, this.entries.byteOffset, 4 * most)
  }

  get count(): number {
    return this.#trials.length
  }

  /** When the first of them has waited long enough; Infinity with none. */
  get deadlineAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { deadlineAt } of this.#trials) if (deadlineAt < first) first = deadlineAt
    return first
  }

  /** Begins a try; one that ends within the call is told at once. */
  begin(trial: Trial, run: ProbeRun): void {
    const libc = this.#libc
    const { family, bytes } = this.#targets[trial.target]!
    const fd = libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
    if (fd < 0) {
      run.end(trial, outcomeAtOnce(errnoName(libc.errno())), performance.now())
      return
    }
    const refused = this.#prepare(fd, family)
    if (refused !== null) {
      libc.close(fd)
      run.end(trial, { kind: 'impossible', code: refused }, performance.now())
      return
    }
    const port = this.#plan.ports[trial.port]!
    this.#address.set(bytes)
    this.#address[2] = port >> 8
    this.#address[3] = port & 0xff
    // Connected within the call: poll finds it writable.
    const errno = libc.connect(fd, this.#address, bytes.length) === 0 ? 0 : libc.errno()
    if (errno !== 0 && errno !== EINPROGRESS) {
      const code = errnoName(errno)
      libc.close(fd)
      // What comes back within the call is no less an answer.
      const answered = code === 'ECONNREFUSED' || code === 'ECONNRESET'
      run.end(trial, answered ? outcomeLater(code) : outcomeAtOnce(code), performance.now())
      return
    }
    const at = this.#trials.length
    this.#wide[2 * at] = fd
    this.#short[4 * at + 2] = POLLOUT
    this.#short[4 * at + 3] = 0
    this.#trials.push(trial)
  }

  /** Looks at all of them, without waiting, and tells which have ended. Answers come before time that is over. */
  settle(run: ProbeRun): boolean {
    if (this.#trials.length === 0) return false
    this.#libc.poll(this.entries, this.#trials.length, 0)
    const now = performance.now()
    let any = false
    for (let at = this.#trials.length - 1; at >= 0; at--) {
      const trial = this.#trials[at]!
      const seen = this.#short[4 * at + 3]!
      const outcome =
        seen === 0 ? null : this.#outcomeOf(this.#wide[2 * at]!, seen, this.#plan.targets[trial.target]!)
      if (outcome === null && trial.deadlineAt > now) continue
      this.#end(at, outcome ?? SILENT)
      run.end(trial, outcome ?? SILENT, now)
      any = true
    }
    return any
  }

  close(): void {
    while (this.#trials.length > 0) this.#end(this.#trials.length - 1, SILENT)
  }

  /** What is wanted of every socket; what the kernel said where it refused. */
  #prepare(fd: number, family: number): string | null {
    const libc = this.#libc
    this.#numberInts[0] = 1
    const [level, option] = family === AF_INET ? [SOL_IP, IP_RECVERR] : [SOL_IPV6, IPV6_RECVERR]
    libc.setsockopt(fd, level, option, this.#number, 4)
    if (this.#device !== undefined) {
      const { length } = this.#plan.device!
      if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, this.#device, length + 1) < 0)
        return errnoName(libc.errno())
    }
    if (this.#source === undefined) return null
    // The port is chosen at connect(2), when the other end is known: thousands then share one.
    libc.setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, this.#number, 4)
    this.#other.set(this.#source)
    return libc.bind(fd, this.#other, this.#source.length) < 0 ? errnoName(libc.errno()) : null
  }

  /** Null: it isn't over. */
  #outcomeOf(fd: number, seen: number, target: Address): ProbeOutcome | null {
    this.#lengthInt[0] = 4
    this.#libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, this.#number, this.#length)
    const errno = this.#numberInts[0]!
    const error = (seen & (POLLERR | POLLHUP)) === 0 ? null : this.#icmpOf(fd)
    if (error !== null) return outcomeOfIcmp(error.said, this.#teller(fd, error.from, target))
    if (errno !== 0) return outcomeLater(nameOf(errno), null)
    if ((seen & POLLOUT) === 0) return null
    return this.#isSelf(fd) ? SELF : OPEN
  }

  /** The first error in the queue that says something about the port: `icmp-3/13`. */
  #icmpOf(fd: number): { readonly said: string; readonly from: string | undefined } | null {
    for (let i = 0; i < MOST_ERRORS; i++) {
      const error = this.#errors.take(fd)
      if (error === null) return null
      if (error.origin === 'local') continue
      const said = `${error.origin === 'icmp' ? 'icmp' : 'icmpv6'}-${error.type}/${error.code}`
      if (!ABOUT_SIZE.has(said)) return { said, from: error.from }
    }
    return null
  }

  #teller(fd: number, from: string | undefined, target: Address): 'other' | 'this-host' | 'link' {
    if (from === undefined || !this.#isOurs(fd, from, target)) return 'other'
    return this.#isMissingOnLink(target) ? 'link' : 'this-host'
  }

  /** Whether an error came from our own end: a filter of ours, or no neighbour answered (`ipv4_link_failure`). */
  #isOurs(fd: number, from: string, target: Address): boolean {
    if (from === withoutZone(target)) return false
    this.#lengthInt[0] = 28
    if (this.#libc.getsockname(fd, this.#other, this.#length) < 0) return false
    const ours = encodeSocketAddress(from as Address, 0)
    const start = ours.length === 16 ? 4 : 8
    return ours
      .subarray(start, start + (start === 4 ? 4 : 16))
      .every((byte, i) => this.#other[start + i] === byte)
  }

  /** A port that was given to this very socket: it met itself (RFC 9293 section 3.5, simultaneous open). */
  #isSelf(fd: number): boolean {
    this.#lengthInt[0] = 28
    this.#libc.getsockname(fd, this.#address, this.#length)
    const length = this.#lengthInt[0]!
    this.#lengthInt[0] = 28
    if (this.#libc.getpeername(fd, this.#other, this.#length) < 0) return false
    return this.#address.subarray(0, length).equals(this.#other.subarray(0, length))
  }

  /** A connection ends as it should: a reset brings down programs that don't expect one. What met itself bothers nobody. */
  #end(at: number, outcome: ProbeOutcome): void {
    const libc = this.#libc
    const fd = this.#wide[2 * at]!
    if (outcome === SELF) {
      this.#numberInts.set([1, 0])
      libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, this.#number, 8)
    }
    libc.close(fd)
    const last = this.#trials.length - 1
    this.#trials[at] = this.#trials[last]!
    this.#trials.pop()
    this.#wide[2 * at] = this.#wide[2 * last]!
    this.#wide[2 * at + 1] = this.#wide[2 * last + 1]!
  }
}

/** Nearly all are one and the same. */
const nameOf = (errno: number): string => (errno === ECONNREFUSED ? 'ECONNREFUSED' : errnoName(errno))

/** Of one socket; more would be a flood. */
const MOST_ERRORS = 8
