/**
 * UDP sockets of a machine in memory: they hear each other, and whoever the machine's `onDatagram` speaks for. What takes
 * time takes the hand clock's.
 */
import { familyOf, LOOPBACK_V4, LOOPBACK_V6, scopeOf } from '../../model/address.ts'
import { type Endpoint, endpointKey } from '../../model/endpoint.ts'
import type { Port } from '../../model/port.ts'
import type { DatagramRequest, DatagramSocket, OpenedDatagrams, ReceivedDatagram } from '../datagrams.ts'
import type { TryOptions } from '../reach.ts'
import type { Machine } from './machine.ts'

/** Something that was sent beyond the machine; what comes back, and to which of its endpoints. */
export type DatagramPeer = (
  sent: ReceivedDatagram & { readonly to: Endpoint },
) => readonly (ReceivedDatagram & { readonly to: Endpoint })[]

const FIRST_PORT = 40_000

interface Open {
  readonly local: Endpoint
  readonly kept: ReceivedDatagram[]
  wake(): void
}

export class MachineDatagrams {
  readonly #machine: Machine
  readonly #open = new Map<string, Open>()
  #next = FIRST_PORT

  constructor(machine: Machine) {
    this.#machine = machine
  }

  open({ towards, address, port = 0 }: DatagramRequest): OpenedDatagrams {
    const own = address ?? this.#sourceTowards(towards)
    if (own === undefined) return { kind: 'unreachable', code: 'ENETUNREACH' }
    const local: Endpoint = { address: own, port: port === 0 ? (this.#next++ as Port) : (port as Port) }
    if (this.#open.has(endpointKey(local))) return { kind: 'broken', code: 'EADDRINUSE' }
    const open: Open = { local, kept: [], wake: () => {} }
    this.#open.set(endpointKey(local), open)
    return { kind: 'yes', socket: this.#socket(open) }
  }

  #socket(open: Open): DatagramSocket {
    return {
      local: open.local,
      send: async (bytes, to) => {
        const sent = { bytes: bytes.slice(), from: open.local }
        if (this.#open.has(endpointKey(to))) this.#deliver({ ...sent, to })
        else
          for (const answer of [...this.#machine.onDatagram].flatMap(peer => peer({ ...sent, to })))
            this.#deliver(answer)
        return { kind: 'yes' }
      },
      receive: options => this.#receive(open, options),
      close: async () => {
        this.#open.delete(endpointKey(open.local))
        open.wake()
      },
    }
  }

  #deliver({ bytes, from, to }: ReceivedDatagram & { readonly to: Endpoint }): void {
    const open = this.#open.get(endpointKey(to))
    if (open === undefined) return
    open.kept.push({ bytes, from })
    open.wake()
  }

  async #receive(open: Open, { timeoutMs, signal }: TryOptions): Promise<ReceivedDatagram | undefined> {
    signal?.throwIfAborted()
    if (open.kept.length === 0) {
      const woken = new AbortController()
      open.wake = () => woken.abort()
      const any = signal === undefined ? woken.signal : AbortSignal.any([signal, woken.signal])
      await this.#machine.clock.sleep(timeoutMs, any).catch(error => {
        if (!woken.signal.aborted) throw error
      })
      open.wake = () => {}
    }
    return open.kept.shift()
  }

  #sourceTowards({ address }: Endpoint): Endpoint['address'] | undefined {
    const family = familyOf(address)
    if (scopeOf(address) === 'loopback') return family === 'ipv4' ? LOOPBACK_V4 : LOOPBACK_V6
    const own = this.#machine.namespaces.get(this.#machine.netns)?.addresses ?? []
    return own.find(one => familyOf(one.address) === family && scopeOf(one.address) !== 'loopback')?.address
  }
}
