/**
 * Rounds of demultiplexing: a set of listeners or UDP sockets on two ports, apart by address, device, family and group, and
 * then packets from fresh sockets to every sort of address.
 */
import type { Action, Program, SocketId, SpaceProtocol } from '../../../src/model/space/program.ts'
import type { Random } from './random.ts'
import { PLAIN } from './surroundings.ts'

const PORTS = [1, 2] as const
const MOST_ACTIONS = 40
const AT4 = ['0.0.0.0', '0.0.0.0', '127.0.0.1', '10.80.0.1', '10.81.0.1'] as const
const AT6 = [
  '::',
  '::',
  '::',
  '::1',
  'fd80::1',
  'fd81::1',
  '::ffff:127.0.0.1',
  '::ffff:10.80.0.1',
  '::ffff:0.0.0.0',
] as const
const TO4 = ['127.0.0.1', '10.80.0.1', '10.81.0.1', '127.0.0.2'] as const
const TO6 = ['::1', 'fd80::1', 'fd81::1', '::ffff:127.0.0.1', '::ffff:10.80.0.1'] as const

export function demultiplexing(random: Random): Program {
  const protocol: SpaceProtocol = random.chance(0.5) ? 'tcp' : 'udp'
  const actions: Action[] = []
  const receivers = random.whole(2, 6)
  let id: SocketId = 0
  const shared = random.pick(['reuseAddress', 'reusePort', 'reusePort'] as const)
  for (; id < receivers; id++) actions.push(...receiver(random, id, protocol, shared))
  while (actions.length < MOST_ACTIONS - 4) {
    if (protocol === 'udp' && random.chance(0.15)) {
      const family = familyOf(actions, random.whole(0, receivers - 1))
      actions.push({
        do: 'connect',
        id: family.id,
        address: random.pick(family.v6 ? TO6 : TO4),
        port: random.pick(PORTS),
      })
    } else if (random.chance(0.06)) {
      actions.push({ do: 'close', id: random.whole(0, receivers - 1) })
    } else actions.push(...packet(random, id++, protocol))
  }
  return { surroundings: { ...PLAIN, range: [3, 15] }, actions }
}

function receiver(
  random: Random,
  id: SocketId,
  protocol: SpaceProtocol,
  shared: 'reuseAddress' | 'reusePort',
): Action[] {
  const family = random.chance(0.5) ? 'ipv4' : 'ipv6'
  const set = (option: 'v6only' | 'reuseAddress' | 'reusePort'): Action => ({
    do: 'set',
    id,
    option,
    on: true,
  })
  return [
    { do: 'socket', id, protocol, family, uid: random.chance(0.9) ? 0 : 1000 },
    ...(random.chance(0.8) ? [set(shared)] : []),
    ...(family === 'ipv6' && random.chance(0.2) ? [set('v6only')] : []),
    ...(random.chance(0.35) ? [{ do: 'device', id, device: random.pick(['d0', 'd1']) } as const] : []),
    {
      do: 'bind',
      id,
      address: random.pick(family === 'ipv4' ? AT4 : AT6),
      port: random.chance(0.8) ? PORTS[0] : PORTS[1],
    },
    ...(protocol === 'tcp' ? [{ do: 'listen', id } as const] : []),
  ]
}

/** From a socket that is nobody before and after. */
function packet(random: Random, id: SocketId, protocol: SpaceProtocol): Action[] {
  const family = random.chance(0.6) ? 'ipv4' : 'ipv6'
  return [
    { do: 'socket', id, protocol, family, uid: 0 },
    {
      do: protocol === 'tcp' ? 'connect' : 'send',
      id,
      address: random.pick(family === 'ipv4' ? TO4 : TO6),
      port: random.chance(0.85) ? PORTS[0] : PORTS[1],
    },
    { do: 'close', id, abort: true },
  ]
}

function familyOf(actions: readonly Action[], id: SocketId): { id: SocketId; v6: boolean } {
  return {
    id,
    v6: actions.some(action => action.do === 'socket' && action.id === id && action.family === 'ipv6'),
  }
}
