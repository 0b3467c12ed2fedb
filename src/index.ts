/**
 * portolan: the ports of this machine, in one line.
 *
 *     import { listSockets } from 'portolan'
 *     for (const socket of await listSockets({ filter: 'state listening' })) console.log(socket.local, socket.owners)
 *
 * These calls open the host they run on and close it again. The subpaths (`portolan/sockets`, `portolan/os` …) take a
 * host as an argument, and say more.
 */
import { UNSPECIFIED_V6 } from './model/address.ts'
import { isHostAddress, parseEndpoint } from './model/endpoint.ts'
import { fault } from './model/fault.ts'
import { ANY_PORT } from './model/port.ts'
import { isProtocol } from './model/protocol.ts'
import { lookupName, serviceName } from './model/registry/registry.ts'
import { openOS } from './os/open.ts'
import type { OS } from './os/os.ts'
import type { CanBind, CanBindRequest, FreeRequest, LeaseRequest } from './tools/bind/bind.ts'
import type { ServiceNames, SocketItem } from './tools/sockets/sockets.ts'
import * as sockets from './tools/sockets/sockets.ts'
import type { PlanOptions, StopOptions, StopResult } from './tools/stop/stop.ts'
import type { WaitOptions, WaitResult } from './tools/wait/wait.ts'
import type { Diagnosis, WhyOptions } from './tools/why/why.ts'

/**
 * The sockets of this machine, with owners and the names of their services. Throws `E_FILTER_SYNTAX`, and
 * `E_HOST_UNSUPPORTED` on systems whose table can't be read yet.
 */
export const listSockets = (options: sockets.ListOptions = {}): Promise<SocketItem[]> =>
  withOS(os => sockets.listSockets(os, { services: builtInNames, names: builtInPorts, ...options }))

/** Who listens on a port: `whoListens(3000)`, `whoListens('tcp/53')`, `whoListens('[::1]:80')`. Empty for nobody. */
export async function whoListens(target: number | string): Promise<SocketItem[]> {
  const { port, protocol } = parseEndpoint(String(target))
  return withOS(os =>
    sockets.listSockets(os, {
      services: builtInNames,
      listening: true,
      localPort: port,
      ...(protocol === undefined ? {} : { protocols: [protocol] }),
    }),
  )
}

/**
 * Frees a port by ending who listens on it: SIGTERM, then, with `kill: true`, SIGKILL. Never a client. Nobody is asked:
 * `planStop` of `portolan/stop` shows first what it would come to.
 */
export const stopPort = (
  target: number | string,
  options: StopOptions & PlanOptions = {},
): Promise<StopResult> =>
  withOS(async os => (await import('./tools/stop/stop.ts')).stopPort(os, target, options))

/** Waits until all of them are there: `waitFor(['localhost:5432', 'file:ready'])`. Says in the answer what didn't come. */
export const waitFor = (
  targets: string | readonly string[],
  options: WaitOptions = {},
): Promise<WaitResult> =>
  withOS(async os => (await import('./tools/wait/wait.ts')).waitFor(os, targets, options))

/**
 * Why a port can't be reached: `why('db:5432')`, `why('https://shop.example')`. The answer has the verdict, causes with their evidence, and
 * each step. Throws `E_WHY_TARGET` for what is no target; one that can't be reached is an answer. `os`: a host of one's own.
 */
export const why = async (
  target: string,
  { os, ...options }: WhyOptions & { readonly os?: OS } = {},
): Promise<Diagnosis> => {
  const tool = await import('./tools/why/why.ts')
  return os === undefined ? withOS(own => tool.why(own, target, options)) : tool.why(os, target, options)
}

const builtInNames: ServiceNames = (port, protocol) =>
  isProtocol(protocol) ? serviceName(port, protocol) : null

const builtInPorts = (name: string) => lookupName(name).map(({ port }) => port)

async function withOS<T>(ask: (os: OS) => Promise<T>): Promise<T> {
  const os = await openOS()
  try {
    return await ask(os)
  } finally {
    await os.close()
  }
}

