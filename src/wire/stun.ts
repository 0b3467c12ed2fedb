/**
 * STUN messages (RFC 8489), with the attributes by which NATs are told apart (RFC 5780): bytes to values and back.
 *
 * Answers: class, method, transaction, addresses, what was asked for, whether the fingerprint fits. Doesn't check message
 * integrity, which needs a password. Bytes that are no STUN message come to undefined; an attribute that makes no sense
 * is as if it weren't there.
 */
import { type Address, addressBytes, addressFromBytes, familyOf } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import { crc32 } from './crc32.ts'
import { lossyUtf8 } from './lossy-utf8.ts'

export const STUN_CLASSES = ['request', 'indication', 'success', 'error'] as const
export type StunClass = (typeof STUN_CLASSES)[number]

/** The only method of plain STUN (RFC 8489 section 18.2). */
export const BINDING = 1
/** RFC 8489 section 5. */
const MAGIC = 0x2112a442
const HEADER = 20
/** Section 14.7: what the CRC is xored with. */
const FINGERPRINT_XOR = 0x5354554e

const TYPE = {
  mapped: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  xorMapped: 0x0020,
  padding: 0x0026,
  responsePort: 0x0027,
  software: 0x8022,
  fingerprint: 0x8028,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
} as const

export interface StunMessage {
  readonly class: StunClass
  /** 12 bits. */
  readonly method: number
  /** 12 bytes. */
  readonly transaction: Uint8Array
  /** MAPPED-ADDRESS, which something on the way may have rewritten; XOR-MAPPED-ADDRESS, which nothing recognises. */
  readonly mapped?: Endpoint
  readonly xorMapped?: Endpoint
  /** Where the answer was sent from (RFC 5780 section 7.3), and from where else it could have been (7.4). */
  readonly responseOrigin?: Endpoint
  readonly otherAddress?: Endpoint
  /** The answer is to come from the other address, the other port (RFC 5780 section 7.2). */
  readonly changeRequest?: { readonly address: boolean; readonly port: boolean }
  /** The answer is to go to this port (RFC 5780 section 7.5). */
  readonly responsePort?: number
  /** Bytes of PADDING (RFC 5780 section 7.6). */
  readonly padding?: number
  readonly username?: string
  readonly software?: string
  /** 300 to 699, with what the server says to it. */
  readonly error?: { readonly code: number; readonly reason: string }
  readonly fingerprint?: 'right' | 'wrong'
}

/** A message with the attributes that are said; with `fingerprint: 'right'` it ends with one. */
export function encodeStun(message: StunMessage): Uint8Array {
  const { changeRequest, responsePort, padding, username, software, error, transaction } = message
  const parts: Uint8Array[] = []
  const put = (type: number, value: Uint8Array): void => {
    const part = new Uint8Array((4 + value.length + 3) & ~3)
    part.set([type >> 8, type, value.length >> 8, value.length])
    part.set(value, 4)
    parts.push(part)
  }
  const text = new TextEncoder()
  if (software !== undefined) put(TYPE.software, text.encode(software))
  if (changeRequest !== undefined)
    put(
      TYPE.changeRequest,
      Uint8Array.of(0, 0, 0, (changeRequest.address ? 4 : 0) | (changeRequest.port ? 2 : 0)),
    )
  if (responsePort !== undefined) put(TYPE.responsePort, Uint8Array.of(responsePort >> 8, responsePort, 0, 0))
  if (padding !== undefined) put(TYPE.padding, new Uint8Array(padding))
  if (username !== undefined) put(TYPE.username, text.encode(username))
  if (error !== undefined)
    put(
      TYPE.errorCode,
      Uint8Array.of(0, 0, Math.floor(error.code / 100), error.code % 100, ...text.encode(error.reason)),
    )
  if (message.mapped !== undefined) put(TYPE.mapped, addressValue(message.mapped))
  if (message.xorMapped !== undefined) put(TYPE.xorMapped, addressValue(message.xorMapped, transaction))
  if (message.responseOrigin !== undefined) put(TYPE.responseOrigin, addressValue(message.responseOrigin))
  if (message.otherAddress !== undefined) put(TYPE.otherAddress, addressValue(message.otherAddress))
  const body = parts.reduce((sum, { length }) => sum + length, 0)
  const marked = message.fingerprint === 'right' ? 8 : 0
  const bytes = new Uint8Array(HEADER + body + marked)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, typeOf(message))
  view.setUint16(2, body + marked)
  view.setUint32(4, MAGIC)
  bytes.set(transaction.subarray(0, 12), 8)
  let at = HEADER
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  if (marked > 0) {
    view.setUint16(at, TYPE.fingerprint)
    view.setUint16(at + 2, 4)
    view.setUint32(at + 4, crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR)
  }
  return bytes
}

