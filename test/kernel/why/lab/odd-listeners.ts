/** Listening sockets with what Node has no option for, and a queue that is full. */
import { openSync } from 'node:fs'
import * as libc from '../../stage/libc.ts'
import { ipAddress } from '../../stage/socket-address.ts'
import { setOption } from './calls.ts'
import type { Order } from './order.ts'

const TCP_MD5SIG = 14
const SYN_SENT = 2

/** A bound and listening socket; `bound`: one that doesn't listen, and shares its port with nobody. */
export function dress(order: Order): number {
  const isBoundOnly = order.behaviour === 'bound'
  const { address = '::', port, v6only = false, device, backlog = 64 } = order
  const isV6 = address.includes(':')
  const fd = libc.socket(isV6 ? libc.AF_INET6 : libc.AF_INET, libc.SOCK_STREAM)
  if (!isBoundOnly) libc.setNumber(fd, libc.SOL_SOCKET, libc.SO_REUSEADDR, 1)
  if (isV6) libc.setNumber(fd, libc.IPPROTO_IPV6, libc.IPV6_V6ONLY, v6only ? 1 : 0)
  if (order.reusePort) libc.setNumber(fd, libc.SOL_SOCKET, libc.SO_REUSEPORT, 1)
  if (device !== undefined) libc.setText(fd, libc.SOL_SOCKET, libc.SO_BINDTODEVICE, device)
  if (order.deferAccept !== undefined) libc.setNumber(fd, libc.TCP, libc.TCP_DEFER_ACCEPT, order.deferAccept)
  libc.bind(fd, ipAddress(address, port))
  if (order.md5Of !== undefined) setOption(fd, libc.TCP, TCP_MD5SIG, md5Key(order.md5Of))
  if (!isBoundOnly) libc.listen(fd, backlog)
  if (order.swallows) libc.swallow(fd)
  return fd
}

/** `struct tcp_md5sig` (linux/tcp.h): address, flags, prefix, length of the key, interface, key. */
function md5Key(peer: string): Buffer {
  const bytes = Buffer.alloc(128 + 1 + 1 + 2 + 4 + 80)
  bytes.set(ipAddress(peer, 0))
  const key = Buffer.from('a key of the test')
  bytes.writeUInt16LE(key.length, 130)
  bytes.set(key, 136)
  return bytes
}

/** A listener whose queue holds one more than its backlog (`sk_acceptq_is_full`, include/net/sock.h), and those who fill it. */
export function full(order: Order): readonly number[] {
  const listener = dress({ ...order, backlog: 1 })
  const to = order.address === undefined || order.address === '::' ? '::1' : order.address
  const call = (): number =>
    libc.startConnect(to.includes(':') ? libc.AF_INET6 : libc.AF_INET, ipAddress(to, order.port))
  const heard = [call(), call()]
  const deadline = performance.now() + 5000
  while (heard.some(fd => libc.tcpStateOf(fd) === SYN_SENT))
    if (performance.now() > deadline) throw new Error('the queue was never filled')
  return [listener, ...heard]
}

/** The same in a process that has all the files that it may: it could take nobody. */
export function withoutDescriptors(order: Order): readonly number[] {
  const held = full(order)
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
      return [...held, ...taken]
    }
  }
}

/** A UDP socket that nobody reads, and as much in it as goes in. */
export function deaf({ address = '127.0.0.1', port }: Order): readonly number[] {
  const open = (): number => libc.socket(libc.AF_INET, libc.SOCK_DGRAM)
  const [fd, sender] = [open(), open()]
  libc.setNumber(fd, libc.SOL_SOCKET, libc.SO_RCVBUF, 1)
  libc.bind(fd, ipAddress(address, port))
  libc.connect(sender, ipAddress(address, port))
  // The least that the kernel gives is some 2 kB (SOCK_MIN_RCVBUF, include/net/sock.h).
  for (let i = 0; i < 64; i++) libc.trySend(sender, Buffer.alloc(512))
  libc.close(sender)
  return [fd]
}
