/**
 * connect() where a network is between the ends: as far as the host alone decides it. What the network answers is told
 * afterwards, by `established`, or by `TcpEndings.finish` and `forgetAddress`.
 */
import { exactKey } from './local-address.ts'
import { drawnOf, type Plan, refuse } from './plan.ts'
import type { SpaceSocket } from './space-socket.ts'
import { sourceFor, type Target } from './surroundings.ts'
import { type Tcp, whyBusy } from './tcp.ts'
import { departed } from './tcp-ends.ts'

/** EINPROGRESS with a port taken, or why not. */
export function openConnection(tcp: Tcp, socket: SpaceSocket, target: Target): Plan {
  const why = whyBusy(socket)
  if (why !== null) return refuse(why)
  const { address, mapped, port } = target
  const fixed = exactKey(socket.local)
  const source = fixed === '0.0.0.0' || fixed === '::' ? (target.source ?? sourceFor(address)) : fixed
  const remote = { address, port }
  const choice = tcp.portFor(socket, source, remote)
  return {
    expectation: {
      errnos: [
        ...(choice.ports.size > 0 ? ['EINPROGRESS'] : []),
        ...(choice.canFail ? ['EADDRNOTAVAIL'] : []),
      ],
      ports: own => choice.ports.has(own),
      ...drawnOf(choice.drawn),
    },
    commit: outcome => {
      if (!departed(tcp.table, tcp.endings, socket, outcome, { source, mapped, remote })) return
      socket.remote = remote
      tcp.table.connections.add(socket)
      socket.state = 'syn-sent'
      socket.progress = 'connecting'
    },
  }
}

/** The handshake that it began is done. */
export function established(socket: SpaceSocket): void {
  socket.state = 'established'
  socket.progress = 'connected'
}
