/** What a protocol does with its ports. Each has a space of its own: TCP 80 and SCTP 80 never meet. */
import type { Address } from '../address.ts'
import type { Plan } from './plan.ts'
import type { SocketId } from './program.ts'
import type { SpaceSocket } from './space-socket.ts'
import type { Target } from './surroundings.ts'

/** Which sockets an action needs and leaves is `PortSpace`'s business; here the protocol answers for one of its own. */
export interface Transport {
  /** Port 0: let the system choose. */
  bind(socket: SpaceSocket, address: Address, port: number): Plan
  listen(socket: SpaceSocket): Plan
  connect(socket: SpaceSocket, target: Target): Plan
  /** `adopt`: is given the new socket once it is accepted. */
  accept(listener: SpaceSocket, as: SocketId, adopt: (child: SpaceSocket) => void): Plan
  disconnect(socket: SpaceSocket): void
  shutdown(socket: SpaceSocket, how: 'read' | 'write' | 'both'): Plan
  close(socket: SpaceSocket, abort: boolean): void
}
