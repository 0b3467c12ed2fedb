/**
 * SOCK_DESTROY: the request to end one socket, and the kernel's word on it.
 *
 * The cookie is always sent, so that a connection which has taken the same endpoints in the meantime can't be hit (the
 * kernel says ENOENT). Source: include/uapi/linux/sock_diag.h, net/ipv4/inet_diag.c (`inet_diag_cmd_exact`).
 */
import { addressBytes, withoutZone } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import { PROTOCOL_NUMBERS, type SocketProtocol } from '../model/protocol.ts'
import {
  messages,
  NLM_F_ACK,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { AF_INET, AF_INET6 } from './sock-diag.ts'

export const SOCK_DESTROY = 21

export interface DestroyRequest {
  readonly protocol: Exclude<SocketProtocol, 'unix'>
  readonly family: 'ipv4' | 'ipv6'
  readonly local: Endpoint
  /** Absent for a datagram socket without a peer. */
  readonly peer?: Endpoint
  /** Index of the interface that it is bound to, 0 for none. */
  readonly interface: number
  readonly cookie: bigint
}

/** `struct nlmsghdr` and `struct inet_diag_req_v2`: 72 bytes. */
export function encodeDestroyRequest(request: DestroyRequest): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + 56)
  writeHeader(bytes, SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, 1)
  bytes[16] = request.family === 'ipv4' ? AF_INET : AF_INET6
  bytes[17] = PROTOCOL_NUMBERS[request.protocol]
  const { u32 } = viewsOf(bytes)
  u32[5] = 0xffffffff
  const view = new DataView(bytes.buffer)
  view.setUint16(24, request.local.port)
  view.setUint16(26, request.peer?.port ?? 0)
  bytes.set(addressBytes(withoutZone(request.local.address)), 28)
  if (request.peer !== undefined) bytes.set(addressBytes(withoutZone(request.peer.address)), 44)
  u32[15] = request.interface
  u32[16] = Number(request.cookie & 0xffffffffn)
  u32[17] = Number(request.cookie >> 32n)
  return bytes
}

/** The acknowledgement: an error message, whose error is 0 when it was done (RFC 3549 section 2.3.2.2). */
export const decodeAcknowledgement = (views: Views, length: number) => messages(views, length, 0, () => {})
