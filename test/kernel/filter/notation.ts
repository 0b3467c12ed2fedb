/**
 * Packets as text, so that tables of cases read as a specification and a shrunk disagreement can be pasted into one.
 *
 *     tcp a:4000 > me:22            a SYN; without a port, 4000 on the left
 *     tcp a > me:22 ack             other flags: syn ack fin rst psh urg, `null` for none, joined by +
 *     udp here me:53 > b:4000       made here; without `here`, `t0` or `t1` the source says where it comes from
 *     tcp user me > a:22            made here by user and group 1000; `marked`: by a socket with mark 7 and priority 6
 *     icmp a > me 8/0 id=7          type and code
 *     icmp b > a 3/1 of tcp a:4000 > b:80       an error about a packet
 *     47 a > me                     another protocol, by its number
 *     tcp a > me:22 ttl=3 dscp=8 mss=1200 payload=100 fragment=10 opt=rr+ra ext=hbh+dst tcpopt=sack-perm (`packet-bytes.ts`)
 *     tcp a > me:22 beyond          sent when limits are used up
 *
 * Hosts: `a` outside t0, `b` behind t1, `far` beyond it; `me` and `me2` are the host's own addresses, `lo` its loopback;
 * with a 6 they are IPv6. Any address will do.
 *
 * After ` = ` stands what it comes to: `accept`, `drop`, `reject tcp reset`, `reject icmp 3/3`, `reject silently`; then `by in/2`, the
 * second rule of chain `in`, or `by in/policy`; then `as` the packet as it is afterwards.
 */
import type { Scalar } from '../../../src/model/filter/pattern.ts'
import type { Device } from './ground.ts'
import type { Shape } from './packet-bytes.ts'

export interface Probe {
  readonly from: Device | null
  readonly shape: Shape
  /** Whose socket it is, where it is made here and not root's. */
  readonly sender?: Sender
  /** Limits are used up by what came before. */
  readonly beyond?: true
  /** What of the packet and the host nobody can tell from these, by nft's words (`case.ts`). */
  readonly facts?: Facts
}

export const SENDERS = ['user', 'marked'] as const
export type Sender = (typeof SENDERS)[number]
export type Facts = Readonly<Record<string, Scalar>>

export interface Wanted {
  readonly verdict: string
  /** `chain/number`, `chain/policy`, or nothing that decided. */
  readonly by?: string
  /** `source > destination`, with ports where there are some. */
  readonly as?: string
}

export interface Line {
  readonly text: string
  readonly probe: Probe
  readonly wanted: Wanted
}

const NAMES: Readonly<Record<string, string>> = {
  a: '10.1.0.2',
  b: '10.2.0.2',
  far: '203.0.113.9',
  me: '10.1.0.1',
  me2: '10.2.0.1',
  lo: '127.0.0.1',
  a6: 'fd01::2',
  b6: 'fd02::2',
  far6: '2001:db8::9',
  me6: 'fd01::1',
  me26: 'fd02::1',
  lo6: '::1',
}
const OWN = new Set(['10.1.0.1', '10.2.0.1', '127.0.0.1', 'fd01::1', 'fd02::1', '::1'])
const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  icmp6: 58,
  sctp: 132,
  dccp: 33,
  udplite: 136,
  igmp: 2,
  esp: 50,
  ah: 51,
  comp: 108,
}
const FLAGS: Readonly<Record<string, number>> = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, null: 0 }
const NUMBERS = {
  ttl: 'ttl',
  dscp: 'dscp',
  mss: 'maxSegment',
  payload: 'payload',
  fragment: 'fragment',
  id: 'icmpId',
  seq: 'sequence',
  acks: 'acknowledge',
  window: 'window',
  ecn: 'ecn',
  flow: 'flowLabel',
  ipid: 'ipId',
  spi: 'spi',
  kind: 'packetType',
} as const
const LISTS = { opt: 'ipOptions', ext: 'extensions', tcpopt: 'tcpOptions' } as const
const CLIENT_PORT = 4000

export function parseLine(text: string): Line {
  const [doing = '', wanted = ''] = text.split(/ += +/)
  return { text, probe: parseProbe(doing.trim()), wanted: parseWanted(wanted.trim()) }
}

