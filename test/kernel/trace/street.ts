/** A scenario as namespaces: the same hosts, addresses, routes, rules, links and listeners, made of what the kernel has. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Network, SimulatedHost } from '../../../src/sim/sim.ts'
import { Berth, until } from '../apply/berth.ts'

export interface Heard {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** The peer, as the socket sees it. */
  readonly from: string
}

/** Holds the sockets of a host, says what comes to them, and sends what it is told. */
const PEER = `
const [net, dgram] = [require('node:net'), require('node:dgram')]
const say = what => process.stdout.write(JSON.stringify(what) + '\\n')
const sockets = JSON.parse(process.argv[1])
let open = sockets.length
const ready = () => --open === 0 && say('ready')
for (const { protocol, port } of sockets)
  if (protocol === 'tcp') net.createServer(one => {
    one.on('error', () => {})
    say({ protocol, port, from: one.remoteAddress + ':' + one.remotePort })
    one.destroy()
  }).listen(port, '0.0.0.0', ready)
  else dgram.createSocket('udp4', (_, { address, port: from }) => say({ protocol, port, from: address + ':' + from }))
    .bind(port, '0.0.0.0', ready)
require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
  const { protocol, localPort, host, port } = JSON.parse(line)
  if (protocol === 'tcp') {
    const one = net.connect({ localPort, host, port, localAddress: undefined })
    one.on('connect', () => one.destroy()).on('error', ({ code }) => say({ error: code, localPort }))
    return
  }
  const one = dgram.createSocket('udp4')
  one.bind(localPort, () => one.send('x', port, host, error => {
    if (error) say({ error: error.code, localPort })
    one.close()
  }))
}).on('close', () => process.exit())`

export class Street {
  readonly #berths = new Map<string, Berth>()
  readonly #peers = new Map<string, { readonly child: ChildProcess; readonly lines: unknown[] }>()

  static async open(network: Network): Promise<Street> {
    const street = new Street()
    try {
      for (const name of network.hosts.keys()) street.#berths.set(name, await Berth.open())
      for (const { ends } of network.links) await street.#join(ends)
      for (const host of network.hosts.values()) await street.#furnish(host)
      for (const host of network.hosts.values()) street.#people(host)
      await until('all listen', () =>
        [...street.#peers.values()].every(({ lines }) => lines.includes('ready')),
      )
    } catch (error) {
      await street.close()
      throw error
    }
    return street
  }

  berth(host: string): Berth {
    return this.#berths.get(host)!
  }

  send(host: string, what: object): void {
    this.#peers.get(host)!.child.stdin!.write(`${JSON.stringify(what)}\n`)
  }

  /** What came to the sockets of a host so far, and what became of what was sent there. */
  said(host: string): readonly unknown[] {
    return this.#peers.get(host)!.lines
  }

  async close(): Promise<void> {
    for (const { child } of this.#peers.values()) {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined
      child.stdin!.end()
      await ended
    }
    for (const berth of this.#berths.values()) await berth.close()
  }

  async #join(ends: Network['links'][number]['ends']): Promise<void> {
    const [a, b] = ends
    const peer = this.berth(b!.host).pid
    const words = `ip link add ${a!.name} type veth peer name ${b!.name} netns ${peer}`
    await this.berth(a!.host).must(...words.split(' '))
    for (const { host, name, addresses } of [a!, b!]) {
      for (const { address, prefixLength } of addresses)
        await this.berth(host).must('ip', 'address', 'add', `${address}/${prefixLength}`, 'dev', name)
      await this.berth(host).must('ip', 'link', 'set', name, 'up')
    }
  }

  async #furnish({ name, options }: SimulatedHost): Promise<void> {
    const berth = this.berth(name)
    const { gateway, forward, nft } = options
    if (typeof gateway === 'string') await berth.must('ip', 'route', 'add', 'default', 'via', gateway)
    if (forward) await berth.must('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1')
    if (nft !== undefined) await berth.load(nft)
  }

  #people({ name, options }: SimulatedHost): void {
    const sockets = (options.machine?.sockets ?? []).map(one => {
      const [protocol, end = ''] = (one.listen ?? one.bound ?? '').split(' ')
      return { protocol, port: Number(end.split(':')[1]) }
    })
    const [program = '', ...words] = this.berth(name).inside([
      process.execPath,
      '-e',
      PEER,
      JSON.stringify(sockets),
    ])
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines: unknown[] = []
    let rest = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop()!
      lines.push(...parts.map(line => JSON.parse(line) as unknown))
    })
    if (sockets.length === 0) lines.push('ready')
    this.#peers.set(name, { child, lines })
  }
}
