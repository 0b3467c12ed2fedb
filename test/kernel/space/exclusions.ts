/**
 * What programs don't do, because its outcome depends on something that a model of ports doesn't have. Each exclusion has a
 * name, a reason, and a predicate on exactly the actions that have come so far and the next one; the executor leaves such an
 * action out and counts it.
 */
import { parseAddress, unmap } from '../../../src/model/address.ts'
import type { Action, Outcome, SocketId, SpaceProtocol } from '../../../src/model/space/program.ts'

export interface Step {
  readonly action: Action
  readonly outcome: Outcome
}

/** What has been done to one socket so far. */
export interface SocketPast {
  readonly protocol: SpaceProtocol
  readonly family: 'ipv4' | 'ipv6'
  readonly device: string | null
  /** An address of its family, or of the other, that it has tried to connect to. */
  readonly triedMapped: boolean
  readonly connected: boolean
  readonly listened: boolean
  readonly port: number
  readonly targets: readonly { readonly endpoint: string; readonly device: string | null }[]
}

export interface Exclusion {
  readonly because: string
  readonly holds: (past: ReadonlyMap<SocketId, SocketPast>, next: Action) => boolean
}

const MOST_UDP_TO_A_PORT = 10

export const EXCLUSIONS: Readonly<Record<string, Exclusion>> = {
  'IPv6 after IPv4': {
    because:
      'an IPv6 TCP socket that has tried to connect to a mapped address keeps the plumbing of IPv4: a later connection to a real IPv6 address hangs, and as a listener it misbehaves',
    holds: (past, next) => {
      const own = 'id' in next ? past.get(next.id) : undefined
      if (own?.protocol !== 'tcp' || !own.triedMapped) return false
      return next.do === 'listen' || (next.do === 'connect' && !isIpv4(next.address))
    },
  },
  'more than ten UDP sockets on a port': {
    because:
      'past ten sockets in a slot of its hash table, which other ports share, the kernel scans two shorter lists instead of one',
    holds: (past, next) => {
      if (next.do !== 'bind' && next.do !== 'connect' && next.do !== 'send') return false
      if (past.get(next.id)?.protocol !== 'udp') return false
      const counts = Map.groupBy(
        [...past.values()].filter(one => one.protocol === 'udp' && one.port !== 0),
        ({ port }) => port,
      )
      if (next.do === 'bind' && next.port !== 0)
        return (counts.get(next.port)?.length ?? 0) >= MOST_UDP_TO_A_PORT
      return [...counts.values()].some(on => on.length >= MOST_UDP_TO_A_PORT)
    },
  },
  'one destination, with a device and without': {
    because:
      'the kernel does not see a clash between a connection tied to a device and one that is not, so that two may have one four-tuple, and which of them lives is decided on the wire',
    holds: (past, next) => {
      if (next.do !== 'connect' || typeof next.port !== 'number') return false
      const own = past.get(next.id)
      if (own?.protocol !== 'tcp') return false
      const endpoint = endpointText(next.address, next.port)
      // A connection may have been tied to a device, or let go, since it was made.
      return [...past.values()].some(one =>
        one.targets.some(
          target =>
            target.endpoint === endpoint && (target.device !== own.device || one.device !== own.device),
        ),
      )
    },
  },
  'shutdown of what is not connected': {
    because:
      'it fails, and leaves a mark on the socket that has nothing to do with ports: a later connection cannot send, or a receiver gets nothing',
    holds: (past, next) => {
      if (next.do !== 'shutdown') return false
      const own = past.get(next.id)
      return own === undefined || own.protocol === 'udp' || (!own.connected && !own.listened)
    },
  },
}

/** The name of the exclusion that the next action falls under, if any. */
export const excluded = (past: ReadonlyMap<SocketId, SocketPast>, next: Action): string | null =>
  Object.keys(EXCLUSIONS).find(name => EXCLUSIONS[name]!.holds(past, next)) ?? null

/** Loopback is meant by the wildcard, so both are one destination. */
export function endpointText(address: string, port: number): string {
  const plain = unmap(parseAddress(address)) as string
  return `${plain === '0.0.0.0' ? '127.0.0.1' : plain === '::' ? '::1' : plain} ${port}`
}

const isIpv4 = (address: string): boolean => !address.includes(':') || address.includes('.')

/** Tells the past of the sockets one more step. */
export function remember(past: Map<SocketId, SocketPast>, { action, outcome }: Step): void {
  if (action.do === 'close') {
    bury(past, action.id)
    return
  }
  if (action.do === 'socket') {
    const { protocol, family } = action
    past.set(action.id, { ...UNTOUCHED, protocol, family })
    return
  }
  const own = past.get(action.id)
  if (own === undefined) return
  const port = outcome.local?.port ?? own.port
  if (action.do === 'accept') {
    if (outcome.errno === 'OK')
      past.set(action.as, {
        ...UNTOUCHED,
        protocol: 'tcp',
        family: own.family,
        device: own.device,
        port,
        connected: true,
      })
    return
  }
  past.set(action.id, { ...own, port, ...changed(own, action, outcome) })
}

/** What it connected to may live on in TIME_WAIT. Identifiers are used once, so that their negatives are free. */
function bury(past: Map<SocketId, SocketPast>, id: SocketId): void {
  const own = past.get(id)
  past.delete(id)
  if (own !== undefined) past.set(-1 - id, { ...own, port: 0 })
}

const UNTOUCHED = {
  device: null,
  triedMapped: false,
  connected: false,
  listened: false,
  port: 0,
  targets: [],
} as const

function changed(own: SocketPast, action: Action, { errno }: Outcome): Partial<SocketPast> {
  const done = errno === 'OK'
  switch (action.do) {
    case 'device':
      return done ? { device: action.device } : {}
    case 'listen':
      return done ? { listened: true } : {}
    case 'disconnect':
      return done ? { connected: false, listened: false } : {}
    case 'shutdown':
      return done && own.listened && action.how !== 'write' ? { listened: false } : {}
    case 'connect':
      return {
        triedMapped: own.triedMapped || (own.family === 'ipv6' && isIpv4(action.address)),
        connected: own.connected || done,
        targets: [
          ...own.targets,
          { endpoint: endpointText(action.address, action.port as number), device: own.device },
        ],
      }
    default:
      return {}
  }
}
