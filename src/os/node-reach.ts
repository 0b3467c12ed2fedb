/** Tries things from the machine that Node runs on: through its own sockets, resolver and files. */
import { parseAddress } from '../model/address.ts'
import { codeOf, firstOutcome } from './first-outcome.ts'
import type { DialTarget, PageRequest, Reach, Resolved, Tried, TryOptions } from './reach.ts'
import { noTrials, triedOf } from './reach.ts'

export const nodeReach: Reach = {
  resolve,
  dial,
  get,
  file,
  datagrams: async request => (await import('./node-datagrams.ts')).openDatagrams(request),
  ...noTrials(),
  attempt: async (...asked) => (await import('./node-attempt.ts')).nodeAttempt(...asked),
  tls: async (...asked) => (await import('./node-tls.ts')).nodeTls(...asked),
}

async function resolve(name: string): Promise<Resolved> {
  const { lookup } = await import('node:dns/promises')
  try {
    const found = await lookup(name, { all: true, order: 'verbatim' })
    return { kind: 'found', addresses: found.map(({ address }) => parseAddress(address)) }
  } catch (error) {
    return { kind: 'failed', code: codeOf(error) ?? 'ENOTFOUND' }
  }
}

async function dial(to: DialTarget, { timeoutMs, signal }: TryOptions): Promise<Tried> {
  signal?.throwIfAborted()
  const { connect } = await import('node:net')
  const socket = connect('path' in to ? { path: to.path } : { host: to.address as string, port: to.port })
  return firstOutcome(
    settle => {
      socket.once('connect', () => settle({ kind: 'yes' }))
      socket.on('error', error => settle(triedOf(codeOf(error))))
    },
    () => socket.destroy(),
    { timeoutMs, ...(signal === undefined ? {} : { signal }) },
  )
}

async function get({ url, address }: PageRequest, { timeoutMs, signal }: TryOptions) {
  signal?.throwIfAborted()
  const { protocol, hostname, port, pathname, search, host } = new URL(url)
  const secure = protocol === 'https:'
  const { request } = secure ? await import('node:https') : await import('node:http')
  const name = hostname.replace(/^\[|\]$/g, '')
  const asked = request({
    host: address as string,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: `${pathname}${search}`,
    headers: { host, 'user-agent': 'portolan', connection: 'close' },
    agent: false,
    ...(secure ? { rejectUnauthorized: false, ...(isName(name) ? { servername: name } : {}) } : {}),
  })
  asked.end()
  return firstOutcome<Tried & { readonly status?: number }>(
    settle => {
      asked.once('response', response => {
        const status = response.statusCode ?? 0
        settle({ kind: status >= 200 && status < 400 ? 'yes' : 'broken', status })
      })
      asked.on('error', error => settle(triedOf(codeOf(error))))
    },
    () => asked.destroy(),
    { timeoutMs, ...(signal === undefined ? {} : { signal }) },
  )
}

/** A server name of TLS is a name, never an address (RFC 6066 section 3). */
const isName = (host: string): boolean => /[a-z]/i.test(host) && !host.includes(':')

async function file(path: string): Promise<Tried> {
  const { stat } = await import('node:fs/promises')
  try {
    await stat(path)
    return { kind: 'yes' }
  } catch (error) {
    return triedOf(codeOf(error))
  }
}
