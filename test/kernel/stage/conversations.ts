/** TCP connections in every state that a program or its end can leave them in (RFC 9293 section 3.3.2). */
import type { SocketState } from '../../../src/model/socket.ts'
import {
  accept,
  close,
  SHUT_WR,
  SO_RCVBUF,
  SO_SNDBUF,
  SOL_SOCKET,
  setNumber,
  shutdown,
  TCP,
  TCP_LINGER2,
  trySend,
} from './libc.ts'
import { client, indexOf, listener, portOf, type Scene } from './scene.ts'
import type { StagedSocket } from './staged-socket.ts'

/** Both ends of a connection within the namespace: the caller's, and the called one's. */
interface Pair {
  readonly caller: number
  readonly called: number
  readonly callerPort: number
  readonly calledPort: number
}

const LOOPBACK = '127.0.0.1'

export function stageConversations(scene: Scene): void {
  established(scene)
  closing(scene)
  blocked(scene)
}

function connected(address: string, to = address, before: (fd: number) => void = () => {}, zone = 0): Pair {
  const server = listener(to, 4, before, zone)
  const calledPort = portOf(server)
  const caller = client(address, calledPort, before, zone)
  const called = accept(server)
  close(server)
  return { caller, called, callerPort: portOf(caller), calledPort }
}

function established(scene: Scene): void {
  const v4 = connected(LOOPBACK)
  trySend(v4.caller, Buffer.alloc(1000))
  caller(scene, 'caller', v4, 'established', { queue: { receive: 0, send: 0 } })
  called(scene, 'called, with bytes unread', v4, 'established', { queue: { receive: 1000, send: 0 } })
  const v6 = connected('::1')
  caller(scene, 'IPv6 caller', v6, 'established', {}, '::1')
  called(scene, 'IPv6 called', v6, 'established', {}, '::1')
  const mapped = connected(LOOPBACK, '::ffff:127.0.0.1')
  caller(scene, 'IPv4 caller of an IPv6 socket', mapped, 'established')
  called(scene, 'IPv6 socket called over IPv4', mapped, 'established', {}, '::ffff:127.0.0.1')
  const link = connected('fe80::1', 'fe80::1', () => {}, indexOf(scene.device))
  const address = `fe80::1%${scene.device}`
  caller(scene, 'caller over a link', link, 'established', { interface: scene.device }, address)
  called(scene, 'called over a link', link, 'established', { interface: scene.device }, address)
}

/** What ends as ends should: one side closes, then the other. */
function closing(scene: Scene): void {
  const half = connected(LOOPBACK)
  shutdown(half.caller, SHUT_WR)
  caller(scene, 'has said its last, and is held', half, 'fin-wait-2')
  called(scene, 'was told the last, and is held', half, 'close-wait')

  const whole = connected(LOOPBACK)
  setNumber(whole.caller, TCP, TCP_LINGER2, 120)
  close(whole.caller)
  caller(scene, 'closed, and kept whole to wait for the other side', whole, 'fin-wait-2', orphan('orphaned'))
  called(scene, 'its other side', whole, 'close-wait')

  const remnant = connected(LOOPBACK)
  close(remnant.caller)
  caller(
    scene,
    'closed, and a remnant waits for the other side',
    remnant,
    'fin-wait-2',
    orphan('time-wait', 'time-wait'),
  )
  called(scene, 'the other side of the remnant', remnant, 'close-wait')

  for (const [label, address] of [
    ['both sides closed', LOOPBACK],
    ['both sides closed, IPv6', '::1'],
  ] as const) {
    const over = connected(address)
    close(over.caller)
    close(over.called)
    caller(scene, label, over, 'time-wait', orphan('time-wait', 'time-wait'), address)
  }
  const server = connected(LOOPBACK)
  close(server.called)
  close(server.caller)
  called(scene, 'both sides closed, the server first', server, 'time-wait', orphan('time-wait', 'time-wait'))
}

/** What can't end: the other side doesn't read, so the last word stays behind what was said before. */
function blocked(scene: Scene): void {
  const first = stuffed()
  close(first.caller)
  caller(scene, 'closed, with bytes unsent', first, 'fin-wait-1', orphan('orphaned'))
  called(scene, 'does not read', first, 'established')

  const last = stuffed()
  shutdown(last.called, SHUT_WR)
  close(last.caller)
  caller(scene, 'closed second, with bytes unsent', last, 'last-ack', orphan('orphaned'))
  called(scene, 'closed first, and does not read', last, 'fin-wait-2')

  const both = stuffed()
  close(both.caller)
  shutdown(both.called, SHUT_WR)
  caller(scene, 'both closed at once', both, 'closing', orphan('orphaned'))
  called(scene, 'closed at once, and does not read', both, 'fin-wait-2')

  const held = stuffed()
  shutdown(held.called, SHUT_WR)
  shutdown(held.caller, SHUT_WR)
  caller(scene, 'said its last second, unheard, and is held', held, 'last-ack')
  called(scene, 'hears nothing', held, 'fin-wait-2')
}

/** A connection whose called side reads nothing, and whose caller has written until no more went. */
function stuffed(): Pair {
  const small = (fd: number): void => {
    setNumber(fd, SOL_SOCKET, SO_RCVBUF, 4096)
    setNumber(fd, SOL_SOCKET, SO_SNDBUF, 65_536)
  }
  const pair = connected(LOOPBACK, LOOPBACK, small)
  const bytes = Buffer.alloc(4096)
  while (trySend(pair.caller, bytes));
  return pair
}

const orphan = (noOwner: 'orphaned' | 'time-wait', timer?: string): Partial<StagedSocket> => ({
  noOwner,
  ...(timer === undefined ? {} : { timer }),
})

function caller(
  scene: Scene,
  label: string,
  pair: Pair,
  state: SocketState,
  rest: Partial<StagedSocket> = {},
  address = LOOPBACK,
): void {
  end(scene, label, state, address, pair.caller, pair.callerPort, pair.calledPort, rest)
}

function called(
  scene: Scene,
  label: string,
  pair: Pair,
  state: SocketState,
  rest: Partial<StagedSocket> = {},
  address = LOOPBACK,
): void {
  end(scene, label, state, address, pair.called, pair.calledPort, pair.callerPort, rest)
}

function end(
  scene: Scene,
  label: string,
  state: SocketState,
  address: string,
  fd: number,
  port: number,
  peerPort: number,
  rest: Partial<StagedSocket>,
): void {
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const fields = { protocol: 'tcp', family, state, local: address, port, peer: address, peerPort } as const
  if (rest.noOwner === undefined) scene.held(label, fd, { ...fields, ...rest })
  else scene.add({ label, inode: 0, pids: [], ...fields, ...rest })
}
