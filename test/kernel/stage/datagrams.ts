/** UDP and raw sockets: bound, connected, flooded. */
import {
  AF_INET,
  AF_INET6,
  bind,
  connect,
  SO_RCVBUF,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
  setNumber,
  socket,
  trySend,
} from './libc.ts'
import { v6only } from './listeners.ts'
import { familyOf, portOf, type Scene } from './scene.ts'
import { ipAddress } from './socket-address.ts'
import type { StagedSocket } from './staged-socket.ts'

const IPPROTO_ICMP = 1
const IPPROTO_ICMPV6 = 58
const IPPROTO_TEST = 253

export function stageDatagrams(scene: Scene): void {
  bound(scene, 'UDP on all of IPv4', '0.0.0.0')
  bound(scene, 'UDP on IPv6 loopback', '::1')
  bound(scene, 'UDP on both families', '::', v6only(false), { v6only: false })
  bound(scene, 'UDP on IPv6 only', '::', v6only(true), { v6only: true })
  for (const [label, address, peer] of [
    ['UDP, connected', '127.0.0.1', '127.0.0.1'],
    ['UDP, connected over IPv6', '::1', '::1'],
    ['UDP, an IPv6 socket connected over IPv4', '::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ] as const) {
    const target = opened(peer)
    scene.held(`${label}: its peer`, target, row(peer, target, 'bound'))
    const fd = opened(address)
    connect(fd, ipAddress(peer, portOf(target)))
    scene.held(label, fd, { ...row(address, fd, 'connected'), peer, peerPort: portOf(target) })
  }
  flooded(scene)
  raw(scene)
}

function opened(address: string, before: (fd: number) => void = () => {}): number {
  const fd = socket(familyOf(address), SOCK_DGRAM)
  before(fd)
  bind(fd, ipAddress(address, 0))
  return fd
}

const row = (local: string, fd: number, state: 'bound' | 'connected') =>
  ({
    protocol: 'udp',
    family: local.includes(':') ? 'ipv6' : 'ipv4',
    state,
    local,
    port: portOf(fd),
  }) as const

function bound(
  scene: Scene,
  label: string,
  address: string,
  before?: (fd: number) => void,
  rest: Partial<StagedSocket> = {},
): void {
  const fd = opened(address, before)
  scene.held(label, fd, { ...row(address, fd, 'bound'), ...rest })
}

/** A socket with the smallest buffer there is, to which more was sent than fits. */
function flooded(scene: Scene): void {
  const fd = opened('127.0.0.1', one => setNumber(one, SOL_SOCKET, SO_RCVBUF, 0))
  const from = opened('127.0.0.1')
  connect(from, ipAddress('127.0.0.1', portOf(fd)))
  const bytes = Buffer.alloc(1000)
  for (let i = 0; i < 20; i++) trySend(from, bytes)
  scene.held('UDP that was sent too much', fd, { ...row('127.0.0.1', fd, 'bound'), drops: true })
  scene.held('UDP that sent too much', from, {
    ...row('127.0.0.1', from, 'connected'),
    peer: '127.0.0.1',
    peerPort: portOf(fd),
  })
}

/** Raw sockets have no port: where others have theirs stands the protocol (raw(7)). */
function raw(scene: Scene): void {
  for (const [label, family, protocol] of [
    ['raw ICMP', AF_INET, IPPROTO_ICMP],
    ['raw ICMPv6', AF_INET6, IPPROTO_ICMPV6],
    ['raw, of a protocol without a name', AF_INET, IPPROTO_TEST],
  ] as const) {
    const fd = socket(family, SOCK_RAW, protocol)
    scene.held(label, fd, {
      // Kernels without a diag module for raw sockets don't tell it.
      cookie: undefined,
      protocol: 'raw',
      family: family === AF_INET ? 'ipv4' : 'ipv6',
      state: 'bound',
      local: family === AF_INET ? '0.0.0.0' : '::',
      port: protocol,
    })
  }
}
