/** Matches on transport headers: tcp, udp, udplite, sctp, dccp, multiport (libxt_tcp.c and its neighbours). */
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { wordIn } from '../../word-in.ts'
import { bits, is, match, oneOf, payload, value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'

/** Those whose first four bytes are the ports. */
const PORTED: Readonly<Record<number, string>> = {
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  132: 'sctp',
  136: 'udplite',
}

const PORT_OPTIONS = { '--sport': 1, '--dport': 1 } as const

const portsOf = (protocol: string, given: GivenOptions): Statement[] =>
  (['sport', 'dport'] as const).flatMap(field =>
    given.has(`--${field}`)
      ? [is(payload(protocol, field), given.ports(`--${field}`), given.negated(`--${field}`))]
      : [],
  )

export const TCP_FLAGS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ALL: 63,
  NONE: 0,
}
/** `--syn` is `--tcp-flags FIN,SYN,RST,ACK SYN`. */
const SYN_MASK = 23

function tcp(given: GivenOptions): readonly Statement[] | undefined {
  const flags = (index: number): number =>
    given
      .symbols('--tcp-flags', TCP_FLAGS, 'a flag of TCP: FIN, SYN, RST, PSH, ACK, URG, ALL or NONE', index)
      .reduce((all, one) => all | one, 0)
  const statements = portsOf('tcp', given)
  const header = payload('tcp', 'flags')
  if (given.has('--tcp-flags'))
    statements.push(is(bits(header, '&', flags(0)), flags(1), given.negated('--tcp-flags')))
  if (given.has('--syn')) statements.push(is(bits(header, '&', SYN_MASK), 2, given.negated('--syn')))
  if (given.has('--tcp-option')) {
    const name = String(given.number('--tcp-option', 'the number of a TCP option', 255))
    statements.push(is({ kind: 'header', of: 'tcp-option', name }, given.negated('--tcp-option') ? 0 : 1))
  }
  return statements
}

/** nft(8), "DCCP": the types by number (RFC 4340 section 5.1). */
const DCCP_TYPES = {
  REQUEST: 0,
  RESPONSE: 1,
  DATA: 2,
  ACK: 3,
  DATAACK: 4,
  CLOSEREQ: 5,
  CLOSE: 6,
  RESET: 7,
  SYNC: 8,
  SYNCACK: 9,
}

function dccp(given: GivenOptions): readonly Statement[] | undefined {
  const statements = portsOf('dccp', given)
  if (given.has('--dccp-types')) {
    if (given.list('--dccp-types').includes('INVALID')) return undefined
    const types = given.symbols('--dccp-types', DCCP_TYPES, 'a packet type of DCCP').map(value)
    statements.push(is(payload('dccp', 'type'), oneOf(types), given.negated('--dccp-types')))
  }
  if (given.has('--dccp-option')) {
    const name = String(given.number('--dccp-option', 'the number of a DCCP option', 255))
    statements.push(is({ kind: 'header', of: 'dccp-option', name }, given.negated('--dccp-option') ? 0 : 1))
  }
  return statements
}

/** Names of chunks without what nft calls them otherwise. */
const CHUNKS: Readonly<Record<string, string>> = {
  DATA: 'data',
  INIT: 'init',
  INIT_ACK: 'init-ack',
  SACK: 'sack',
  HEARTBEAT: 'heartbeat',
  HEARTBEAT_ACK: 'heartbeat-ack',
  ABORT: 'abort',
  SHUTDOWN: 'shutdown',
  SHUTDOWN_ACK: 'shutdown-ack',
  ERROR: 'error',
  COOKIE_ECHO: 'cookie-echo',
  COOKIE_ACK: 'cookie-ack',
  ECN_ECNE: 'ecne',
  ECN_CWR: 'cwr',
  SHUTDOWN_COMPLETE: 'shutdown-complete',
  ASCONF: 'asconf',
  ASCONF_ACK: 'asconf-ack',
  FORWARD_TSN: 'forward-tsn',
}

/** `any` of several chunks is an "or", which one rule of nftables can't say; neither are the flags of chunks. */
function sctp(given: GivenOptions): readonly Statement[] | undefined {
  const statements = portsOf('sctp', given)
  if (given.has('--chunk-types')) {
    const how = given.text('--chunk-types')
    const names = given.list('--chunk-types', 1).map(name => wordIn(CHUNKS, name))
    if (how === 'only' || given.negated('--chunk-types') || names.includes(undefined)) return undefined
    if (how === 'any' && names.length > 1) return undefined
    for (const name of names) statements.push(is({ kind: 'header', of: 'sctp-chunk', name: name! }, 1))
  }
  return statements
}

/** `--ports` holds when either port is in the list: a set of pairs. */
function multiport(given: GivenOptions): readonly Statement[] | undefined {
  const protocol = PORTED[given.surrounding.protocol ?? -1]
  if (protocol === undefined) return undefined
  const [sport, dport] = [payload(protocol, 'sport'), payload(protocol, 'dport')]
  const expected = 'ports or ranges as 80:90 with commas between'
  const list = (name: string): readonly Pattern[] => given.ranges(name, expected, 65535)
  if (given.has('--sports')) return [is(sport, oneOf(list('--sports')), given.negated('--sports'))]
  if (given.has('--dports')) return [is(dport, oneOf(list('--dports')), given.negated('--dports'))]
  const any: Pattern = { kind: 'range', low: 0, high: 65535 }
  const pairs = list('--ports').flatMap((ports): Pattern[] => [
    { kind: 'tuple', parts: [ports, any] },
    { kind: 'tuple', parts: [any, ports] },
  ])
  const both = { kind: 'tuple', parts: [sport, dport] } as const
  return [match(both, given.negated('--ports') ? '!=' : '==', { kind: 'set', elements: pairs })]
}

export const PORT_MATCHES: Readonly<Record<string, Extension>> = {
  tcp: {
    options: { ...PORT_OPTIONS, '--tcp-flags': 2, '--syn': 0, '--tcp-option': 1 },
    read: tcp,
  },
  udp: { options: PORT_OPTIONS, read: given => portsOf('udp', given) },
  udplite: { options: PORT_OPTIONS, read: given => portsOf('udplite', given) },
  sctp: { options: { ...PORT_OPTIONS, '--chunk-types': 2 }, read: sctp },
  dccp: { options: { ...PORT_OPTIONS, '--dccp-types': 1, '--dccp-option': 1 }, read: dccp },
  multiport: { options: { '--sports': 1, '--dports': 1, '--ports': 1 }, read: multiport },
}
