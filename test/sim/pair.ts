/** Two simulated hosts and a wire between them, for programs on Node's event loop: time goes by itself. */
import { type Address, parseAddress } from '../../src/model/address.ts'
import { Engine } from '../../src/sim/engine/engine.ts'
import type { NodeHost } from '../../src/sim/node/node.ts'
import { type Below, Transport, type TransportSettings } from '../../src/sim/transport/transport.ts'
import type { Datagram } from '../../src/wire/ip/datagram.ts'
import { encodeDatagram } from '../../src/wire/ip/ip.ts'

export interface PairOptions {
  readonly seed?: number
  /** Each way; 10. */
  readonly delayMs?: number
  /** Share of packets that are lost, and the most that one is later than another. */
  readonly loss?: number
  readonly jitterMs?: number
  readonly clock?: 'by-hand' | 'by-itself'
  readonly settings?: Partial<TransportSettings>
}

export const CLIENT = '10.0.0.1' as Address
export const SERVER = '10.0.0.2' as Address

export interface Pair {
  readonly engine: Engine
  readonly client: NodeHost
  readonly server: NodeHost
  /** All packets on the wire, as bytes in hex with their time; empty unless watched. */
  readonly wire: string[]
  watched: boolean
}

export function pair({
  seed = 1,
  delayMs = 10,
  loss = 0,
  jitterMs = 0,
  clock = 'by-itself',
  settings = {},
}: PairOptions = {}): Pair {
  const engine = new Engine({ seed, clock, speed: Number.POSITIVE_INFINITY })
  const transports = new Map<Address, Transport>()
  const made: Pair = { engine, client: hostAt(CLIENT), server: hostAt(SERVER), wire: [], watched: false }
  return made

  function hostAt(own: Address): NodeHost {
    const addresses = [
      { device: 'lo', address: parseAddress('127.0.0.1') },
      { device: 'lo', address: parseAddress('::1') },
      { device: 'eth0', address: own },
    ]
    const isOwn = (address: Address): boolean =>
      address.startsWith('127.') || address === '::1' || address === own
    const below: Below = {
      now: () => engine.now(),
      random: engine.random,
      schedule: (afterMs, run) => engine.schedule(afterMs, run),
      tell: () => engine.tell(),
      addresses: () => addresses,
      sourceFor: destination =>
        isOwn(destination) ? destination : destination.startsWith('10.0.') ? own : undefined,
      send: datagram => {
        if (isOwn(datagram.destination)) {
          engine.carry(
            0,
            { arrived: one => transport.receive(one, one.destination === own ? 'eth0' : 'lo') },
            datagram,
          )
          return 'sent'
        }
        const there = transports.get(datagram.destination)
        note(datagram)
        if (there === undefined || (loss > 0 && engine.random() < loss)) return 'sent'
        const delay = delayMs + (jitterMs > 0 ? engine.random() * jitterMs : 0)
        engine.carry(delay, { arrived: one => there.receive(one, 'eth0') }, datagram)
        return 'sent'
      },
    }
    const transport = new Transport(below, { settings })
    transports.set(own, transport)
    return { transport, below, lookup: name => ({ client: CLIENT, server: SERVER })[name] }
  }

  function note(datagram: Datagram): void {
    if (!made.watched) return
    made.wire.push(`${engine.now()} ${Buffer.from(encodeDatagram(datagram)).toString('hex')}`)
  }
}
