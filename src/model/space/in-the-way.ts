/**
 * Whether somebody who has a port keeps a new socket from binding it, as far as can be told from what is known of him.
 *
 * The two judge each other by places, devices, flags and users (`local-address.ts`, `sharing.ts`; for UDP Linux
 * `udp_lib_lport_inuse`, for SCTP `sctp_get_port_local`). Flags and users that are hidden are tried both ways: only where every way leads to the same
 * answer it is one. What a port's history adds (a SO_REUSEPORT socket that is let in without a look at the others, the
 * order of UDP's list) no listing tells, so a trial may still say yes.
 */
import { familyOf } from '../address.ts'
import type { Claimant, Occupant } from './claimant.ts'
import { localV4, localV6, overlaps } from './local-address.ts'
import type { SpaceProtocol } from './program.ts'
import { boundAddress, sctpConflict } from './sctp-address.ts'
import { devicesOverlap, flagsConflict } from './sharing.ts'
import { newSocket, type SpaceSocket } from './space-socket.ts'

export type InTheWay = 'yes' | 'no' | 'depends'

export function inTheWay(fresh: Claimant, old: Occupant): InTheWay {
  const answers = new Set<boolean>()
  for (const one of guesses(fresh, old.uid)) {
    for (const other of guesses(old, fresh.uid)) {
      other.state = old.state === 'bound' ? 'close' : old.state === 'connected' ? 'established' : old.state
      answers.add(fresh.protocol === old.protocol && CONFLICT[fresh.protocol](one, other))
    }
  }
  return answers.size === 2 ? 'depends' : answers.has(true) ? 'yes' : 'no'
}

/** Of two sockets of the same protocol: the protocols' spaces are apart. */
const CONFLICT: Readonly<Record<SpaceProtocol, (fresh: SpaceSocket, old: SpaceSocket) => boolean>> = {
  tcp: streamsConflict,
  udp: datagramsConflict,
  sctp: (fresh, old) =>
    sctpConflict(fresh, boundAddress(fresh.local), old) && flagsConflict(fresh, old, 'bind'),
  dccp: streamsConflict,
}

function streamsConflict(fresh: SpaceSocket, old: SpaceSocket): boolean {
  return overlaps(fresh, old) && flagsConflict(fresh, old, 'bind')
}

function datagramsConflict(fresh: SpaceSocket, old: SpaceSocket): boolean {
  if (!overlaps(fresh, old)) return false
  if (!devicesOverlap(fresh.device, old.device) || (fresh.reuseAddress && old.reuseAddress)) return false
  return !(fresh.reusePort && old.reusePort && fresh.uid === old.uid)
}

/** One socket for each way that what is hidden may be. A hidden user is either the other's or somebody else. */
function guesses(of: Claimant, others: number | null): SpaceSocket[] {
  const ipv6 = familyOf(of.address) === 'ipv6'
  const sockets: SpaceSocket[] = []
  for (const reuseAddress of ways(of.reuseAddress)) {
    for (const reusePort of ways(of.reusePort)) {
      for (const v6only of ipv6 ? ways(of.v6only) : [false]) {
        for (const uid of of.uid === null ? [others ?? 0, NOBODY_ELSE] : [of.uid]) {
          const socket = newSocket(0, of.protocol, ipv6 ? 'ipv6' : 'ipv4', uid)
          Object.assign(socket, { reuseAddress, reusePort, v6only, device: of.device })
          socket.local = ipv6 ? localV6(of.address) : localV4(of.address)
          sockets.push(socket)
        }
      }
    }
  }
  return sockets
}

const ways = (value: boolean | null): readonly boolean[] => (value === null ? [false, true] : [value])

/** No user has this id: it is what setuid(2) takes for "leave it as it is". */
const NOBODY_ELSE = 0xffffffff
