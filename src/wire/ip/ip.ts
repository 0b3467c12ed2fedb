/**
 * IP packets, whole: `Datagram` to bytes and back (RFC 791, RFC 8200, and the transports' own documents). What a filter sees
 * of one is told by `packet-of.ts`, what its checksums are worth by `intact.ts`.
 */
export { adjustedChecksum } from './checksum.ts'
export { decodeDatagram } from './decode-datagram.ts'
export { datagramLength, encodeDatagram } from './encode-datagram.ts'
export { fragmentsOf, Reassembly } from './fragments.ts'
export { type Conversation, concerns, type FrameFacts, frameFacts } from './frame-facts.ts'
export { icmpErrno, mtuTold } from './icmp-errno.ts'
export { isIntact } from './intact.ts'
export { isFragment, protocolOf, V4_HEADER, V6_HEADER } from './layout.ts'
export { packetOf, redirected } from './packet-of.ts'
export { quotedIn, quoteOf, requoted } from './quote.ts'
