/** setsockopt(): what is refused, and what it changes at once. */
import { done, type Plan, refuse } from './plan.ts'
import type { Action } from './program.ts'
import type { SpaceSocket } from './space-socket.ts'

/** `rehash`: called after the device of a socket that is in the lists was changed. */
export function setOption(
  socket: SpaceSocket,
  action: Extract<Action, { do: 'set' | 'device' | 'range' }>,
  rehash: () => void,
): Plan {
  switch (action.do) {
    case 'device':
      // Taking a device off, or another, is a privilege (CAP_NET_RAW).
      if (socket.device !== null && socket.uid !== 0) return refuse('EPERM')
      return done(() => {
        socket.device = action.device
        if (socket.protocol === 'udp') rehash()
      })
    case 'range':
      if (action.high !== 0 && action.low > action.high) return refuse('EINVAL')
      return done(() => {
        socket.range = [action.low, action.high]
      })
    case 'set':
      if (action.option === 'v6only') {
        if (socket.family === 'ipv4') return refuse('ENOPROTOOPT')
        // Too late once a port is held (`do_ipv6_setsockopt`).
        if (socket.num !== 0) return refuse('EINVAL')
      }
      return done(() => {
        socket[action.option] = action.on
      })
  }
}
