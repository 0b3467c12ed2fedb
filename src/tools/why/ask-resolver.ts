/**
 * What one resolver of the host says to a name, asked by itself: A and AAAA (RFC 1035, RFC 3596), through the search list as
 * the host's own library would (resolv.conf(5)). Only resolvers are asked that the host is set up to ask.
 */
import type { Address } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import type { OS } from '../../os/os.ts'
import {
  DNS_RCODES,
  DNS_TYPE,
  type DnsMessage,
  decodeDns,
  dnsQuery,
  encodeDns,
  isAnswerTo,
  isDnsName,
} from '../../wire/dns/dns.ts'
import { probeDatagram } from './probe-datagram.ts'

/**
 * | kind | what came |
 * |---|---|
 * | addresses | some |
 * | no-name | there is no such name (NXDOMAIN) |
 * | no-address | the name is there, and has no address |
 * | refuses | it won't, or can't: REFUSED, SERVFAIL … |
 * | silent | nothing, or nothing that answers the question |
 * | unreachable | the datagram could not be sent, or came to nobody |
 */
export interface NameAnswer {
  /** As it was asked, a domain of the search list appended. */
  readonly name: string
  readonly kind: 'addresses' | 'no-name' | 'no-address' | 'refuses' | 'silent' | 'unreachable'
  readonly addresses: readonly Address[]
  /** `NXDOMAIN`, `ECONNREFUSED`. */
  readonly word: string
  readonly ms: number
}

export interface ResolverAnswer {
  readonly server: Address
  /** One for each name that was asked for, the last being the one that counts. */
  readonly asked: readonly NameAnswer[]
}

export interface ResolverQuestion {
  readonly server: Address
  /** In the order in which they are tried. */
  readonly names: readonly string[]
  /** For each name, milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const DNS_PORT = 53 as Port

export async function askResolver(
  os: OS,
  { server, names, timeoutMs, signal }: ResolverQuestion,
): Promise<ResolverAnswer> {
  const asked: NameAnswer[] = []
  for (const name of names.filter(isDnsName)) {
    const [first, second] = await Promise.all(
      [DNS_TYPE.A, DNS_TYPE.AAAA].map(type => askOnce(os, server, name, type, { timeoutMs, signal })),
    )
    const answer = joined(first!, second!)
    asked.push(answer)
    // Who has addresses has answered; who is silent or refuses won't do better for another name.
    if (answer.kind !== 'no-name' && answer.kind !== 'no-address') break
  }
  return { server, asked }
}

async function askOnce(
  os: OS,
  server: Address,
  name: string,
  type: number,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<NameAnswer> {
  const query = dnsQuery(crypto.getRandomValues(new Uint16Array(1))[0]!, name, type)
  const sent = await probeDatagram(os, { address: server, port: DNS_PORT }, encodeDns(query), {
    timeoutMs,
    signal,
  })
  const { ms } = sent
  if (sent.kind === 'nothing') return { name, kind: 'silent', addresses: [], word: 'no answer', ms }
  if (sent.kind === 'failed') return { name, kind: 'unreachable', addresses: [], word: sent.code, ms }
  const message = decodeDns(sent.bytes)
  if (message === undefined || !isAnswerTo(query, message))
    return { name, kind: 'silent', addresses: [], word: 'an answer to another question', ms }
  return { name, ms, ...saidIn(message) }
}

function saidIn(message: DnsMessage): Omit<NameAnswer, 'name' | 'ms'> {
  const addresses = message.answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : []))
  const word = DNS_RCODES[message.rcode] ?? `RCODE ${message.rcode}`
  if (addresses.length > 0) return { kind: 'addresses', addresses, word }
  if (word === 'NXDOMAIN') return { kind: 'no-name', addresses, word }
  return word === 'NOERROR'
    ? { kind: 'no-address', addresses, word: 'no address' }
    : { kind: 'refuses', addresses, word }
}

/** The better of two answers, with the addresses of both. */
function joined(a: NameAnswer, b: NameAnswer): NameAnswer {
  const [better] = [a, b].toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
  return { ...better!, addresses: [...a.addresses, ...b.addresses], ms: Math.max(a.ms, b.ms) }
}
const ORDER: readonly NameAnswer['kind'][] = [
  'addresses',
  'no-address',
  'no-name',
  'refuses',
  'unreachable',
  'silent',
]

/** The answer that counts: that with addresses, or the last. */
export const finalOf = ({ asked }: ResolverAnswer): NameAnswer | undefined =>
  asked.find(({ kind }) => kind === 'addresses') ?? asked.at(-1)

/** `192.0.2.53: NXDOMAIN for db.example in 3 ms` */
export function sayResolver(answer: ResolverAnswer): string {
  const said = answer.asked.map(({ name, kind, addresses, word, ms }) => {
    const time = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
    return kind === 'addresses'
      ? `${name} is ${addresses.join(', ')} (${time})`
      : `${word} for ${name} (${time})`
  })
  return `${answer.server}: ${said.join('; ') || 'not asked'}`
}
