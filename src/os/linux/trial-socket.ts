/** A socket of our own for trying something: opened, told where from and how far, connected without waiting. */
import { familyOf, zoneOf } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import { AF_INET, AF_INET6, encodeSocketAddress, endpointOfSocketAddress } from '../../wire/socket-address.ts'
import type { AttemptRequest } from '../attempt.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { errnoName } from './errno-name.ts'
import { setNumber } from './read-message.ts'
import type { TrialContext } from './trial-context.ts'

export const [SOCK_STREAM, SOCK_DGRAM, SOCK_RAW] = [1, 2, 3]
const SOCK_FLAGS = 0o2004000
const SOL_SOCKET = 1
const SO_ERROR = 4
const SO_BINDTODEVICE = 25
const SOL_IP = 0
const IP_TTL = 2
const IP_BIND_ADDRESS_NO_PORT = 24
const SOL_IPV6 = 41
const IPV6_UNICAST_HOPS = 16
const IPPROTO_TCP = 6
const TCP_MAXSEG = 2
export const EAGAIN = 11
const EINPROGRESS = 115

export type TrialRequest = Pick<AttemptRequest, 'source' | 'sourcePort' | 'device' | 'hops' | 'segment'> & {
  readonly to: Endpoint
}

/** A descriptor that is not waited on, or the system's word for why there is none. */
export function openSocket(
  { libc }: TrialContext,
  ipv6: boolean,
  type: number,
  protocol: number,
): number | string {
  const fd = libc.socket(ipv6 ? AF_INET6 : AF_INET, type | SOCK_FLAGS, protocol)
  return fd < 0 ? errnoName(libc.errno()) : fd
}

/** Sets what the request asks for, before anything is sent. The system's word where it says no. */
export function prepare(context: TrialContext, fd: number, request: TrialRequest): string | undefined {
  const { libc } = context
  const { device, hops, segment, source, sourcePort = 0, to } = request
  const ipv6 = familyOf(to.address) === 'ipv6'
  const refusal = (): string => errnoName(libc.errno())
  if (device !== undefined) {
    const name = offHeap(device.length + 1)
    const length = name.write(`${device}\0`, 'latin1')
    if (libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, length) < 0) return refusal()
  }
  if (hops !== undefined) {
    const set = ipv6
      ? setNumber(libc, fd, SOL_IPV6, IPV6_UNICAST_HOPS, hops)
      : setNumber(libc, fd, SOL_IP, IP_TTL, hops)
    if (!set) return refusal()
  }
  if (segment !== undefined && !setNumber(libc, fd, IPPROTO_TCP, TCP_MAXSEG, segment)) return refusal()
  if (source === undefined && sourcePort === 0) return undefined
  // The port is chosen when the peer is known, as without a bind (ip(7)).
  if (sourcePort === 0) setNumber(libc, fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1)
  const from = source ?? (ipv6 ? '::' : '0.0.0.0')
  const address = addressFor(context, { ...to, address: from as Endpoint['address'] }, sourcePort)
  if (typeof address === 'string') return address
  return libc.bind(fd, address.bytes, address.length) < 0 ? refusal() : undefined
}

/** How connect(2) took it: `begun` where it didn't say no at once. */
export function connect(context: TrialContext, fd: number, to: Endpoint): 'begun' | string {
  const { libc } = context
  const address = addressFor(context, to, to.port)
  if (typeof address === 'string') return address
  if (libc.connect(fd, address.bytes, address.length) === 0) return 'begun'
  const errno = libc.errno()
  return errno === EINPROGRESS ? 'begun' : errnoName(errno)
}

/** The address as the kernel reads it; ENODEV where its zone names no interface. */
export function addressFor(
  { links }: TrialContext,
  { address }: Pick<Endpoint, 'address'>,
  port: number,
): { readonly bytes: Uint8Array; readonly length: number } | string {
  const zone = zoneOf(address)
  const scope = zone === undefined ? 0 : links.indexOf(zone)
  if (zone !== undefined && scope === 0) return 'ENODEV'
  const encoded = encodeSocketAddress(address, port, scope)
  const bytes = offHeap(encoded.length)
  bytes.set(encoded)
  return { bytes, length: encoded.length }
}

/** Our end as the kernel has it; undefined before it has any. */
export function localEnd(libc: Libc, fd: number): Endpoint | undefined {
  const [bytes, length] = [offHeap(28), offHeap(4)]
  new Int32Array(length.buffer, length.byteOffset, 1)[0] = 28
  return libc.getsockname(fd, bytes, length) < 0 ? undefined : endpointOfSocketAddress(bytes)
}

/** SO_ERROR, which it clears: the system's word, or undefined for none. */
export function pendingError(libc: Libc, fd: number): string | undefined {
  const errno = readNumber(libc, fd, SOL_SOCKET, SO_ERROR) ?? 0
  return errno === 0 ? undefined : errnoName(errno)
}

export function readNumber(libc: Libc, fd: number, level: number, name: number): number | undefined {
  const [value, length] = [offHeap(4), offHeap(4)]
  new Int32Array(length.buffer, length.byteOffset, 1)[0] = 4
  if (libc.getsockopt(fd, level, name, value, length) < 0) return undefined
  return new Int32Array(value.buffer, value.byteOffset, 1)[0]!
}
