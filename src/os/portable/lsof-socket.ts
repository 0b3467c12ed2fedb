/** From a socket as lsof tells it to one of ours. */
import { withoutZone, zoneOf } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import type { Socket } from '../../model/socket.ts'
import type { LsofSocket } from '../../wire/lsof.ts'

/**
 * User, cookie and v6only are not told, nor are the queues of listeners: on macOS they are not what waits to be
 * accepted.
 */
export function asSocket({ protocol, family, state, local, peer, queue }: LsofSocket, inode: number): Socket {
  const zone = Number(zoneOf(local.address))
  return {
    protocol,
    family,
    state,
    local: bare(local),
    ...(peer === undefined ? {} : { peer: bare(peer) }),
    interface: Number.isInteger(zone) ? zone : 0,
    netns: 0,
    inode,
    cookie: 0n,
    ...(queue === undefined || state === 'listen' ? {} : { queue }),
  }
}

const bare = ({ address, port }: Endpoint): Endpoint => ({ address: withoutZone(address), port })
