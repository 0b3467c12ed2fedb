/** The first bytes of a server that speaks TLS (RFC 8446 section 5.1), and the alerts in them (section 6). */

export type FirstTls = { readonly kind: 'alert'; readonly alert: number } | { readonly kind: 'handshake' }

/** What record begins here; undefined where it is none. */
export function firstTlsRecord(bytes: Uint8Array): FirstTls | undefined {
  const [type, major, minor] = bytes
  if (bytes.length < 5 || major !== 3 || minor! > 4) return undefined
  const length = bytes[3]! * 256 + bytes[4]!
  if (type === 22 && length > 0) return { kind: 'handshake' }
  return type === 21 && length === 2 && bytes.length >= 7 ? { kind: 'alert', alert: bytes[6]! } : undefined
}

/** Servers of HTTP that answer plain text at a TLS port in plain text say so (nginx, Apache, Go, HAProxy and Node don't agree how). */
export const saysTlsIsWanted = (text: string): boolean =>
  /^HTTP\/\d/.test(text) &&
  /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i.test(
    text,
  )
