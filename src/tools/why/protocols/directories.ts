/** Directories, names, desktops and proxies. */
import { DNS_TYPE, decodeDns, dnsQuery, encodeDns } from '../../../wire/dns/dns.ts'
import { type Greeting, hex } from './greeting.ts'

/** Who serves the root, which every server of names has an answer to, if only a refusal. No recursion is asked for. */
export const ROOT_QUERY: Uint8Array = encodeDns({
  ...dnsQuery(0x706f, '.', DNS_TYPE.NS),
  recursionDesired: false,
})

/** OPT (RFC 6891 section 6.1.2) with so many bytes of padding (RFC 7830 section 3), which servers pass over. */
const OPT_HEAD = 11
const OPTION_HEAD = 4
const [OPT, PADDING, ANSWER_MAY_HAVE] = [41, 12, 1232]
const ADDITIONALS_AT = 11

/** The same question, made so many bytes long. At least 32. */
export function paddedRootQuery(bytes: number): Uint8Array {
  const padding = bytes - ROOT_QUERY.length - OPT_HEAD - OPTION_HEAD
  const query = new Uint8Array(bytes)
  query.set(ROOT_QUERY)
  query[ADDITIONALS_AT] = 1
  const view = new DataView(query.buffer)
  let at = ROOT_QUERY.length + 1
  for (const value of [OPT, ANSWER_MAY_HAVE, 0, 0, OPTION_HEAD + padding, PADDING, padding]) {
    view.setUint16(at, value)
    at += 2
  }
  return query
}

export const answersRootQuery = (bytes: Uint8Array): boolean => {
  const message = decodeDns(bytes)
  return message?.response === true && message.id === 0x706f
}

export const DIRECTORIES: readonly Greeting[] = [
  {
    name: 'dns',
    title: 'DNS over TCP',
    source: 'RFC 7766 section 8',
    ports: [53],
    tlsPorts: [853],
    schemes: ['dns', 'domain'],
    first: 'client',
    hello: () => Uint8Array.of(ROOT_QUERY.length >> 8, ROOT_QUERY.length, ...ROOT_QUERY),
    speaks: bytes => answersRootQuery(bytes.subarray(2)),
  },
  {
    name: 'ldap',
    title: 'LDAP',
    source: 'RFC 4512 section 5.1, RFC 4511 section 4.5',
    ports: [389, 3268],
    tlsPorts: [636, 3269],
    schemes: ['ldap'],
    tlsSchemes: ['ldaps'],
    first: 'client',
    // A search for the root entry itself (base scope, objectClass present), which needs no bind.
    hello: () =>
      hex('3025 020101 6320 0400 0a0100 0a0100 020100 020100 010100 870b 6f626a656374636c617373 3000'),
    // An entry, the end of the search, or the notice that we are cut off (message 0).
    speaks: bytes => bytes[0] === 0x30 && ldapOperation(bytes),
  },
  {
    name: 'rdp',
    title: 'Remote Desktop',
    source: 'MS-RDPBCGR section 2.2.1.1',
    ports: [3389],
    schemes: ['rdp', 'ms-wbt-server'],
    first: 'client',
    // X.224 connection request: TLS or CredSSP would do.
    hello: () => hex('03000013 0ee0 0000 0000 00 0100 0800 03000000'),
    speaks: bytes => bytes[0] === 3 && bytes[1] === 0 && (bytes[5] === 0xd0 || bytes[5] === 0x80),
  },
  {
    name: 'socks5',
    title: 'SOCKS',
    source: 'RFC 1928 section 3',
    ports: [1080],
    schemes: ['socks', 'socks5', 'socks5h'],
    first: 'client',
    hello: () => hex('05 01 00'),
    speaks: bytes => bytes.length === 2 && bytes[0] === 5,
  },
  {
    name: 'bgp',
    title: 'BGP',
    source: 'RFC 4271 section 4.1',
    ports: [179],
    schemes: [],
    first: 'server',
    speaks: bytes => bytes.length >= 19 && bytes.subarray(0, 16).every(byte => byte === 0xff),
  },
]

/** SearchResultEntry, SearchResultDone or ExtendedResponse behind the message's number, whatever the form of its length. */
function ldapOperation(bytes: Uint8Array): boolean {
  const extra = bytes[1]! >= 0x80 ? bytes[1]! & 0x7f : 0
  const at = 2 + extra
  return bytes[at] === 2 && [0x64, 0x65, 0x78].includes(bytes[at + 2 + bytes[at + 1]!] ?? 0)
}
