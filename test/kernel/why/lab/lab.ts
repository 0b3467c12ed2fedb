/** A network with a fault in it: hosts, what runs on them, and what the fault left to be cleared away. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { certificates } from './certificates.ts'
import { type Host, stopped } from './host.ts'
import type { Order } from './order.ts'
import { buildNetwork, type Topology } from './topology.ts'

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url))

export interface Running {
  readonly host: Host
  /** Of the program, as it is seen from outside. */
  readonly pid: number
  /** Of nsenter, whose child it is. */
  readonly guide: number
  stop(): Promise<void>
}

/** What a server has when nothing is wrong with it. */
export const HEALTHY: readonly Order[] = [{ port: 8080, behaviour: 'http' }]

export class Lab {
  readonly #hosts: ReadonlyMap<string, Host>
  #serving: Running[] = []
  readonly #atEnd: (() => void)[] = []

  private constructor(hosts: ReadonlyMap<string, Host>) {
    this.#hosts = hosts
  }

  static open = async (topology: Topology): Promise<Lab> => new Lab(await buildNetwork(topology))

  get hosts(): readonly Host[] {
    return [...this.#hosts.values()]
  }

  host(name: string): Host {
    const host = this.#hosts.get(name)
    if (host === undefined) throw new Error(`there is no host ${name}`)
    return host
  }

  get client(): Host {
    return this.host('client')
  }

  get router(): Host {
    return this.host('router')
  }

  get server(): Host {
    return this.host('server')
  }

  /** Has a program of a host hold sockets. `before`: words in front of it, `prlimit …`. */
  async serve(host: Host, orders: readonly Order[], before: readonly string[] = []): Promise<Running> {
    const argv = [...before, process.execPath, SERVER, JSON.stringify(orders.map(withFiles))]
    const { child, pid } = await host.start(argv)
    const running = { host, pid, guide: child.pid!, stop: () => stopped(child) }
    this.#serving.push(running)
    return running
  }

  /** Ends what serves at a host. */
  async quiet(host: Host): Promise<void> {
    const going = this.#serving.filter(one => one.host === host)
    this.#serving = this.#serving.filter(one => one.host !== host)
    await Promise.all(going.map(one => one.stop()))
  }

  /** Only these, and what was there is over. */
  async instead(
    host: Host,
    orders: readonly Order[],
    before: readonly string[] = [],
  ): Promise<Running | null> {
    await this.quiet(host)
    return orders.length === 0 ? null : this.serve(host, orders, before)
  }

  /** Of what serves at a host, the first by default. */
  signal(host: string, signal: NodeJS.Signals, which = 0): void {
    const { pid, guide } = this.#serving.filter(one => one.host.name === host)[which]!
    process.kill(pid, signal)
    // It stops when its child does (nsenter, continue_as_child), and doesn't go on by itself.
    if (signal === 'SIGCONT') process.kill(guide, signal)
  }

  /** Something of the test's own that is given back at the end. */
  later(step: () => void): void {
    this.#atEnd.push(step)
  }

  /** What hosts have learned and a mended fault leaves behind: failed neighbours, errors and sizes of paths, tracked connections. */
  async forget({ connections = true } = {}): Promise<void> {
    await Promise.all(
      this.hosts.map(async host => {
        await host.ip('neigh flush all')
        host.inside(() => {
          for (const family of ['ipv4', 'ipv6']) writeFileSync(`/proc/sys/net/${family}/route/flush`, '1')
        })
        await host.ask(['ip', 'tcp_metrics', 'flush', 'all'])
        if (connections) await host.ask(['conntrack', '-F'])
      }),
    )
  }

  async close(): Promise<void> {
    for (const step of this.#atEnd.splice(0)) step()
    await Promise.all(this.hosts.map(host => host.close()))
  }
}

const withFiles = (order: Order): Order =>
  order.tls === undefined
    ? order
    : { ...order, tls: { ...order.tls, ...certificates(order.tls.certificate) } }
