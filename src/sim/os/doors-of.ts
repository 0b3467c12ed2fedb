/** A simulated host's own sockets as the doors that passing on and listening need: time is simulated, names are the network's. */

import { isAddress, parseAddress } from '../../model/address.ts'
import type { Reach } from '../../os/reach.ts'
import type { Doors } from '../../os/relay-doors.ts'
import type { Engine } from '../engine/engine.ts'
import { createConnection, createServer, createSocket, type NodeHost } from '../node/node.ts'
import type { SocketOwner } from '../transport/transport.ts'

export interface DoorsOf {
  readonly engine: Engine
  readonly door: NodeHost
  readonly owner: SocketOwner
  readonly reach: Reach
  /** When simulated time began, milliseconds since 1970. */
  readonly startAt: number
}

export const doorsOf = ({ engine, door, owner, reach, startAt }: DoorsOf): Doors => ({
  server: (options, onConnection) => createServer(door, { ...options, owner }, onConnection),
  stream: options => createConnection(door, { ...options, owner }),
  packets: options => createSocket(door, { ...options, owner }),
  resolve: async name =>
    isAddress(name) ? { kind: 'found', addresses: [parseAddress(name)] } : reach.resolve(name),
  now: () => startAt + engine.now(),
  monotonic: () => engine.now(),
  after(ms, run) {
    const timer = engine.schedule(ms, () => {
      engine.tell()
      run()
    })
    return () => timer.cancel()
  },
})
