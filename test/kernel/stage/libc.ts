/**
 * The system calls with which the stage makes sockets that Node can't make. A call that fails throws, with the call's
 * name and the system's word for the error.
 *
 * Every descriptor is closed on exec, so that no child of the stage holds a socket that it was not given.
 */
import { endianness } from 'node:os'
import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
export const SOCK_SEQPACKET = 5
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000

export const SOL_SOCKET = 1
export const SO_REUSEADDR = 2
export const SO_RCVBUF = 8
export const SO_SNDBUF = 7
export const SO_LINGER = 13
export const SO_REUSEPORT = 15
export const SO_BINDTODEVICE = 25
const SO_COOKIE = 57
const IPPROTO_TCP = 6
export const TCP_LINGER2 = 8
export const TCP_DEFER_ACCEPT = 9
export const IPPROTO_IPV6 = 41
export const IPV6_V6ONLY = 26
export const TCP = IPPROTO_TCP

export const SHUT_WR = 1
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const SCM_RIGHTS = 1
const CLONE_FILES = 0x400
const PR_SET_DUMPABLE = 4
const PR_SET_NAME = 15

const EAGAIN = 11
const EINPROGRESS = 115

const lib = koffi.load(null)
const calls = {
  socket: lib.func('int socket(int, int, int)'),
  socketpair: lib.func('int socketpair(int, int, int, void *)'),
  bind: lib.func('int bind(int, void *, unsigned int)'),
  listen: lib.func('int listen(int, int)'),
  connect: lib.func('int connect(int, void *, unsigned int)'),
  accept4: lib.func('int accept4(int, void *, void *, int)'),
  shutdown: lib.func('int shutdown(int, int)'),
  close: lib.func('int close(int)'),
  setsockopt: lib.func('int setsockopt(int, int, int, void *, unsigned int)'),
  getsockopt: lib.func('int getsockopt(int, int, int, void *, void *)'),
  getsockname: lib.func('int getsockname(int, void *, void *)'),
  send: lib.func('long send(int, void *, size_t, int)'),
  sendmsg: lib.func('long sendmsg(int, void *, int)'),
  prctl: lib.func('int prctl(int, size_t, size_t, size_t, size_t)'),
  unshare: lib.func('int unshare(int)'),
  ioctl: lib.func('int ioctl(int, ulong, void *)'),
  syscall: lib.func('long syscall(long, size_t, size_t, size_t)'),
  setfsuid: lib.func('int setfsuid(unsigned int)'),
  setfsgid: lib.func('int setfsgid(unsigned int)'),
}

/** The kernel is handed addresses: what it reads and writes must not be moved by the collector. */
const fixed = (bytes: Uint8Array | number): Buffer => {
  const length = typeof bytes === 'number' ? bytes : bytes.length
  const buffer = Buffer.allocUnsafeSlow(Math.max(length, 128)).fill(0)
  if (typeof bytes !== 'number') buffer.set(bytes)
  return buffer
}

function check(name: keyof typeof calls, result: number, allowed: readonly number[] = []): number {
  if (result >= 0) return result
  const errno = koffi.errno()
  if (allowed.includes(errno)) return -1
  throw new Error(`${name}: ${getSystemErrorName(-errno)}`)
}

const LITTLE = endianness() === 'LE'
const u32 = (value: number): Buffer => {
  const bytes = fixed(4)
  if (LITTLE) bytes.writeUInt32LE(value)
  else bytes.writeUInt32BE(value)
  return bytes
}

export const socket = (family: number, type: number, protocol = 0): number =>
  check('socket', calls.socket(family, type | SOCK_CLOEXEC, protocol))

export function socketpair(type: number): readonly [number, number] {
  const pair = fixed(8)
  check('socketpair', calls.socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair))
  return LITTLE ? [pair.readInt32LE(0), pair.readInt32LE(4)] : [pair.readInt32BE(0), pair.readInt32BE(4)]
}

export const bind = (fd: number, address: Uint8Array): void =>
  void check('bind', calls.bind(fd, fixed(address), address.length))

export const listen = (fd: number, backlog: number): void => void check('listen', calls.listen(fd, backlog))

