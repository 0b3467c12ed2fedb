/**
 * The system calls of the port space, each answering `OK` or the errno's name. They run on the calling thread, as the
 * user that `become` made it.
 */
import { constants, endianness } from 'node:os'
import { addressBytes, addressFromBytes, parseAddress } from '../../../src/model/address.ts'
import type { IpFamily } from '../../../src/model/protocol.ts'
import type { SpaceProtocol } from '../../../src/model/space/program.ts'
import { offHeap, openLibc } from '../../../src/os/ffi.ts'

const AF_INET = 2
const AF_INET6 = 10
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOCK_DCCP = 6
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const IPPROTO_TCP = 6
const SO_ERROR = 4
const SO_LINGER = 13
const SO_BINDTODEVICE = 25
const TCP_INFO = 11
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const CLONE_NEWNET = 0x40000000
const UNCHANGED = -1
const BACKLOG = 64

export const POLLIN = 1
export const POLLERR = 8

/** Level and name of an option that is a number (socket(7), ip(7), ipv6(7)). */
export const OPTIONS = {
  reuseAddress: [SOL_SOCKET, 2],
  reusePort: [SOL_SOCKET, 15],
  v6only: [41, 26],
  noPort: [0, 24],
  range: [0, 51],
} as const

export interface End {
  readonly address: string
  readonly port: number
}

const opened = openLibc()
if ('missing' in opened) throw new Error(opened.missing)
const { libc } = opened
if (endianness() !== 'LE') throw new Error('the structures are laid out for little-endian machines')

const name = offHeap(128)
const size = offHeap(128)
const value = offHeap(256)
const polled = offHeap(64 * 8)

const ERRNOS = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => name !== 'EWOULDBLOCK') // EAGAIN by another name
    .map(([name, number]) => [number, name]),
)
/** Node has no name for it. */
ERRNOS.set(94, 'ESOCKTNOSUPPORT')
const errnoName = (): string => ERRNOS.get(libc.errno()) ?? `errno ${libc.errno()}`

const answer = (result: number): string => (result < 0 ? errnoName() : 'OK')

