/** A host of a simulated network with all that runs on it: transport, the seam that tools ask, the doors to Node. */
import type { Address } from '../model/address.ts'
import type { NatBox } from '../model/nat/nat-box.ts'
import type { Datagram } from '../wire/ip/datagram.ts'
import { SimHost } from './host/host.ts'
import type { HostMaker } from './network/network.ts'
import {
  type ConnectOptions,
  createConnection,
  createServer,
  createSocket,
  type DatagramOptions,
  type NodeHost,
  type RemoteInfo,
  type ServerOptions,
  type SimDatagramSocket,
  type SimServer,
  type SimSocket,
} from './node/node.ts'
import { openSimulated, type SimulatedOS, transportSettings } from './os/os.ts'
import { type SocketOwner, Transport } from './transport/transport.ts'

type Made = Parameters<HostMaker<SimHost>>[0]

export class SimulatedHost extends SimHost {
  readonly transport: Transport
  /** What tools ask: the same questions as of a running machine. */
  readonly os: SimulatedOS
  readonly #door: NodeHost
  /** Whose sockets those of the doors are, where nothing is said. */
  readonly #program: SocketOwner

  /** `lookup`: addresses of the network's hosts by name. `nat`: the NAT of a NAT box. */
  constructor(
    { name, options, engine, translator, startAt }: Made,
    lookup: (name: string) => readonly Address[],
    nat: () => NatBox | undefined = () => undefined,
  ) {
    super(name, options, engine, translator)
    this.transport = new Transport(this.below, {
      settings: transportSettings(name, options.machine?.tunables),
    })
    this.upper = (datagram, device) => {
      this.transport.receive(datagram, device)
    }
    this.waitsFor = datagram => waitsFor(this.transport, datagram)
    this.#program = { pid: PROGRAM, name: 'node', uid: 0 }
    this.#door = {
      transport: this.transport,
      below: this.below,
      lookup: (asked, family) =>
        lookup(asked).find(one => family === undefined || one.includes(':') === (family === 6)),
    }
    const { transport } = this
    this.os = openSimulated({ host: this, engine, transport, startAt, lookup, door: this.#door, nat })
  }

  /** As `net.createServer` of Node: a listener on this host. */
  createServer(
    given?: ServerOptions | ((socket: SimSocket) => void),
    listener?: (socket: SimSocket) => void,
  ): SimServer {
    const onConnection = typeof given === 'function' ? given : listener
    return createServer(this.#door, this.#owned(typeof given === 'object' ? given : {}), onConnection)
  }

  /** As `net.createConnection`: a connection from this host. `host`: an address, or the name of a host of the network. */
  createConnection(options: ConnectOptions, connected?: () => void): SimSocket {
    return createConnection(this.#door, this.#owned(options), connected)
  }

  /** As `dgram.createSocket`. */
  createSocket(
    given: DatagramOptions['type'] | DatagramOptions,
    onMessage?: (message: Buffer, from: RemoteInfo) => void,
  ): SimDatagramSocket {
    return createSocket(
      this.#door,
      this.#owned(typeof given === 'string' ? { type: given } : given),
      onMessage,
    )
  }

  /** What a program opens is somebody's: that process is there from then on. */
  #owned<Options extends { readonly owner?: SocketOwner | undefined }>(
    options: Options,
  ): Options & { owner: SocketOwner } {
    const owner = options.owner ?? this.#program
    const { machine } = this.os
    if (!machine.processes.has(owner.pid))
      machine.start({ pid: owner.pid, run: owner.name, uid: owner.uid ?? 0, startedAt: this.os.clock.now() })
    return { ...options, owner }
  }
}

/** Whether a socket has that port: asked only of what nothing else claims. */
function waitsFor({ tcp, udp }: Transport, { destination, source, payload }: Datagram): boolean {
  if (payload.kind === 'udp')
    return [...udp.sockets].some(({ space }) => space.num === payload.destinationPort)
  if (payload.kind !== 'tcp') return false
  const { destinationPort, sourcePort } = payload
  return (
    tcp.flows.has(`${destination} ${destinationPort} ${source} ${sourcePort}`) ||
    [...tcp.sockets].some(({ listener, space }) => listener !== null && space.num === destinationPort)
  )
}

/** Pid of the program that a test is, on each host. */
const PROGRAM = 1000