export const connect = (fd: number, address: Uint8Array): void =>
  void check('connect', calls.connect(fd, fixed(address), address.length))

/** A stream socket that has begun to connect and doesn't wait. */
export function startConnect(family: number, address: Uint8Array): number {
  const fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK)
  check('connect', calls.connect(fd, fixed(address), address.length), [EINPROGRESS])
  return fd
}

export const accept = (fd: number): number => check('accept4', calls.accept4(fd, null, null, SOCK_CLOEXEC))
export const shutdown = (fd: number, how: number): void => void check('shutdown', calls.shutdown(fd, how))
export const close = (fd: number): void => void check('close', calls.close(fd))

export const setNumber = (fd: number, level: number, name: number, value: number): void =>
  void check('setsockopt', calls.setsockopt(fd, level, name, u32(value), 4))

/** For `struct linger`. */
export const setNumbers = (fd: number, level: number, name: number, ...values: number[]): void => {
  const bytes = fixed(values.length * 4)
  for (const [i, value] of values.entries()) u32(value).copy(bytes, i * 4, 0, 4)
  check('setsockopt', calls.setsockopt(fd, level, name, bytes, values.length * 4))
}

export const setText = (fd: number, level: number, name: number, text: string): void =>
  void check(
    'setsockopt',
    calls.setsockopt(fd, level, name, fixed(Buffer.from(`${text}\0`)), text.length + 1),
  )

/** The kernel's own number for the socket (sock_diag(7)). */
export function cookieOf(fd: number): bigint {
  const value = fixed(8)
  check('getsockopt', calls.getsockopt(fd, SOL_SOCKET, SO_COOKIE, value, u32(8)))
  return LITTLE ? value.readBigUInt64LE() : value.readBigUInt64BE()
}

/** The address the socket is bound to, as the kernel writes it. */
export function nameOf(fd: number): Buffer {
  const name = fixed(128)
  const length = u32(128)
  check('getsockname', calls.getsockname(fd, name, length))
  return name.subarray(0, LITTLE ? length.readUInt32LE() : length.readUInt32BE())
}

/** Sends without waiting; false when there is no room. */
export const trySend = (fd: number, bytes: Uint8Array): boolean =>
  check('send', calls.send(fd, fixed(bytes), bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL), [EAGAIN]) >= 0

/** Puts a descriptor into a message: from then on, and until it is received, the message holds it (cmsg(3)). */
export function sendDescriptor(through: number, fd: number): void {
  const word = koffi.sizeof('void *')
  const write = (into: Buffer, at: number, value: bigint | number): void => {
    if (LITTLE) into.writeBigUInt64LE(BigInt(value), at)
    else into.writeBigUInt64BE(BigInt(value), at)
  }
  if (word !== 8) throw new Error('the message is laid out for 64 bits')
  const text = fixed(Buffer.from('!'))
  const iovec = fixed(16)
  write(iovec, 0, koffi.address(text))
  write(iovec, 8, 1)
  // struct cmsghdr: length (size_t), level, type; then the descriptor, padded to a word.
  const control = fixed(24)
  write(control, 0, 20)
  u32(SOL_SOCKET).copy(control, 8, 0, 4)
  u32(SCM_RIGHTS).copy(control, 12, 0, 4)
  u32(fd).copy(control, 16, 0, 4)
  // struct msghdr: name, its length, iov, iovlen, control, controllen, flags.
  const message = fixed(56)
  write(message, 16, koffi.address(iovec))
  write(message, 24, 1)
  write(message, 32, koffi.address(control))
  write(message, 40, 24)
  check('sendmsg', calls.sendmsg(through, message, 0))
}

/** Gives the calling thread a table of descriptors of its own. */
export const unshareFiles = (): void => void check('unshare', calls.unshare(CLONE_FILES))

/** The kernel's short name of the calling thread, cut to 15 bytes (prctl(2), PR_SET_NAME). */
export const setShortName = (name: string): void =>
  void check('prctl', calls.prctl(PR_SET_NAME, koffi.address(fixed(Buffer.from(`${name}\0`))), 0, 0, 0))

