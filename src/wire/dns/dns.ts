/**
 * The domain name system: messages as values (RFC 1035 section 4, AAAA of RFC 3596, SRV of RFC 2782, EDNS of RFC 6891).
 *
 * Answers what a message asks or says. Sends nothing, asks nobody, and checks no signatures.
 */
export {
  DNS_RCODES,
  type DnsMessage,
  type DnsQuestion,
  decodeDns,
  dnsQuery,
  encodeDns,
  isAnswerTo,
} from './message.ts'
export { isDnsName, sameName } from './name.ts'
export { addressRecord, DNS_IN, DNS_TYPE, type DnsData, type DnsRecord } from './record.ts'
