/**
 * bind(): the checks that come before the port, in the order of each family (Linux `__inet_bind`, `__inet6_bind`).
 */
import { type Address, isMapped, UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../address.ts'
import { isWildcard, type LocalAddress, localV4, localV6 } from './local-address.ts'
import { type Plan, refuse } from './plan.ts'
import type { Outcome, Surroundings } from './program.ts'
import { type SpaceSocket, wildcardOf } from './space-socket.ts'
import { deviceOf, isPrivileged } from './surroundings.ts'

/** What a transport does with a port: TCP and UDP differ. */
export interface PortTaker {
  /** Takes `port`, or lets one be chosen for 0, for the socket as it would be with that address. */
  take(socket: SpaceSocket, candidate: SpaceSocket, port: number): Plan
}

export function bind(
  socket: SpaceSocket,
  address: Address,
  port: number,
  surroundings: Surroundings,
  taker: PortTaker,
): Plan {
  const refusal = socket.family === 'ipv4' ? whyNotV4 : whyNotV6
  const errno = refusal(socket, address, port, surroundings)
  if (errno !== null) return refuse(errno)
  const local = socket.family === 'ipv4' ? localV4(address) : localV6(address)
  const real = local.v6 !== null && local.v6 !== UNSPECIFIED_V6 && !isMapped(local.v6)
  const candidate: SpaceSocket = { ...socket, local, v6only: socket.v6only || real }
  const settle = (): void => {
    socket.local = local
    socket.v6only = candidate.v6only
    socket.remote = null
    if (locksAddress(local)) socket.addressLock = true
    if (port !== 0) socket.portLock = true
    socket.sport = socket.num
  }
  if (port === 0 && socket.noPort) {
    return { expectation: { errnos: ['OK'], address, ports: given => given === 0 }, commit: settle }
  }
  const plan = taker.take(socket, candidate, port)
  return {
    ...plan,
    expectation: { ...plan.expectation, address },
    commit(outcome: Outcome) {
      if (outcome.errno === 'OK') {
        socket.local = local
        socket.v6only = candidate.v6only
        plan.commit(outcome)
        settle()
      } else socket.local = wildcardOf(socket.family)
    },
  }
}

/** Anything but the plain wildcard: `::ffff:0.0.0.0` is held on to. */
const locksAddress = (local: LocalAddress): boolean => !isWildcard(local)

const isHeld = ({ state, num }: SpaceSocket): boolean => state !== 'close' || num !== 0

function whyNotV4(
  socket: SpaceSocket,
  address: Address,
  port: number,
  surroundings: Surroundings,
): string | null {
  if (address !== UNSPECIFIED_V4 && deviceOf(surroundings, address) === null) return 'EADDRNOTAVAIL'
  if (isPrivileged(surroundings, port) && socket.uid !== 0) return 'EACCES'
  return isHeld(socket) ? 'EINVAL' : null
}

function whyNotV6(
  socket: SpaceSocket,
  address: Address,
  port: number,
  surroundings: Surroundings,
): string | null {
  if (isPrivileged(surroundings, port) && socket.uid !== 0) return 'EACCES'
  if (isHeld(socket)) return 'EINVAL'
  if (address === UNSPECIFIED_V6) return null
  const device = deviceOf(surroundings, address)
  if (isMapped(address)) {
    if (socket.v6only) return 'EINVAL'
    return device === null && address !== '::ffff:0.0.0.0' ? 'EADDRNOTAVAIL' : null
  }
  if (device === null) return 'EADDRNOTAVAIL'
  // Addresses of a narrower scope than global must be the bound device's own (`ipv6_chk_addr`).
  return address === '::1' && socket.device !== null && socket.device !== 'lo' ? 'EADDRNOTAVAIL' : null
}