/** Lets processes of the same user look into this one again, after it has changed its user (proc(5)). */
export const setDumpable = (): void => void check('prctl', calls.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))

/** A call that the C library has no function for (syscall(2)); bytes are handed over by their address. Its result, or the errno below 0. */
export function systemCall(number: number, ...given: readonly (number | Uint8Array)[]): number {
  const held = given.map(one => (typeof one === 'number' ? one : fixed(one)))
  const [a = 0, b = 0, c = 0] = held.map(one => (typeof one === 'number' ? one : koffi.address(one)))
  const result = Number(calls.syscall(number, a, b, c))
  return result < 0 ? -koffi.errno() : result
}

/** The address of bytes that stay where they are, for structures that point to others. Hold on to them. */
export function keptAt(bytes: Uint8Array): { readonly address: bigint; readonly bytes: Buffer } {
  const kept = fixed(bytes)
  return { address: koffi.address(kept), bytes: kept }
}

const TCP_INFO = 11

/** The kernel's number for the state of a TCP socket (include/net/tcp_states.h). */
export function tcpStateOf(fd: number): number {
  const info = fixed(256)
  check('getsockopt', calls.getsockopt(fd, TCP, TCP_INFO, info, u32(104)))
  return info[0]!
}

const SO_ATTACH_FILTER = 26
/** `BPF_RET | BPF_K` of 0 bytes: nothing of what arrives is kept. */
const DROP_ALL = [6, 0, 0, 0, 0, 0, 0, 0]

/** The socket takes what arrives and answers nothing: its filter throws everything away (socket(7), SO_ATTACH_FILTER). */
export function swallow(fd: number): void {
  const program = fixed(Buffer.from(DROP_ALL))
  // struct sock_fprog: the number of instructions, and where they are.
  const filter = fixed(16)
  u32(1).copy(filter, 0, 0, 2)
  if (LITTLE) filter.writeBigUInt64LE(koffi.address(program), 8)
  else filter.writeBigUInt64BE(koffi.address(program), 8)
  check('setsockopt', calls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, 16))
}

const TUNSETIFF = 0x400454ca
/** `IFF_TUN | IFF_NO_PI`: whole IP packets, with nothing before them. */
const TUN_OF_PACKETS = 0x1001
/** `IFF_TAP | IFF_NO_PI`: whole Ethernet frames. */
const TAP_OF_FRAMES = 0x1002

/** Makes an open `/dev/net/tun` the other end of a device of that name. */
export function becomeTun(fd: number, name: string, hasLink = false): void {
  const request = fixed(40)
  request.write(name)
  request.writeUInt16LE(hasLink ? TAP_OF_FRAMES : TUN_OF_PACKETS, 16)
  check('ioctl', calls.ioctl(fd, TUNSETIFF, request))
}

/** What is opened meanwhile is that user's and group's, as netfilter sees it (`f_cred`); the right to open it stays. */
export function openedBy<T>(id: number, open: () => T): T {
  calls.setfsgid(id)
  calls.setfsuid(id)
  try {
    return open()
  } finally {
    calls.setfsuid(0)
    calls.setfsgid(0)
  }
}

const SIOCETHTOOL = 0x8946
/** `ETHTOOL_SRXCSUM`, `ETHTOOL_STXCSUM` (linux/ethtool.h). */
const CHECKSUM_OFFLOADS = [0x15, 0x17]

/** Checksums of a device are made and looked at in software, as if there were a cable. */
export function checkChecksums(device: string): void {
  const fd = socket(AF_INET, SOCK_DGRAM)
  try {
    for (const command of CHECKSUM_OFFLOADS) {
      // struct ethtool_value: command and 0 for off; struct ifreq: the device's name, and where that is.
      const wanted = fixed(8)
      u32(command).copy(wanted, 0, 0, 4)
      const request = fixed(40)
      request.write(device)
      if (LITTLE) request.writeBigUInt64LE(koffi.address(wanted), 16)
      else request.writeBigUInt64BE(koffi.address(wanted), 16)
      check('ioctl', calls.ioctl(fd, SIOCETHTOOL, request))
    }
  } finally {
    close(fd)
  }
}
