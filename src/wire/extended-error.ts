/**
 * `struct sock_extended_err` of a socket's error queue (IP_RECVERR in ip(7), IPV6_RECVERR in ipv6(7),
 * include/uapi/linux/errqueue.h), with the address of whoever sent the error.
 */
import { type Address, addressFromBytes } from '../model/address.ts'
import type { ControlMessage } from './message-header.ts'
import { AF_INET, AF_INET6 } from './socket-address.ts'
import { LITTLE_ENDIAN } from './tcp-info.ts'

const SOL_IP = 0
const SOL_IPV6 = 41
const IP_RECVERR = 11
const IPV6_RECVERR = 25
/** errno u32, origin u8, type u8, code u8, pad u8, info u32, data u32; the offender's address stands behind it. */
const LENGTH = 16
const ORIGINS = ['none', 'local', 'icmp', 'icmp6'] as const

export interface ExtendedError {
  /** The system's number of the error. */
  readonly errno: number
  /** `local`: our own host refused to send. `icmp`: somebody sent an error. */
  readonly origin: 'local' | 'icmp' | 'icmp6'
  readonly type: number
  readonly code: number
  /** Of EMSGSIZE: the MTU, bytes. */
  readonly info: number
  /** Who sent it. */
  readonly from?: Address
}

/** The error among the control messages of one entry of the queue. */
export function extendedErrorOf(messages: readonly ControlMessage[]): ExtendedError | undefined {
  const bytes = messages.find(
    ({ level, type }) =>
      (level === SOL_IP && type === IP_RECVERR) || (level === SOL_IPV6 && type === IPV6_RECVERR),
  )?.bytes
  if (bytes === undefined || bytes.length < LENGTH) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const origin = ORIGINS[bytes[4]!]
  if (origin === undefined || origin === 'none') return undefined
  const from = origin === 'local' ? undefined : offenderOf(bytes.subarray(LENGTH))
  return {
    errno: view.getUint32(0, LITTLE_ENDIAN),
    origin,
    type: bytes[5]!,
    code: bytes[6]!,
    info: view.getUint32(8, LITTLE_ENDIAN),
    ...(from === undefined ? {} : { from }),
  }
}

function offenderOf(bytes: Uint8Array): Address | undefined {
  if (bytes.length < 2) return undefined
  const family = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(0, LITTLE_ENDIAN)
  if (family === AF_INET && bytes.length >= 8) return addressFromBytes(bytes, 4, 'ipv4')
  return family === AF_INET6 && bytes.length >= 24 ? addressFromBytes(bytes, 8, 'ipv6') : undefined
}
