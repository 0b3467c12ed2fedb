/**
 * Transport protocols, and the other kinds of socket a host's table holds.
 *
 * A port space belongs to one protocol: TCP 53 and UDP 53 have nothing to do with each other.
 */

/** The protocols that have ports (IANA's service name and port number registry, RFC 6335 section 1). */
export const PROTOCOLS = ['tcp', 'udp', 'sctp', 'dccp'] as const
export type Protocol = (typeof PROTOCOLS)[number]

/** Every kind of socket that a socket table can hold. The order is the order of listings. */
export const SOCKET_PROTOCOLS = ['tcp', 'udp', 'sctp', 'dccp', 'raw', 'unix'] as const
export type SocketProtocol = (typeof SOCKET_PROTOCOLS)[number]

/** IANA protocol numbers; `raw` is sock_diag's own number for raw sockets (IPPROTO_RAW). */
export const PROTOCOL_NUMBERS: Readonly<Record<Exclude<SocketProtocol, 'unix'>, number>> = Object.freeze({
  tcp: 6,
  udp: 17,
  dccp: 33,
  sctp: 132,
  raw: 255,
})

export const isProtocol = (text: string): text is Protocol => (PROTOCOLS as readonly string[]).includes(text)

/** Address families of the socket table. */
export const FAMILIES = ['ipv4', 'ipv6', 'unix'] as const
export type Family = (typeof FAMILIES)[number]
/** The two that have ports. */
export type IpFamily = Exclude<Family, 'unix'>
