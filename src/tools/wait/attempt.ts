/** One look at a target: whether it is there, and if not, why not. */
import { type Address, LOOPBACK_V4, LOOPBACK_V6 } from '../../model/address.ts'
import { type EndpointSpec, formatEndpoint, isHostAddress } from '../../model/endpoint.ts'
import type { OS } from '../../os/os.ts'
import type { Tried } from '../../os/reach.ts'
import { heldReason, listensAt, otherwiseHeard } from './local-port.ts'
import type { WaitTarget } from './target.ts'

export interface Attempt {
  readonly ready: boolean
  /** Changes when what is waited for does; without numbers that change all the time. */
  readonly reason: WaitReason
}

export interface WaitReason {
  /** `there`, `refused`, `timed-out`, `unreachable`, `absent`, `denied`, `broken`, `unresolved`, `held`. */
  readonly code: Tried['kind'] | 'there' | 'unresolved' | 'held'
  readonly says: string
}

export interface AttemptOptions {
  /** How long one try may take, milliseconds. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export async function attempt(os: OS, target: WaitTarget, options: AttemptOptions): Promise<Attempt> {
  switch (target.kind) {
    case 'file':
      return fromTried(await os.reach.file(target.path), target.path)
    case 'unix':
      return fromTried(await os.reach.dial({ path: target.path }, options), target.path)
    case 'page': {
      const { url } = target
      const { hostname, protocol, port } = new URL(url)
      const host = hostname.replace(/^\[|\]$/g, '')
      const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
      return atAddresses(os, host, number, options, async address => {
        const tried = await os.reach.get({ url, address }, options)
        return { tried, where: url, ...(tried.status === undefined ? {} : { status: tried.status }) }
      })
    }
    case 'port':
      return atPort(os, target.endpoint, options)
  }
}

/** The same the other way round: whether a target has gone. */
export async function attemptGone(os: OS, target: WaitTarget, options: AttemptOptions): Promise<Attempt> {
  if (target.kind === 'port' && isOurs(target.endpoint)) {
    const held = await heldReason(os, target.endpoint)
    return held === null
      ? { ready: true, reason: { code: 'there', says: 'nobody holds it' } }
      : { ready: false, reason: { code: 'held', says: held } }
  }
  const { ready, reason } = await attempt(os, target, options)
  const gone = !ready && GONE.has(reason.code)
  return {
    ready: gone,
    reason: gone ? reason : { code: 'held', says: ready ? 'it is still there' : reason.says },
  }
}

/** What can't be looked at, or doesn't answer in time, has not gone for sure. */
const GONE: ReadonlySet<string> = new Set(['refused', 'absent'])

const isOurs = ({ host }: EndpointSpec): boolean =>
  host === undefined || host === 'localhost' || host === '::1' || host.startsWith('127.')

async function atPort(os: OS, endpoint: EndpointSpec, options: AttemptOptions): Promise<Attempt> {
  const { host, port, protocol } = endpoint
  if (protocol !== undefined && protocol !== 'tcp') {
    const there = await listensAt(os, endpoint)
    if (there) return { ready: true, reason: { code: 'there', says: 'it is bound' } }
    return { ready: false, reason: { code: 'refused', says: `nobody has ${protocol} port ${port} here` } }
  }
  return atAddresses(os, host ?? 'localhost', port, options, async address => ({
    tried: await os.reach.dial({ address, port }, options),
    where: formatEndpoint({ address, port: endpoint.port }),
  }))
}

interface Asked {
  readonly tried: Tried
  readonly where: string
  readonly status?: number
}

/** Every address of the host is tried, in the resolver's order; one that answers is enough. */
async function atAddresses(
  os: OS,
  host: string,
  port: number,
  options: AttemptOptions,
  ask: (address: Address) => Promise<Asked>,
): Promise<Attempt> {
  const found = await addressesOf(os, host, options.signal)
  if ('code' in found)
    return {
      ready: false,
      reason: { code: 'unresolved', says: `the name ${host} has no address (${found.code})` },
    }
  const failed: { readonly address: Address; readonly reason: WaitReason }[] = []
  for (const address of found) {
    const { tried, where, status } = await ask(address)
    if (tried.kind === 'yes') {
      const [first] = failed
      const says =
        first === undefined
          ? `${where} answers`
          : `${where} answers on ${address}, but ${host} means ${first.address} first, where it is ${first.reason.code}`
      return { ready: true, reason: { code: 'there', says } }
    }
    failed.push({ address, reason: { code: tried.kind, says: triedText(tried, where, status) } })
  }
  const reason = failed.find(one => one.reason.code !== 'refused')?.reason ?? failed[0]!.reason
  const addresses = failed.map(one => one.address)
  const elsewhere = reason.code === 'refused' ? await otherwiseHeard(os, port, addresses) : null
  const all =
    failed.length > 1 && reason.code === 'refused'
      ? `${reason.says}, nor on ${addresses.slice(1).join(', ')}`
      : reason.says
  return { ready: false, reason: { ...reason, says: elsewhere === null ? all : `${all}; ${elsewhere}` } }
}

/** Both loopback addresses for `localhost`, whichever of them the system names; IPv6 first, as most programs try it. */
async function addressesOf(
  os: OS,
  host: string,
  signal?: AbortSignal,
): Promise<readonly Address[] | { readonly code: string }> {
  if (isHostAddress(host as Address)) return [host as Address]
  const found = await os.reach.resolve(host, signal === undefined ? {} : { signal })
  if (host === 'localhost')
    return [...new Set([...(found.kind === 'found' ? found.addresses : []), LOOPBACK_V6, LOOPBACK_V4])]
  if (found.kind === 'failed') return { code: found.code }
  return found.addresses.length > 0 ? found.addresses : { code: 'ENODATA' }
}

const fromTried = (tried: Tried, path: string): Attempt =>
  tried.kind === 'yes'
    ? { ready: true, reason: { code: 'there', says: `${path} is there` } }
    : { ready: false, reason: { code: tried.kind, says: triedText(tried, path) } }

function triedText({ kind, code }: Tried, where: string, status?: number): string {
  switch (kind) {
    case 'refused':
      return `nobody listens on ${where} (refused)`
    case 'timed-out':
      return `${where} does not answer in time`
    case 'unreachable':
      return `there is no way to ${where} (${code})`
    case 'absent':
      return `there is no ${where}`
    case 'denied':
      return `${where} may not be used from here (${code})`
    default:
      return status === undefined
        ? `${where} takes the connection and breaks it off (${code ?? 'no answer'})`
        : `${where} answers with HTTP ${status}`
  }
}
