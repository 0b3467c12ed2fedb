/**
 * The first message of a TLS client (ClientHello, RFC 8446 section 4.1.2), for TLS 1.2 and 1.3: enough for a server to answer, and no
 * more. Nobody can go on with such a handshake: its secrets are not secret.
 */

/** Of TLS 1.3 (RFC 8446 appendix B.4), and of TLS 1.2 with ECDHE (RFC 5289). */
const CIPHERS = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030]
const X25519 = 0x001d
const SECP256R1 = 0x0017
/** ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256 and sha384, rsa_pkcs1_sha256, ed25519 (RFC 8446 section 4.2.3). */
const SIGNATURES = [0x0403, 0x0804, 0x0805, 0x0401, 0x0807]
const RECORD_HANDSHAKE = 22
const CLIENT_HELLO = 1
const TLS_1_0 = [3, 1]
const TLS_1_2 = 0x0303
const TLS_1_3 = 0x0304

type Bytes = readonly number[]

/** `random`: 32 bytes. `name`: the server name to ask for (RFC 6066 section 3), in ASCII. */
export function encodeClientHello(random: Uint8Array, name?: string): Uint8Array {
  const extensions = [
    ...(name === undefined ? [] : extension(0, sized(2, [0, ...sized(2, ascii(name))]))),
    // supported_groups, ec_point_formats (RFC 8422), signature_algorithms
    ...extension(10, sized(2, words(X25519, SECP256R1))),
    ...extension(11, [1, 0]),
    ...extension(13, sized(2, words(...SIGNATURES))),
    // supported_versions, key_share
    ...extension(43, sized(1, words(TLS_1_3, TLS_1_2))),
    ...extension(51, sized(2, [...words(X25519), ...sized(2, BASE_POINT)])),
  ]
  const body = [
    ...words(TLS_1_2),
    ...random,
    // no session to go on with, no compression
    0,
    ...sized(2, words(...CIPHERS)),
    1,
    0,
    ...sized(2, extensions),
  ]
  return Uint8Array.from([RECORD_HANDSHAKE, ...TLS_1_0, ...sized(2, [CLIENT_HELLO, ...sized(3, body)])])
}

/** A public key whose secret everybody knows: 1 (RFC 7748 section 4.1). */
const BASE_POINT: Bytes = [9, ...new Array<number>(31).fill(0)]

const words = (...values: readonly number[]): Bytes => values.flatMap(value => [value >> 8, value & 255])
const ascii = (text: string): Bytes => [...text].map(letter => letter.charCodeAt(0) & 127)
const extension = (type: number, data: Bytes): Bytes => [...words(type), ...sized(2, data)]
/** The length in so many bytes, and then the bytes. */
const sized = (width: 1 | 2 | 3, bytes: Bytes): Bytes => [
  ...[16, 8, 0].slice(3 - width).map(shift => (bytes.length >> shift) & 255),
  ...bytes,
]