/**
 * Whether a port can be bound, and who or what is in the way: `canBind('0.0.0.0:80')`, `canBind(3000)`, `canBind('udp/53')`. Asked by
 * a trial that never listens, unless `trial: false`. Without an address it is the wildcard of both families.
 */
export async function canBind(target: number | string, options: BindOptions = {}): Promise<CanBind> {
  const { protocol = 'tcp', host, port } = parseEndpoint(String(target))
  if (protocol !== 'tcp' && protocol !== 'udp')
    throw fault('E_BIND_REQUEST', { why: `${protocol} can't be bound yet` })
  if (host !== undefined && !isHostAddress(host))
    throw fault('E_BIND_REQUEST', { why: `"${host}" is a name` })
  if (port === ANY_PORT) throw fault('E_BIND_REQUEST', { why: 'port 0 lets the system choose' })
  const address = host ?? UNSPECIFIED_V6
  const wildcard = host === undefined ? { v6only: false } : {}
  const request = { protocol, address, port, trial: true, ...wildcard, ...options }
  return withOS(async os => (await import('./tools/bind/bind.ts')).canBind(os, request))
}

export type BindOptions = Partial<Omit<CanBindRequest, 'protocol' | 'address' | 'port'>>

/**
 * A port that is free on IPv4 and IPv6 at this moment; nothing keeps it so. Throws `E_NO_FREE_PORT`. Any of `range`, and
 * for UDP with `protocol: 'udp'`.
 */
export async function freePort(options: FreeRequest = {}): Promise<number> {
  const bind = await import('./tools/bind/bind.ts')
  const { ports, shortage } = await bind.findFreePorts(await sharedOS(), { ...options, count: 1 })
  if (shortage !== null) throw fault('E_NO_FREE_PORT', { why: shortage.says })
  return ports[0]!
}

/**
 * A port that nobody else on this machine gets who asks, until this process ends. With a `name`, the same port again
 * for the same name, `project` and `branch`, when it is free. Throws `E_NO_FREE_PORT`, and what makes leases impossible.
 */
export async function leasePort(options: LeaseOptions = {}): Promise<number> {
  return (await leased(options))[0]!
}

/** So many ports in a row, leased as `leasePort` does. */
export async function leaseBlock(count: number, options: LeaseOptions = {}): Promise<readonly number[]> {
  return leased({ ...options, count })
}

/** What may be said about a lease. `os`: a host of one's own, as tests need; this machine without it. */
export type LeaseOptions = Omit<LeaseRequest, 'reserve' | 'count'> & { readonly os?: OS }

async function leased({
  os,
  ...options
}: LeaseOptions & { readonly count?: number }): Promise<readonly number[]> {
  bind ??= await import('./tools/bind/bind.ts')
  const host = os ?? (await sharedOS())
  const plain = Object.keys(options).every(key => key === 'range' || key === 'random')
  const outcome = await (plain ? bind.leaseOnePort(host, options) : bind.takeLease(host, options))
  if ('refused' in outcome) throw fault('E_NO_FREE_PORT', { why: outcome.refused.says })
  return outcome.lease.ports
}

let bind: typeof import('./tools/bind/bind.ts') | undefined
let shared: Promise<OS> | undefined

/** Holds nothing open between calls, so nobody has to close it. */
const sharedOS = (): Promise<OS> => {
  shared ??= openOS()
  return shared
}

export * from './model/model.ts'
export {
  lookupName,
  lookupPort,
  lookupRange,
  searchServices,
  serviceName,
} from './model/registry/registry.ts'
export { openOS } from './os/open.ts'
export type { OS } from './os/os.ts'
export type { CanBind, FreeRequest, Lease, LeaseRequest } from './tools/bind/bind.ts'
export type { ListOptions, OwnerItem, SocketItem } from './tools/sockets/sockets.ts'
export type { StopOptions, StopResult } from './tools/stop/stop.ts'
export type { WaitOptions, WaitResult } from './tools/wait/wait.ts'
export type { Diagnosis, WhyOptions } from './tools/why/why.ts'
