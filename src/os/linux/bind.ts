/**
 * A trial bind through raw system calls: socket(2), setsockopt(2), bind(2), getsockname(2). Never listens.
 *
 * Nothing is set that wasn't asked for; above all not SO_REUSEADDR, which Node sets on every socket of its own, so that
 * the answer is the kernel's to exactly this request.
 */
import { familyOf, zoneOf } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { isPort } from '../../model/port.ts'
import { PROTOCOL_NUMBERS, type Protocol } from '../../model/protocol.ts'
import { AF_INET, AF_INET6, encodeSocketAddress, portOfSocketAddress } from '../../wire/socket-address.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { BindOutcome, BindRequest } from '../os.ts'
import { errnoName } from './errno-name.ts'

const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOCK_DCCP = 6
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_REUSEPORT = 15
const SO_BINDTODEVICE = 25
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

/** socket(2). */
const TYPES: Readonly<Record<Protocol, number>> = {
  tcp: SOCK_STREAM,
  udp: SOCK_DGRAM,
  sctp: SOCK_STREAM,
  dccp: SOCK_DCCP,
}

/** What the calls read and write; each is done with it when it returns. */
const address28 = offHeap(28)
const intBytes = offHeap(4)
const int = new Int32Array(intBytes.buffer, intBytes.byteOffset, 1)

/** `indexOf`: the number of an interface, 0 for none of that name. */
export function rawBind(libc: Libc, request: BindRequest, indexOf: (zone: string) => number): BindOutcome {
  const { protocol, address, port, keep } = request
  if (!isPort(port)) throw fault('E_BIND_REQUEST', { why: `${port} is no port` })
  const ipv6 = familyOf(address) === 'ipv6'
  const type = TYPES[protocol] | SOCK_CLOEXEC
  const fd = libc.socket(ipv6 ? AF_INET6 : AF_INET, type, PROTOCOL_NUMBERS[protocol])
  if (fd < 0) return { errno: errnoName(libc.errno()), port }
  let kept = false
  try {
    if (!set(libc, fd, request, ipv6)) return { errno: errnoName(libc.errno()), port }
    const zone = zoneOf(address)
    const scope = zone === undefined ? 0 : /^\d+$/.test(zone) ? Number(zone) : indexOf(zone)
    if (zone !== undefined && scope === 0) return { errno: 'ENODEV', port }
    const encoded = encodeSocketAddress(address, port, scope)
    address28.set(encoded)
    if (libc.bind(fd, address28, encoded.length) < 0) return { errno: errnoName(libc.errno()), port }
    const got = port === 0 ? portOf(libc, fd) : port
    if (!keep) return { errno: null, port: got }
    kept = true
    return { errno: null, port: got, kept: keeping(libc, fd) }
  } finally {
    if (!kept) libc.close(fd)
  }
}

function set(libc: Libc, fd: number, request: BindRequest, ipv6: boolean): boolean {
  const { reuseAddress, reusePort, v6only, device } = request
  const on = (level: number, name: number, value: boolean): boolean => {
    int[0] = Number(value)
    return libc.setsockopt(fd, level, name, intBytes, 4) === 0
  }
  if (reuseAddress && !on(SOL_SOCKET, SO_REUSEADDR, true)) return false
  if (reusePort && !on(SOL_SOCKET, SO_REUSEPORT, true)) return false
  if (ipv6 && v6only !== undefined && !on(IPPROTO_IPV6, IPV6_V6ONLY, v6only)) return false
  if (device === undefined) return true
  const name = offHeap(device.length + 1)
  const length = name.write(`${device}\0`, 'latin1')
  return libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, length) === 0
}

function portOf(libc: Libc, fd: number): number {
  int[0] = 28
  // Can't fail on a socket that has just been bound (getsockname(2)).
  libc.getsockname(fd, address28, intBytes)
  return portOfSocketAddress(address28)
}

function keeping(libc: Libc, fd: number) {
  let open = true
  return {
    fd,
    async close() {
      if (open) libc.close(fd)
      open = false
    },
  }
}
