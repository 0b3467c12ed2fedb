/**
 * Waiting for descriptors that the event loop can't be given: one thread waits for all of them (epoll(7)), so that a hundred
 * waits take no more of Node's threads than one.
 *
 * A set of epoll can be changed while somebody waits for it, and is readable itself when one of its descriptors is.
 */
import { type Libc, offHeap } from '../ffi.ts'

export const POLLIN = 1
export const POLLOUT = 4
export const POLLERR = 8
const EPOLL_CLOEXEC = 0o2000000
const [EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD] = [1, 2, 3]
/** Wakes a wait that nobody needs any more: a socket of UDP can always be written to. */
const [AF_INET, SOCK_DGRAM, SOCK_CLOEXEC] = [2, 2, 0o2000000]
/** The thread comes back so often in any case, milliseconds. */
const SLICE_MS = 1000

export interface Awaited {
  readonly fd: number
  /** POLLIN, POLLOUT; POLLERR is always looked for. */
  readonly events: number
}

interface Waiter {
  readonly awaited: readonly Awaited[]
  readonly wake: () => void
}

export class Readiness {
  readonly #libc: Libc
  readonly #set: number
  readonly #alarm: number
  readonly #waiters = new Set<Waiter>()
  /** Descriptors that are in the set. */
  readonly #followed = new Set<number>()
  readonly #event = offHeap(16)
  #waiting = false
  #alarmed = false

  constructor(libc: Libc) {
    this.#libc = libc
    this.#set = libc.epoll_create1(EPOLL_CLOEXEC)
    this.#alarm = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (this.#set < 0 || this.#alarm < 0) throw new Error(`epoll_create1: errno ${libc.errno()}`)
  }

  /**
   * Resolves when one of them is ready, or the time is over (milliseconds): what is ready, by place, 0 for nothing. Rejects with
   * the signal's reason.
   */
  async wait(
    awaited: readonly Awaited[],
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<readonly number[]> {
    signal?.throwIfAborted()
    const now = this.#look(awaited)
    if (timeoutMs <= 0 || now.some(events => events !== 0)) return now
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiters.delete(waiter)
        for (const { fd } of awaited) this.#follow(fd)
        if (this.#waiters.size === 0) this.#ring()
      }
      const waiter: Waiter = {
        awaited,
        wake: () => {
          end()
          resolve()
        },
      }
      const abort = (): void => {
        end()
        reject(signal?.reason)
      }
      const timer = setTimeout(waiter.wake, timeoutMs)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiters.add(waiter)
      for (const { fd } of awaited) this.#follow(fd)
      void this.#run()
    })
    return this.#look(awaited)
  }

  /** Has the set look for what anybody awaits of that descriptor. */
  #follow(fd: number): void {
    let events = 0
    for (const { awaited } of this.#waiters)
      for (const one of awaited) if (one.fd === fd) events |= one.events
    const before = this.#followed.has(fd)
    if (events === 0) this.#followed.delete(fd)
    else this.#followed.add(fd)
    const operation = events === 0 ? EPOLL_CTL_DEL! : before ? EPOLL_CTL_MOD! : EPOLL_CTL_ADD!
    if (before || events !== 0) this.#change(operation, { fd, events })
  }

  /** What is ready now, by place. */
  #look(awaited: readonly Awaited[]): readonly number[] {
    const entries = offHeap(8 * awaited.length).fill(0)
    // struct pollfd: descriptor i32, events i16, revents i16, in the order of this machine.
    const wide = new Int32Array(entries.buffer, entries.byteOffset, 2 * awaited.length)
    const short = new Int16Array(entries.buffer, entries.byteOffset, 4 * awaited.length)
    awaited.forEach(({ fd, events }, i) => {
      wide[2 * i] = fd
      short[4 * i + 2] = events
    })
    this.#libc.poll(entries, awaited.length, 0)
    return awaited.map((_, i) => short[4 * i + 3]!)
  }

  async #run(): Promise<void> {
    if (this.#waiting) return
    this.#waiting = true
    try {
      const entry = offHeap(8)
      while (this.#waiters.size > 0) {
        if (this.#alarmed) this.#silence()
        entry.fill(0)
        new Int32Array(entry.buffer, entry.byteOffset, 1)[0] = this.#set
        new Int16Array(entry.buffer, entry.byteOffset + 4, 1)[0] = POLLIN
        await this.#libc.pollAside(entry, 1, SLICE_MS)
        for (const waiter of [...this.#waiters])
          if (this.#look(waiter.awaited).some(events => events !== 0)) waiter.wake()
      }
    } finally {
      this.#waiting = false
    }
  }

  /** Ends the thread's wait, so that the process may end. */
  #ring(): void {
    if (!this.#waiting || this.#alarmed) return
    this.#alarmed = true
    this.#change(EPOLL_CTL_ADD!, { fd: this.#alarm, events: POLLOUT })
  }

  #silence(): void {
    this.#alarmed = false
    this.#change(EPOLL_CTL_DEL!, { fd: this.#alarm, events: 0 })
  }

  /** `struct epoll_event`: events u32, and eight bytes for us, which stay empty. */
  #change(operation: number, { fd, events }: Awaited): void {
    this.#event.fill(0)
    new Uint32Array(this.#event.buffer, this.#event.byteOffset, 1)[0] = events
    this.#libc.epoll_ctl(this.#set, operation, fd, this.#event)
  }

  close(): void {
    this.#libc.close(this.#set)
    this.#libc.close(this.#alarm)
  }
}

let shared: Readiness | undefined

/** One for the process. */
export function readinessOf(libc: Libc): Readiness {
  shared ??= new Readiness(libc)
  return shared
}
