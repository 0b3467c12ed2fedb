/** What random programs are made of: one profile mixes everything, the directed ones press on one rule each. */
import type { Action, SpaceProtocol } from '../../../src/model/space/program.ts'

export type Verb = Action['do']

export interface Profile {
  /** What it presses on. */
  readonly what: string
  /** How often each action is taken, relative to the others. */
  readonly weights: Readonly<Partial<Record<Verb, number>>>
  readonly protocols: readonly SpaceProtocol[]
  readonly v4: readonly string[]
  readonly v6: readonly string[]
  /** How many explicit ports a program uses, at most. */
  readonly ports: number
  /** Chance of a new socket to set each, one of them for a whole program. */
  readonly reuse: readonly number[]
  readonly device: number
  /** Ephemeral ports, at most. */
  readonly range: number
  /** Chance that a port is left to the system. */
  readonly chosen: number
  /** Chance of an address that isn't of the socket's family, or nobody's. */
  readonly odd: number
}

const WILD4 = '0.0.0.0'
const WILD6 = '::'
const V4 = [WILD4, WILD4, '127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.6', '10.80.0.1', '10.81.0.1']
const MAPPED = [
  '::ffff:127.0.0.1',
  '::ffff:127.0.0.2',
  '::ffff:127.0.0.6',
  '::ffff:0.0.0.0',
  '::ffff:10.80.0.1',
]
const V6 = [WILD6, WILD6, WILD6, '::1', '::1', 'fd80::1', 'fd81::1', ...MAPPED]

const MIXED: Profile = {
  what: 'everything there is',
  weights: {
    socket: 4,
    set: 3,
    device: 2,
    range: 1,
    bind: 10,
    listen: 6,
    connect: 9,
    disconnect: 1.5,
    accept: 5,
    shutdown: 1.5,
    close: 4,
    send: 4,
  },
  protocols: ['tcp', 'udp'],
  v4: V4,
  v6: V6,
  ports: 4,
  reuse: [0, 0.3, 0.6, 1],
  device: 0.12,
  range: 5,
  chosen: 0.25,
  odd: 0.02,
}

const tcp = { protocols: ['tcp'] } as const
const udp = { protocols: ['udp'] } as const

export const PROFILES = {
  mixed: MIXED,
  tcp: { ...MIXED, ...tcp, what: 'TCP alone' },
  udp: { ...MIXED, ...udp, what: 'UDP alone' },
  crowd: {
    ...MIXED,
    ...udp,
    what: 'three and more UDP sockets on one port, which share it or not by their order',
    weights: { socket: 4, set: 6, device: 2, bind: 16, connect: 2, close: 2, send: 6, disconnect: 1 },
    ports: 1,
    reuse: [0.5, 0.8],
    chosen: 0.08,
  },
  groups: {
    ...MIXED,
    ...tcp,
    what: 'groups of SO_REUSEPORT listeners on one port that differ by device, family or address',
    weights: { socket: 4, bind: 14, listen: 14, device: 5, connect: 12, accept: 2, close: 1, set: 1 },
    v4: [WILD4, WILD4, '10.80.0.1', '10.81.0.1', '127.0.0.1'],
    v6: [WILD6, WILD6, 'fd80::1', 'fd81::1', '::1', '::ffff:10.80.0.1'],
    ports: 1,
    reuse: [0.9, 1],
    device: 0.5,
    chosen: 0.02,
  },
  reconnect: {
    ...MIXED,
    what: 'sockets that connect, disconnect and connect again',
    weights: {
      socket: 7,
      bind: 8,
      listen: 4,
      connect: 14,
      disconnect: 9,
      accept: 2,
      send: 9,
      device: 1,
      set: 2,
    },
    ports: 2,
    reuse: [0.7, 1],
  },
  shadow: {
    ...MIXED,
    what: 'the IPv4 address that every IPv6 socket carries, 127.0.0.6',
    v4: ['127.0.0.6', '127.0.0.6', WILD4, '127.0.0.1'],
    v6: [WILD6, '::1', 'fd80::1', '::ffff:127.0.0.6'],
    ports: 2,
  },
  toggles: {
    ...MIXED,
    ...tcp,
    what: 'what a port remembers of SO_REUSEPORT sockets after their flags have changed',
    weights: { socket: 4, set: 12, bind: 12, listen: 8, device: 4, close: 3, connect: 1, accept: 1 },
    ports: 1,
    reuse: [0.6, 0.9],
    chosen: 0.05,
  },
  conversations: {
    ...MIXED,
    ...tcp,
    what: 'IPv6 conversations of dual-stack sockets, which stand in the way of IPv4',
    weights: { socket: 4, bind: 10, listen: 6, connect: 12, accept: 8, close: 3, set: 4, shutdown: 1 },
    v6: [WILD6, WILD6, '::1', 'fd80::1'],
    ports: 2,
    reuse: [0.3, 0.7],
  },
  timewait: {
    ...MIXED,
    ...tcp,
    what: 'ports of connections that are over',
    weights: { socket: 4, bind: 8, listen: 4, connect: 12, accept: 9, close: 12, shutdown: 3, set: 3 },
    v4: [WILD4, '127.0.0.1', '127.0.0.2'],
    ports: 2,
    reuse: [0.4, 1],
  },
  exhaustion: {
    ...MIXED,
    what: 'a range that runs out',
    weights: { socket: 10, bind: 12, connect: 12, listen: 3, close: 2, range: 2, set: 2, send: 3 },
    ports: 2,
    range: 5,
    chosen: 0.8,
  },
} as const satisfies Record<string, Profile>

export type ProfileName = keyof typeof PROFILES | 'demux'
export const PROFILE_NAMES: readonly ProfileName[] = [
  ...(Object.keys(PROFILES) as (keyof typeof PROFILES)[]),
  'demux',
]