/** For what must not fail: the stage, not the play. */
function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: ${errnoName()}`)
  return result
}

/** Gives this thread a network namespace with nothing in it. */
export const newNamespace = (): number => must('unshare', libc.unshare(CLONE_NEWNET))

/** Ties this thread to the first processor, so that packets on loopback are delivered in the order of their sending. */
export function stayOnOneProcessor(): void {
  value.fill(0, 0, 128)
  value[0] = 1
  must('sched_setaffinity', libc.sched_setaffinity(0, 128, value))
}

/** The effective user of this thread; all capabilities go when it isn't root and come back when it is. */
export function become(uid: number): void {
  if (uid === user) return
  // From one ordinary user to another only root can go.
  if (user !== 0) must('setresuid', libc.setresuid(UNCHANGED, 0, UNCHANGED))
  if (uid !== 0) must('setresuid', libc.setresuid(UNCHANGED, uid, UNCHANGED))
  user = uid
}
let user = 0

/** Type and protocol of socket(2). */
const KINDS = {
  tcp: [SOCK_STREAM, 6],
  udp: [SOCK_DGRAM, 17],
  sctp: [SOCK_STREAM, 132],
  dccp: [SOCK_DCCP, 33],
} as const satisfies Record<SpaceProtocol, readonly [number, number]>

const socketOf = (protocol: SpaceProtocol, family: IpFamily): number => {
  const [type, number] = KINDS[protocol]
  const domain = family === 'ipv4' ? AF_INET : AF_INET6
  return libc.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, number)
}

/** The descriptor, or the errno's name where the kernel lacks the protocol. */
export function tryToOpen(protocol: SpaceProtocol, family: IpFamily): number | string {
  const fd = socketOf(protocol, family)
  return fd < 0 ? errnoName() : fd
}

export const openSocket = (protocol: SpaceProtocol, family: IpFamily): number =>
  must('socket', socketOf(protocol, family))

/** Whether the kernel has the protocol, or can load it. */
export function kernelHas(protocol: SpaceProtocol): boolean {
  const fd = tryToOpen(protocol, 'ipv4')
  if (typeof fd === 'number') close(fd)
  return typeof fd === 'number'
}

export function setNumber(fd: number, option: keyof typeof OPTIONS, number: number): string {
  const [level, name] = OPTIONS[option]
  value.writeInt32LE(number | 0)
  return answer(libc.setsockopt(fd, level, name, value, 4))
}

export function setDevice(fd: number, device: string): string {
  value.fill(0, 0, 16).write(device)
  return answer(libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, value, device.length))
}

export const bind = (fd: number, to: End): string => answer(libc.bind(fd, name, put(to)))
export const connect = (fd: number, to: End): string => answer(libc.connect(fd, name, put(to)))
export const listen = (fd: number): string => answer(libc.listen(fd, BACKLOG))
export const shutdown = (fd: number, how: number): string => answer(libc.shutdown(fd, how))
export const close = (fd: number): void => void must('close', libc.close(fd))

/** connect(2) with AF_UNSPEC. */
export function disconnect(fd: number): string {
  name.fill(0, 0, 16)
  return answer(libc.connect(fd, name, 16))
}

/** Closes with a reset. */
export function abort(fd: number): void {
  value.writeUInt32LE(1)
  value.writeUInt32LE(0, 4)
  must('setsockopt', libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, value, 8))
  close(fd)
}

/** The descriptor of the first connection that waits, or the errno's name. */
export function accept(fd: number): number | string {
  const child = libc.accept4(fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC)
  return child < 0 ? errnoName() : child
}

export const localOf = (fd: number): End | undefined =>
  libc.getsockname(fd, name, length()) < 0 ? undefined : taken()
export const peerOf = (fd: number): End | undefined =>
  libc.getpeername(fd, name, length()) < 0 ? undefined : taken()

/** Sends a number. */
export function send(fd: number, number: number, to: End): string {
  value.writeUInt32LE(number)
  return answer(libc.sendto(fd, value, 4, MSG_DONTWAIT | MSG_NOSIGNAL, name, put(to)))
}

/** The number that was sent, or null when nothing waits. */
export const receive = (fd: number): number | null =>
  libc.recv(fd, value, 128, MSG_DONTWAIT) === 4 ? value.readUInt32LE() : null

/** The kernel's number for the state of a TCP socket (include/net/tcp_states.h). */
export function tcpState(fd: number): number {
  must('getsockopt', libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, value, length(104)))
  return value[0]!
}

/** Takes the pending error off the socket, as SO_ERROR does. */
export function takeError(fd: number): void {
  must('getsockopt', libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, length(4)))
}

/** What poll(2) says of each at once, after at most so many milliseconds. */
export function poll(fds: readonly number[], milliseconds = 0): number[] {
  for (const [i, fd] of fds.entries()) {
    polled.writeInt32LE(fd, i * 8)
    polled.writeUInt32LE(POLLIN, i * 8 + 4)
  }
  must('poll', libc.poll(polled, fds.length, milliseconds))
  return fds.map((_, i) => polled.readUInt16LE(i * 8 + 6))
}

function length(bytes = 128): Buffer {
  size.writeUInt32LE(bytes)
  return size
}

const known = new Map<string, Uint8Array>()

/** Writes a socket address (ip(7), ipv6(7)) to `name`; answers its length. */
function put({ address, port }: End): number {
  let bytes = known.get(address)
  if (bytes === undefined) {
    bytes = addressBytes(parseAddress(address))
    known.set(address, bytes)
  }
  const v4 = bytes.length === 4
  name.fill(0, 0, 28)
  name.writeUInt16LE(v4 ? AF_INET : AF_INET6)
  name.writeUInt16BE(port, 2)
  name.set(bytes, v4 ? 4 : 8)
  return v4 ? 16 : 28
}

function taken(): End {
  const v4 = name.readUInt16LE() === AF_INET
  return {
    address: addressFromBytes(name, v4 ? 4 : 8, v4 ? 'ipv4' : 'ipv6'),
    port: name.readUInt16BE(2),
  }
}
