/** The system calls of the judge: a namespace of its own, raw sockets, netlink, reading without waiting. */
import { openSync } from 'node:fs'
import { addressBytes, parseAddress } from '../../../src/model/address.ts'
import { offHeap, openLibc } from '../../../src/os/ffi.ts'
import { NLM_F_ACK, NLM_F_REQUEST, writeHeader } from '../../../src/wire/netlink.ts'
import { TRACE_GROUP } from '../../../src/wire/nft-trace.ts'
import { becomeTun, swallow } from '../stage/libc.ts'

const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const NETLINK_NETFILTER = 12
const IPPROTO_RAW = 255
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_REUSEADDR = 2
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const CLONE_NEWNET = 0x40000000
const MSG_DONTWAIT = 0x40
const POLLIN = 1
const O_RDWR_NONBLOCK = 0o2 | 0o4000

const opened = openLibc()
if ('missing' in opened) throw new Error(opened.missing)
const { libc } = opened

const CHUNK = 65_536
const chunk = offHeap(CHUNK)
const name = offHeap(128)
const value = offHeap(128)
const polled = offHeap(512)

function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: errno ${libc.errno()}`)
  return result
}

export const enterNewNamespace = (): number => must('unshare', libc.unshare(CLONE_NEWNET))
export const closeFile = (fd: number): void => void libc.close(fd)

/** Ties this thread to one processor: what it sends is handled before the call returns. */
export function stayOnOneProcessor(): void {
  value.fill(0)
  value[0] = 1
  must('sched_setaffinity', libc.sched_setaffinity(0, 128, value))
}

export function openTun(device: string): number {
  const fd = openSync('/dev/net/tun', O_RDWR_NONBLOCK)
  becomeTun(fd, device)
  return fd
}

const socketOf = (family: number, type: number, protocol: number): number =>
  must('socket', libc.socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol))

function setNumber(fd: number, level: number, option: number, number: number): void {
  value.writeInt32LE(number)
  must('setsockopt', libc.setsockopt(fd, level, option, value, 4))
}

/** Sends whole IP packets. */
export const openSender = (isV6: boolean): number =>
  socketOf(isV6 ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_RAW)

/** Gets a copy of what is delivered of a protocol. */
export const openWitness = (isV6: boolean, protocol: number): number =>
  socketOf(isV6 ? AF_INET6 : AF_INET, SOCK_RAW, protocol)

/** A port where everything is taken and nothing answered. */
export function openSink(protocol: 'tcp' | 'udp', isV6: boolean, port: number): number {
  const fd = socketOf(isV6 ? AF_INET6 : AF_INET, protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0)
  setNumber(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  if (isV6) setNumber(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)
  swallow(fd)
  name.fill(0)
  name.writeUInt16LE(isV6 ? AF_INET6 : AF_INET)
  name.writeUInt16BE(port, 2)
  must('bind', libc.bind(fd, name, isV6 ? 28 : 16))
  if (protocol === 'tcp') must('listen', libc.listen(fd, 1))
  return fd
}

/** Hears what the kernel tells of traced packets. */
export function openTrace(): number {
  const fd = socketOf(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)
  setNumber(fd, SOL_SOCKET, SO_RCVBUF, 4 << 20)
  name.fill(0)
  name.writeUInt16LE(AF_NETLINK)
  name.writeUInt32LE(1 << (TRACE_GROUP - 1), 8)
  must('bind', libc.bind(fd, name, 12))
  return fd
}

/** For asking netfilter. */
export function openNetfilter(): number {
  const fd = socketOf(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)
  name.fill(0)
  name.writeUInt16LE(AF_NETLINK)
  must('bind', libc.bind(fd, name, 12))
  return fd
}

/** `IPCTNL_MSG_CT_DELETE` of all connections of the namespace; the answer says that it is done. */
export function forgetConnections(fd: number): void {
  const message = new Uint8Array(20)
  writeHeader(message, (1 << 8) | 2, NLM_F_REQUEST | NLM_F_ACK, 1)
  chunk.set(message)
  must('send', libc.send(fd, chunk, message.length, 0))
  const answer = receive(fd)
  if (answer === null || answer.readInt32LE(16) !== 0) throw new Error('the connections are not forgotten')
}

/** A message to the kernel. */
export function sendAll(fd: number, message: Uint8Array): void {
  chunk.set(message)
  must('send', libc.send(fd, chunk, message.length, 0))
}

/** Whether the kernel took it: an output rule that drops answers EPERM. */
export function sendRaw(fd: number, packet: Uint8Array, destination: string): boolean {
  const address = addressBytes(parseAddress(destination))
  const isV6 = address.length === 16
  name.fill(0)
  name.writeUInt16LE(isV6 ? AF_INET6 : AF_INET)
  name.set(address, isV6 ? 8 : 4)
  chunk.set(packet)
  return libc.sendto(fd, chunk, packet.length, MSG_DONTWAIT, name, isV6 ? 28 : 16) >= 0
}

/** The next message, a copy; null when none waits. */
export function receive(fd: number): Buffer | null {
  const got = libc.recv(fd, chunk, CHUNK, MSG_DONTWAIT)
  return got < 0 ? null : Buffer.from(chunk.subarray(0, got))
}

/** Which of these have something to read. */
export function ready(fds: readonly number[]): boolean[] {
  for (const [i, fd] of fds.entries()) {
    polled.writeInt32LE(fd, i * 8)
    polled.writeUInt32LE(POLLIN, i * 8 + 4)
  }
  must('poll', libc.poll(polled, fds.length, 0))
  return fds.map((_, i) => (polled.readUInt16LE(i * 8 + 6) & POLLIN) !== 0)
}
