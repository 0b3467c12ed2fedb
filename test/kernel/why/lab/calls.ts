/** System calls of the lab: entering a network namespace for one step, and sockets watched without waiting for them. */
import { closeSync, openSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { offHeap, openLibc } from '../../../../src/os/ffi.ts'

const opened = openLibc()
if ('missing' in opened) throw new Error(opened.missing)
export const { libc } = opened

const CLONE_NEWNET = 0x40000000
const SOL_SOCKET = 1
const SO_ERROR = 4
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const [EINTR, EAGAIN, EINPROGRESS] = [4, 11, 115]
export const [POLLIN, POLLOUT, POLLERR] = [1, 4, 8]

const value = offHeap(512)
const size = offHeap(128)
const name = offHeap(128)
const polled = offHeap(128)
const chunk = offHeap(65_536)

export const errorName = (errno: number): string => getSystemErrorName(-errno)
const lastError = (): string => errorName(libc.errno())

function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: ${lastError()}`)
  return result
}

/**
 * Does one step in another network namespace, and comes back. The step must be over when it returns: what it opens, and the programs
 * that it starts, stay there.
 */
export function inNamespace<T>(pid: number, step: () => T): T {
  const [there, here] = [openSync(`/proc/${pid}/ns/net`, 'r'), openSync('/proc/self/ns/net', 'r')]
  try {
    must('setns', libc.setns(there, CLONE_NEWNET))
    try {
      return step()
    } finally {
      must('setns back', libc.setns(here, CLONE_NEWNET))
    }
  } finally {
    closeSync(there)
    closeSync(here)
  }
}

export const openSocket = (family: number, type: number, protocol = 0): number =>
  must('socket', libc.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol))

export const closeSocket = (fd: number): void => void libc.close(fd)

export function setOption(fd: number, level: number, option: number, bytes: number | Uint8Array): void {
  value.fill(0)
  if (typeof bytes === 'number') value.writeInt32LE(bytes)
  else value.set(bytes)
  const length = typeof bytes === 'number' ? 4 : bytes.length
  must('setsockopt', libc.setsockopt(fd, level, option, value, length))
}

const named = (address: Uint8Array): number => {
  name.fill(0)
  name.set(address)
  return address.length
}

export const bindTo = (fd: number, address: Uint8Array): void =>
  void must('bind', libc.bind(fd, name, named(address)))

/** The system's word, where the call itself says no; null where it has begun, or is over. */
export function beginConnect(fd: number, address: Uint8Array): string | null {
  if (libc.connect(fd, name, named(address)) >= 0) return null
  const errno = libc.errno()
  return errno === EINPROGRESS ? null : errorName(errno)
}

/** What poll(2) says of one socket, at once. */
export function eventsOf(fd: number): number {
  polled.fill(0)
  polled.writeInt32LE(fd)
  polled.writeUInt16LE(POLLIN | POLLOUT, 4)
  if (libc.poll(polled, 1, 0) < 0 && libc.errno() !== EINTR) throw new Error(`poll: ${lastError()}`)
  return polled.readUInt16LE(6)
}

/** The socket's pending error (SO_ERROR), which asking takes away; null where there is none. */
export function errorOf(fd: number): string | null {
  size.writeInt32LE(4)
  must('getsockopt', libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, size))
  const errno = value.readInt32LE()
  return errno === 0 ? null : errorName(errno)
}

/** The system's word, or null where all was taken. */
export function sendBytes(fd: number, bytes: Uint8Array): string | null {
  chunk.set(bytes)
  return libc.send(fd, chunk, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ? null : lastError()
}

export function sendTo(fd: number, bytes: Uint8Array, address: Uint8Array): void {
  chunk.set(bytes)
  const length = named(address)
  must('sendto', libc.sendto(fd, chunk, bytes.length, MSG_DONTWAIT, name, length))
}

/** Bytes, of which there are none at the end; the system's word; or null where there is nothing yet. */
export function takeBytes(fd: number): Buffer | string | null {
  const got = libc.recv(fd, chunk, chunk.length, MSG_DONTWAIT)
  if (got >= 0) return Buffer.from(chunk.subarray(0, got))
  const errno = libc.errno()
  return errno === EAGAIN ? null : errorName(errno)
}
