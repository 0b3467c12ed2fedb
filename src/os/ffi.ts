/**
 * The foreign function interface: system calls as functions of integers and bytes.
 *
 * The only importer of koffi. No structs, no callbacks, no strings cross this line: what the kernel reads and
 * writes is encoded and decoded in `wire/`. Buffers must be allocated outside the JavaScript heap
 * (`offHeap`), because koffi hands the kernel their address.
 *
 * koffi is an optional dependency. Without it `openLibc` says why, and callers fall back to what Node can do.
 */
/** The system calls we use, named as in their manual pages. Failures return -1; `errno()` tells the reason. */
export interface Libc {
  errno(): number
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  listen(fd: number, backlog: number): number
  /** `length`: an int of the host, room before and bytes after. */
  getsockname(fd: number, into: Uint8Array, length: Uint8Array): number
  dup2(fd: number, as: number): number
  /** Gives a signal its default action back (SIG_DFL). */
  defaultSignal(number: number): void
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number
  open(path: Uint8Array, flags: number): number
  flock(fd: number, operation: number): number
  close(fd: number): number
  statx(directory: number, path: Uint8Array, flags: number, mask: number, into: Uint8Array): number
  kcmp(pid: number, other: number, kind: number): number
  readlinkat(directory: number, path: Uint8Array, into: Uint8Array, length: number): number
  getdents64(directory: number, into: Uint8Array, length: number): number
  setns(fd: number, kind: number): number
  unshare(kinds: number): number
  /** A descriptor that stands for the process with that pid, whatever becomes of the number (Linux 5.3). */
  pidfd_open(pid: number, flags: number): number
  pidfd_getfd(pidfd: number, fd: number, flags: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  accept4(fd: number, address: null, length: null, flags: number): number
  shutdown(fd: number, how: number): number
  getpeername(fd: number, into: Uint8Array, length: Uint8Array): number
  getsockopt(fd: number, level: number, name: number, into: Uint8Array, length: Uint8Array): number
  sendto(fd: number, bytes: Uint8Array, length: number, flags: number, to: Uint8Array, size: number): number
  poll(fds: Uint8Array, count: number, milliseconds: number): number
  /** `header`: a `struct msghdr` (`wire/message-header.ts`). */
  recvmsg(fd: number, header: Uint8Array, flags: number): number
  epoll_create1(flags: number): number
  epoll_ctl(set: number, operation: number, fd: number, event: Uint8Array): number
  sched_setaffinity(thread: number, length: number, mask: Uint8Array): number
  /** Of the calling thread alone, unlike the C library's function of this name. */
  setresuid(real: number, effective: number, saved: number): number
  pidfd_send_signal(pidfd: number, signal: number): number
  bpf(command: number, attributes: Uint8Array, length: number): number
  /** Where a buffer off the heap begins, for bytes that point to others (`union bpf_attr`). Hold on to the buffer. */
  addressOf(bytes: Uint8Array): bigint
  /** poll(2) on another thread, so that nothing here stands still. Fulfilled with what it returned. */
  pollAside(entries: Uint8Array, count: number, timeoutMs: number): Promise<number>
  /** close(2) on another thread: of a packet socket it waits until no processor uses it any more. */
  closeAside(fd: number): Promise<void>
}

export type Ffi = { readonly libc: Libc } | { readonly missing: string }

/** A buffer outside the JavaScript heap (Node keeps smaller ones on it). */
export const offHeap = (bytes: number): Buffer => Buffer.allocUnsafeSlow(Math.max(bytes, 128))

let opened: Ffi | undefined

/** The C library of this process, or why there is none. Loaded once, in about 10 ms. */
export function openLibc(): Ffi {
  opened ??= load()
  return opened
}

function load(): Ffi {
  if (process.platform === 'win32') return { missing: 'Windows has no C library with these calls' }
  let koffi: typeof import('koffi')
  try {
    koffi = requireKoffi()
  } catch (cause) {
    return { missing: `koffi could not be loaded: ${(cause as Error).message.split('\n', 1)[0]}` }
  }
  const numbers = NUMBERS[process.arch]
  if (numbers === undefined) return { missing: `no system call numbers for ${process.arch}` }
  const lib = koffi.load(null)
  const call = (signature: string) => lib.func(signature)
  /** Declared at the first call: most runs never need it. */
  const seldom = (signature: string) => {
    let declared: ReturnType<typeof call> | undefined
    return (...values: unknown[]): number => {
      declared ??= call(signature)
      return declared(...values)
    }
  }
  const kcmp = seldom('long syscall(long, int, int, int, ulong, ulong)')
  const pidfd = seldom('long syscall(long, int, int, ulong, ulong)')
  const bpf = seldom('long syscall(long, int, void *, uint)')
  const memmove = seldom('uint64_t memmove(void *, void *, size_t)')
  let poll: ReturnType<typeof call> | undefined
  let closing: ReturnType<typeof call> | undefined
  const statx = call('long syscall(long, long, void *, long, long, void *)')
  const getdents64 = call('long syscall(long, int, void *, size_t)')
  const setresuid = seldom('long syscall(long, int, int, int)')
  return {
    libc: {
      errno: () => koffi.errno(),
      socket: call('int socket(int, int, int)'),
      bind: seldom('int bind(int, void *, unsigned int)'),
      listen: seldom('int listen(int, int)'),
      getsockname: seldom('int getsockname(int, void *, void *)'),
      dup2: seldom('int dup2(int, int)'),
      defaultSignal: number => void seldom('void *signal(int, void *)')(number, null),
      setsockopt: seldom('int setsockopt(int, int, int, void *, unsigned int)'),
      send: call('long send(int, void *, size_t, int)'),
      recv: call('long recv(int, void *, size_t, int)'),
      open: call('int open(void *, int)'),
      flock: seldom('int flock(int, int)'),
      close: call('int close(int)'),
      statx: (directory, path, flags, mask, into) => statx(numbers.statx, directory, path, flags, mask, into),
      kcmp: (pid, other, kind) => kcmp(numbers.kcmp, pid, other, kind, 0, 0),
      readlinkat: call('long readlinkat(int, void *, void *, size_t)'),
      getdents64: (directory, into, length) => getdents64(numbers.getdents64, directory, into, length),
      setns: seldom('int setns(int, int)'),
      pidfd_open: (pid, flags) => pidfd(PIDFD_OPEN, pid, flags, 0, 0),
      pidfd_getfd: (from, fd, flags) => pidfd(PIDFD_GETFD, from, fd, flags, 0),
      unshare: seldom('int unshare(int)'),
      connect: seldom('int connect(int, void *, unsigned int)'),
      accept4: seldom('int accept4(int, void *, void *, int)'),
      shutdown: seldom('int shutdown(int, int)'),
      getpeername: seldom('int getpeername(int, void *, void *)'),
      getsockopt: seldom('int getsockopt(int, int, int, void *, void *)'),
      sendto: seldom('long sendto(int, void *, size_t, int, void *, unsigned int)'),
      poll: seldom('int poll(void *, ulong, int)'),
      recvmsg: seldom('long recvmsg(int, void *, int)'),
      epoll_create1: seldom('int epoll_create1(int)'),
      epoll_ctl: seldom('int epoll_ctl(int, int, int, void *)'),
      sched_setaffinity: seldom('int sched_setaffinity(int, size_t, void *)'),
      setresuid: (real, effective, saved) => setresuid(numbers.setresuid, real, effective, saved),
      pidfd_send_signal: (fd, signal) => pidfd(PIDFD_SEND_SIGNAL, fd, signal, 0, 0),
      bpf: (command, attributes, length) => bpf(numbers.bpf, command, attributes, length),
      // It returns the pointer that it was given, and moves nothing.
      addressOf: bytes => BigInt(memmove(bytes, bytes, 0)),
      pollAside: (entries, count, timeoutMs) =>
        new Promise((resolve, reject) => {
          poll ??= call('int poll(void *, ulong, int)')
          poll.async(entries, count, timeoutMs, (error: unknown, ready: number) =>
            error ? reject(error) : resolve(ready),
          )
        }),
      closeAside: fd =>
        new Promise((resolve, reject) => {
          closing ??= call('int close(int)')
          closing.async(fd, (error: unknown) => (error ? reject(error) : resolve()))
        }),
    },
  }
}

/**
 * koffi's own entry adds what we don't use and loads much of Node to do so; its binary, which is a package of its
 * own, is loaded in half the time. Where that package isn't to be found, the entry knows more ways.
 */
function requireKoffi(): typeof import('koffi') {
  const { createRequire } = process.getBuiltinModule('node:module')
  const require = createRequire(import.meta.url)
  try {
    return createRequire(require.resolve('koffi'))(`@koromix/koffi-${process.platform}-${process.arch}`)
  } catch {
    return require('koffi')
  }
}

/** The same on every architecture, as all since Linux 5.1 (include/uapi/asm-generic/unistd.h). */
const PIDFD_SEND_SIGNAL = 424
const PIDFD_OPEN = 434
const PIDFD_GETFD = 438

/**
 * Numbers of the system calls that a C library may have no function for, by architecture (the kernel's
 * syscall tables).
 */
const NUMBERS: Readonly<
  Partial<
    Record<
      NodeJS.Architecture,
      {
        readonly getdents64: number
        readonly statx: number
        readonly kcmp: number
        readonly setresuid: number
        readonly bpf: number
      }
    >
  >
> = {
  x64: { getdents64: 217, statx: 332, kcmp: 312, setresuid: 117, bpf: 321 },
  arm64: { getdents64: 61, statx: 291, kcmp: 272, setresuid: 147, bpf: 280 },
  arm: { getdents64: 217, statx: 397, kcmp: 378, setresuid: 208, bpf: 386 },
  ia32: { getdents64: 220, statx: 383, kcmp: 349, setresuid: 208, bpf: 357 },
  riscv64: { getdents64: 61, statx: 291, kcmp: 272, setresuid: 147, bpf: 280 },
  loong64: { getdents64: 61, statx: 291, kcmp: 272, setresuid: 147, bpf: 280 },
  ppc64: { getdents64: 202, statx: 383, kcmp: 354, setresuid: 164, bpf: 361 },
  s390x: { getdents64: 220, statx: 379, kcmp: 343, setresuid: 208, bpf: 351 },
}