export function parseProbe(text: string): Probe {
  const [own = '', about] = text.split(/ of /)
  const words = own.split(/ +/)
  const protocol = PROTOCOLS[words[0]!] ?? Number(words[0])
  const at = words.indexOf('>')
  if (!Number.isInteger(protocol) || at < 2) throw new Error(`"${text}" is no packet`)
  const place = at === 3 ? words[1] : undefined
  const source = end(words[at - 1]!)
  const destination = end(words[at + 1]!)
  const hasPorts = [6, 17, 33, 132, 136].includes(protocol)
  const sender = SENDERS.find(one => one === place)
  const after = words.slice(at + 2)
  const shape: Shape = {
    protocol,
    source: source.address,
    destination: destination.address,
    ...(hasPorts ? { sourcePort: source.port ?? CLIENT_PORT, destinationPort: destination.port ?? 0 } : {}),
    ...options(
      after.filter(word => word !== 'beyond'),
      protocol,
    ),
    ...(about === undefined ? {} : { quotes: parseProbe(about).shape }),
  }
  return {
    from: placeOf(sender === undefined ? place : 'here', source.address),
    shape,
    ...(sender === undefined ? {} : { sender }),
    ...(after.includes('beyond') ? { beyond: true } : {}),
  }
}

function placeOf(word: string | undefined, source: string): Device | null {
  if (word === 'here') return null
  if (word === 't0' || word === 't1') return word
  if (word !== undefined) throw new Error(`"${word}" is no place`)
  if (OWN.has(source)) return null
  return /^(?:10\.1\.|fd01:)/.test(source) ? 't0' : 't1'
}

function options(words: readonly string[], protocol: number): Partial<Shape> {
  let found: Partial<Shape> = {}
  for (const word of words) {
    const [key = '', value] = word.split('=')
    const name = NUMBERS[key as keyof typeof NUMBERS]
    const list = LISTS[key as keyof typeof LISTS]
    const slashed = /^(\d+)\/(\d+)$/.exec(word)
    if (name !== undefined && value !== undefined) found = { ...found, [name]: Number(value) }
    else if (list !== undefined && value !== undefined) found = { ...found, [list]: value.split('+') }
    else if (slashed !== null)
      found = { ...found, icmpType: Number(slashed[1]), icmpCode: Number(slashed[2]) }
    else if (protocol === 6) {
      const bits = word.split('+').map(flag => FLAGS[flag])
      if (bits.includes(undefined)) throw new Error(`"${word}" are no flags`)
      found = { ...found, tcpFlags: bits.reduce<number>((all, bit) => all | bit!, 0) }
    } else throw new Error(`"${word}" is not understood`)
  }
  return found
}

function end(text: string): { readonly address: string; readonly port?: number } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(text)
  const plain = /^([^:]+):(\d+)$/.exec(text)
  const [, host = text, port] = bracketed ?? plain ?? []
  const address = NAMES[host] ?? host
  return port === undefined ? { address } : { address, port: Number(port) }
}

export function parseWanted(text: string): Wanted {
  const match = /^(.*?)(?: by (\S+))?(?: as (.+))?$/.exec(text)!
  const [, verdict = '', by, as] = match
  return { verdict, ...(by === undefined ? {} : { by }), ...(as === undefined ? {} : { as: named(as) }) }
}

const named = (text: string): string =>
  text
    .split(' > ')
    .map(part => {
      const { address, port } = end(part)
      return endText(address, port)
    })
    .join(' > ')

export const endText = (address: string, port?: number): string =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const nameOf = (address: string): string =>
  Object.entries(NAMES).find(([, one]) => one === address)?.[0] ?? address

export function printProbe({ from, shape, sender, beyond }: Probe): string {
  const word =
    Object.entries(PROTOCOLS).find(([, number]) => number === shape.protocol)?.[0] ?? String(shape.protocol)
  const side = (address: string, port: number | undefined): string => endText(nameOf(address), port)
  const numbers = Object.entries(NUMBERS).flatMap(([key, name]) =>
    shape[name] === undefined ? [] : [`${key}=${shape[name]}`],
  )
  const lists = Object.entries(LISTS).flatMap(([key, name]) =>
    shape[name] === undefined ? [] : [`${key}=${shape[name].join('+')}`],
  )
  const flags = Object.entries(FLAGS).filter(([, bit]) => bit !== 0 && ((shape.tcpFlags ?? 2) & bit) !== 0)
  return [
    word,
    sender ?? from ?? 'here',
    side(shape.source, shape.sourcePort),
    '>',
    side(shape.destination, shape.destinationPort),
    ...(shape.protocol === 6 && shape.tcpFlags !== undefined
      ? [flags.map(([flag]) => flag).join('+') || 'null']
      : []),
    ...(shape.icmpType === undefined ? [] : [`${shape.icmpType}/${shape.icmpCode ?? 0}`]),
    ...numbers,
    ...lists,
    ...(beyond === true ? ['beyond'] : []),
    ...(shape.quotes === undefined
      ? []
      : [`of ${printProbe({ from: null, shape: shape.quotes }).replace(' here ', ' ')}`]),
  ].join(' ')
}
