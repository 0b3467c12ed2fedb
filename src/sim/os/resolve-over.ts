/**
 * Looks names up on a simulated host as a library of C does (getaddrinfo(3), res_send of resolv/res_send.c): what it was described with,
 * its hosts file, the hosts of its network, then its resolvers one after another, by datagrams of its own. Nobody is asked where none is named.
 */
import type { Address } from '../../model/address.ts'
import { valueOr } from '../../model/known.ts'
import type { Port } from '../../model/port.ts'
import type { Resolved } from '../../os/reach.ts'
import {
  DNS_RCODES,
  DNS_TYPE,
  type DnsMessage,
  decodeDns,
  dnsQuery,
  encodeDns,
  isAnswerTo,
} from '../../wire/dns/dns.ts'
import { hostsEntriesOf, parseHostsFile } from '../../wire/hosts-file.ts'
import { namesToAsk, parseResolvConf, type ResolvConf } from '../../wire/resolv-conf.ts'
import { FAILED, type UdpSocket } from '../transport/transport.ts'
import type { ReachHost } from './reach-over.ts'

const DNS_PORT = 53 as Port
/** IPv6 first, as addresses are sorted where both can be reached (RFC 6724 section 6). */
const TYPES = [DNS_TYPE.AAAA, DNS_TYPE.A] as const

type Answer = readonly Address[] | 'no-name' | 'next'

export async function resolveOver(host: ReachHost, name: string, signal?: AbortSignal): Promise<Resolved> {
  const told = await host.still.reach.resolve(name, signal === undefined ? {} : { signal })
  if (told.kind === 'found') return told
  const naming = await host.still.naming()
  const entries = hostsEntriesOf(parseHostsFile(valueOr(naming.hosts, '')), name)
  const here = entries.length > 0 ? entries.map(({ address }) => address) : host.lookup(name)
  if (here.length > 0) return { kind: 'found', addresses: here }
  const settings = parseResolvConf(valueOr(naming.resolvers, ''))
  if (!settings.named) return told
  for (const one of namesToAsk(name, settings)) {
    const answer = await askAll(host, one, settings, signal)
    if (answer === 'next') return { kind: 'failed', code: 'EAI_AGAIN' }
    if (answer !== 'no-name') return { kind: 'found', addresses: answer }
  }
  return { kind: 'failed', code: 'ENOTFOUND' }
}

/** Each server in turn, as often as it is set; `next` where none had an answer. */
async function askAll(
  host: ReachHost,
  name: string,
  { servers, attempts, timeout }: ResolvConf,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  for (let round = 0; round < attempts; round++)
    for (const server of servers) {
      signal?.throwIfAborted()
      const seconds = (timeout * 2 ** round) / (round === 0 ? 1 : servers.length)
      const answer = await askOne(host, server, name, Math.max(1, Math.floor(seconds)) * 1000)
      if (answer !== 'next') return answer
    }
  return 'next'
}

/** Both families over one socket. What the network says is heard, and the next one asked. */
async function askOne(host: ReachHost, server: Address, name: string, timeoutMs: number): Promise<Answer> {
  const socket = host.transport.datagram(server.includes(':') ? 'ipv6' : 'ipv4', host.owner)
  try {
    if (socket.connect(server, DNS_PORT) !== 'OK') return 'next'
    const queries = TYPES.map(type => dnsQuery(Math.floor(host.engine.random() * 0x10000), name, type))
    for (const query of queries) if (socket.send(encodeDns(query)) !== 'OK') return 'next'
    return saidBy(await messagesOf(host, socket, queries, timeoutMs))
  } finally {
    socket.close()
  }
}

function saidBy(messages: readonly DnsMessage[] | undefined): Answer {
  if (messages === undefined) return 'next'
  const words = messages.map(({ rcode }) => DNS_RCODES[rcode])
  if (words.some(word => word !== 'NOERROR' && word !== 'NXDOMAIN')) return 'next'
  const found = messages.flatMap(({ answers }) =>
    answers.flatMap(({ data }) => (data.kind === 'address' ? [data.address] : [])),
  )
  return found.length > 0 ? found : 'no-name'
}

/** One for each query, in their order; undefined where one is missing in the end. */
function messagesOf(
  { engine }: ReachHost,
  socket: UdpSocket,
  queries: readonly DnsMessage[],
  timeoutMs: number,
): Promise<readonly DnsMessage[] | undefined> {
  return new Promise(resolve => {
    const answers = new Map<DnsMessage, DnsMessage>()
    const end = (came: readonly DnsMessage[] | undefined): void => {
      timer.cancel()
      socket.notify = null
      engine.tell()
      resolve(came)
    }
    const timer = engine.schedule(timeoutMs, () => end(undefined))
    socket.notify = events => {
      if ((events & FAILED) !== 0) return end(undefined)
      for (let came = socket.receive(); came !== null; came = socket.receive()) {
        if (!('data' in came)) return end(undefined)
        const message = decodeDns(came.data)
        const asked = queries.find(query => message !== undefined && isAnswerTo(query, message))
        if (asked !== undefined) answers.set(asked, message!)
      }
      if (answers.size === queries.length) end(queries.map(query => answers.get(query)!))
    }
  })
}
