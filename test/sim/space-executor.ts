/**
 * Runs programs of the port space on a simulated host, whose handshakes and farewells are packets over its own loopback, and says
 * what each action came to: the third judge of the tables, beside the kernel and the model.
 *
 * As the kernel's executor it waits for nothing that happens later than at once. Each action takes 20 µs, so that sequence numbers
 * grow from one to the next as they do on a machine.
 */
import type { Address } from '../../src/model/address.ts'
import type { Action, Outcome, Program, SocketId } from '../../src/model/space/program.ts'
import { FakeNetwork } from '../../src/sim/transport/fake-network.ts'
import { TcpSocket } from '../../src/sim/transport/tcp-socket.ts'
import type { Transport } from '../../src/sim/transport/transport.ts'
import type { UdpSocket } from '../../src/sim/transport/udp-socket.ts'
import { excluded, remember, type SocketPast, type Step } from '../kernel/space/exclusions.ts'
import type { Run } from '../kernel/space/executor.ts'
import type { Model } from '../kernel/space/judge.ts'

const STEP_MS = 0.02
const BACKLOG = 128

type Held = TcpSocket | UdpSocket

/** What is outside of the model's field, if one is given, is left out. */
export function runOnSim({ surroundings, actions }: Program, model: Model | null, seed = 1): Run {
  const network = new FakeNetwork(seed)
  const { addresses, ...ports } = surroundings
  const transport = network.host(
    'host',
    addresses.map(({ device, address }) => `${device} ${address}`),
    { settings: { ports } },
  )
  const sockets = new Map<SocketId, Held>()
  const past = new Map<SocketId, SocketPast>()
  const steps: Step[] = []
  const left: Record<string, number> = {}
  for (const written of actions) {
    const action = resolve(written, sockets)
    if (action === null) continue
    const why = excluded(past, action) ?? model?.outside(action) ?? null
    if (why !== null) {
      left[why] = (left[why] ?? 0) + 1
      continue
    }
    const outcome = act(action, sockets, transport, network)
    const step = { action, outcome }
    remember(past, step)
    model?.adopt(action, outcome)
    steps.push(step)
    network.advance(STEP_MS)
  }
  return { steps, excluded: left }
}

/** Null when there is no such socket, or there is one already. */
function resolve(action: Action, sockets: ReadonlyMap<SocketId, Held>): Action | null {
  if (action.do === 'socket') return sockets.has(action.id) ? null : action
  if (!sockets.has(action.id)) return null
  if (action.do === 'accept') return sockets.has(action.as) ? null : action
  if (!('port' in action) || typeof action.port === 'number') return action
  const other = sockets.get(action.port.of)
  return other === undefined ? null : { ...action, port: other.localEnd.port }
}

function act(
  action: Action,
  sockets: Map<SocketId, Held>,
  transport: Transport,
  network: FakeNetwork,
): Outcome {
  if (action.do === 'socket') {
    // What the kernel hasn't, the host hasn't either.
    const missing = transport.space.expect(action).errnos.find(errno => errno !== 'OK')
    if (missing !== undefined) return { errno: missing }
    const owner = { pid: 1, name: 'program', uid: action.uid }
    const opened =
      action.protocol === 'tcp'
        ? transport.stream(action.family, owner)
        : transport.datagram(action.family, owner)
    sockets.set(action.id, opened)
    return { errno: 'OK', local: opened.localEnd }
  }
  const own = sockets.get(action.id)!
  const told = (errno: string): Outcome => ({ errno, local: own.localEnd })
  switch (action.do) {
    case 'set':
      return told(own.set(action.option, action.on))
    case 'device':
      return told(own.bindToDevice(action.device))
    case 'range':
      return told(own.setPortRange(action.low, action.high))
    case 'bind':
      return told(own.bind(action.address as Address, action.port))
    case 'listen':
      return told(own instanceof TcpSocket ? own.listen(BACKLOG) : 'EOPNOTSUPP')
    case 'accept':
      return accept(own, action.as, sockets)
    case 'connect':
      return connect(own, action.address as Address, action.port as number, sockets, network)
    case 'send':
      return send(own as UdpSocket, action.address as Address, action.port as number, sockets, network)
    case 'close':
      sockets.delete(action.id)
      if (own instanceof TcpSocket) own.close(action.abort === true)
      else own.close()
      network.settle()
      return { errno: 'OK' }
    case 'disconnect':
      own.disconnect()
      network.settle()
      return told('OK')
    case 'shutdown': {
      const errno = (own as TcpSocket).shutdown(action.how)
      network.settle()
      return told(errno)
    }
  }
}

function accept(own: Held, as: SocketId, sockets: Map<SocketId, Held>): Outcome {
  const child = own instanceof TcpSocket ? own.accept() : 'EOPNOTSUPP'
  if (typeof child === 'string') return { errno: child, local: own.localEnd }
  sockets.set(as, child)
  const peer = child.peerEnd
  return { errno: 'OK', local: child.localEnd, ...(peer === null ? {} : { peer }) }
}

/** As if it blocked, for as long as nothing has to be waited for. */
function connect(
  own: Held,
  address: Address,
  port: number,
  sockets: ReadonlyMap<SocketId, Held>,
  network: FakeNetwork,
): Outcome {
  const before = queues(sockets)
  let errno = own.connect(address, port)
  network.settle()
  if (own instanceof TcpSocket && errno === 'EINPROGRESS') {
    const failure = own.takeError()
    if (failure !== null) errno = failure
    else if (own.tcb?.state !== 'syn-sent' && own.tcb?.state !== 'syn-recv') errno = 'OK'
  }
  const local = own.localEnd
  if (errno !== 'OK' || !(own instanceof TcpSocket)) return { errno, local }
  const receiver = [...queues(sockets)].find(([id, length]) => length > (before.get(id) ?? 0))?.[0] ?? null
  return { errno, local, receiver }
}

const queues = (sockets: ReadonlyMap<SocketId, Held>): ReadonlyMap<SocketId, number> =>
  new Map(
    [...sockets].map(([id, one]) => [id, one instanceof TcpSocket ? (one.listener?.queue.length ?? 0) : 0]),
  )

function send(
  own: UdpSocket,
  address: Address,
  port: number,
  sockets: ReadonlyMap<SocketId, Held>,
  network: FakeNetwork,
): Outcome {
  const errno = own.send(new Uint8Array([1]), { address, port })
  const local = own.localEnd
  if (errno !== 'OK') return { errno, local }
  network.settle()
  let receiver: SocketId | null = null
  for (const [id, one] of sockets) {
    if (one instanceof TcpSocket) continue
    // An answer that nobody is there would make the next call fail.
    one.takeError()
    for (let got = one.receive(); got !== null && !('errno' in got); got = one.receive()) receiver = id
  }
  return { errno, local, receiver }
}