/** Section 5: the two bits of the class stand between those of the method. */
const typeOf = ({ class: kind, method }: StunMessage): number => {
  const code = STUN_CLASSES.indexOf(kind)
  return (
    (method & 0x000f) |
    ((code & 1) << 4) |
    ((method & 0x0070) << 1) |
    ((code & 2) << 7) |
    ((method & 0x0f80) << 2)
  )
}

export function decodeStun(bytes: Uint8Array): StunMessage | undefined {
  if (bytes.length < HEADER) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = view.getUint16(0)
  const length = view.getUint16(2)
  const wrong = (type & 0xc000) !== 0 || length % 4 !== 0 || HEADER + length > bytes.length
  if (wrong || view.getUint32(4) !== MAGIC) return undefined
  const found: { -readonly [Field in keyof StunMessage]: StunMessage[Field] } = {
    class: STUN_CLASSES[((type >> 4) & 1) | ((type >> 7) & 2)]!,
    method: (type & 0x000f) | ((type >> 1) & 0x0070) | ((type >> 2) & 0x0f80),
    transaction: bytes.slice(8, HEADER),
  }
  const end = HEADER + length
  let isSealed = false
  for (let at = HEADER; at + 4 <= end; ) {
    const kind = view.getUint16(at)
    const size = view.getUint16(at + 2)
    const value = bytes.subarray(at + 4, at + 4 + size)
    if (at + 4 + size > end) break
    // What stands behind MESSAGE-INTEGRITY is ignored, but the fingerprint (section 14.5).
    if (kind === TYPE.fingerprint) {
      if (size === 4)
        found.fingerprint =
          view.getUint32(at + 4) === (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR) >>> 0
            ? 'right'
            : 'wrong'
    } else if (!isSealed) readAttribute(found, kind, value)
    if (kind === TYPE.integrity) isSealed = true
    at += 4 + ((size + 3) & ~3)
  }
  return found
}

function readAttribute(
  found: { -readonly [Field in keyof StunMessage]: StunMessage[Field] },
  kind: number,
  value: Uint8Array,
): void {
  const read = (name: 'mapped' | 'xorMapped' | 'responseOrigin' | 'otherAddress', key?: Uint8Array): void => {
    // Of several the first counts (section 14).
    const endpoint = found[name] ?? readAddress(value, key)
    if (endpoint !== undefined) found[name] = endpoint
  }
  switch (kind) {
    case TYPE.mapped:
      read('mapped')
      break
    case TYPE.xorMapped:
      read('xorMapped', found.transaction)
      break
    case TYPE.responseOrigin:
      read('responseOrigin')
      break
    case TYPE.otherAddress:
      read('otherAddress')
      break
    case TYPE.changeRequest:
      if (value.length === 4)
        found.changeRequest ??= { address: (value[3]! & 4) !== 0, port: (value[3]! & 2) !== 0 }
      break
    case TYPE.responsePort:
      if (value.length >= 2) found.responsePort ??= value[0]! * 256 + value[1]!
      break
    case TYPE.padding:
      found.padding ??= value.length
      break
    case TYPE.username:
      found.username ??= lossyUtf8(value)
      break
    case TYPE.software:
      found.software ??= lossyUtf8(value)
      break
    case TYPE.errorCode:
      if (value.length >= 4)
        found.error ??= { code: (value[2]! & 7) * 100 + value[3]!, reason: lossyUtf8(value.subarray(4)) }
      break
  }
}

const FAMILIES = { 1: 'ipv4', 2: 'ipv6' } as const

/** Section 14.1; section 14.2 with the transaction, which hides the address from what rewrites payloads. */
function readAddress(value: Uint8Array, transaction?: Uint8Array): Endpoint | undefined {
  const family = FAMILIES[value[1] as 1 | 2]
  const width = family === 'ipv4' ? 4 : 16
  if (family === undefined || value.length !== 4 + width) return undefined
  const bytes = value.slice(4)
  let port = value[2]! * 256 + value[3]!
  if (transaction !== undefined) {
    port ^= MAGIC >>> 16
    hide(bytes, transaction)
  }
  return { address: addressFromBytes(bytes, 0, family), port: port as Port }
}

function addressValue({ address, port }: Endpoint, transaction?: Uint8Array): Uint8Array {
  const bytes = addressBytes(address as Address)
  const value = new Uint8Array(4 + bytes.length)
  value[1] = familyOf(address) === 'ipv4' ? 1 : 2
  const told = transaction === undefined ? port : port ^ (MAGIC >>> 16)
  value[2] = told >> 8
  value[3] = told
  if (transaction !== undefined) hide(bytes, transaction)
  value.set(bytes, 4)
  return value
}

/** Xors with the magic cookie and, of IPv6, the transaction behind it. */
function hide(bytes: Uint8Array, transaction: Uint8Array): void {
  const key = Uint8Array.of(MAGIC >>> 24, MAGIC >> 16, MAGIC >> 8, MAGIC, ...transaction)
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= key[i] ?? 0
}
