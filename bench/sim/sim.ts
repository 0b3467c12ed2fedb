/**
 * A large simulated network in one process: hosts behind routers, TCP connections between them, each with a few exchanges. Prints
 * how long it took, how many packets there were, and what it took of memory.
 *
 *   node bench/sim/sim.ts                                  1,000 hosts, 100,000 connections
 *   node bench/sim/sim.ts --hosts 100 --connections 1000 --exchanges 5 --loss 0.001
 */
import { parseArgs } from 'node:util'
import { createNetwork, type SimulatedHost } from '../../src/sim/sim.ts'
import { ACCEPTABLE, CONNECTED, READABLE } from '../../src/sim/transport/transport.ts'

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '100000' },
    exchanges: { type: 'string', default: '3' },
    loss: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})
const [hosts, connections, exchanges, loss] = [
  Number(values.hosts),
  Number(values.connections),
  Number(values.exchanges),
  Number(values.loss),
]

/** Hosts behind one router. */
const PER_ROUTER = 50
const PORT = 7000
const MESSAGE = new Uint8Array(100)
/** Simulated milliseconds in which the connections begin. */
const RAMP_MS = 1000

const started = performance.now()
const network = createNetwork({ seed: values.seed, clock: 'by-hand' })
const all = build()
const built = performance.now()

let open = 0
let done = 0
let crossings = 0
let sent = 0
for (const link of network.links)
  link.watchers.add((_, from) => {
    crossings++
    if (from.name === 'eth0' && from.host.startsWith('h')) sent++
  })

for (const host of all) listen(host)
for (let i = 0; i < connections; i++) {
  const client = all[i % hosts]!
  const server = all[(i * 7919 + Math.floor(i / hosts) + 1) % hosts]!
  network.engine.schedule((i / connections) * RAMP_MS, () => converse(client, server))
}
await network.run(60_000)
const ended = performance.now()

const memory = process.memoryUsage()
const peak = process.resourceUsage().maxRSS / 1024
const rows: readonly (readonly [string, string])[] = [
  ['hosts', `${hosts} behind ${Math.ceil(hosts / PER_ROUTER)} routers`],
  ['connections', `${open} open at once, ${done} with all ${exchanges} exchanges done`],
  ['packets', `${sent} sent by hosts, ${crossings} over links`],
  ['simulated time', `${(network.now() / 1000).toFixed(1)} s`],
  ['building', `${((built - started) / 1000).toFixed(1)} s`],
  ['running', `${((ended - built) / 1000).toFixed(1)} s`],
  ['in all', `${((ended - started) / 1000).toFixed(1)} s`],
  ['processor', `${((process.cpuUsage().user + process.cpuUsage().system) / 1e6).toFixed(1)} s of it`],
  ['packets a second', `${Math.round(sent / ((ended - built) / 1000))}`],
  [
    'memory',
    `${Math.round(peak)} MiB at most, ${Math.round(memory.heapUsed / 2 ** 20)} MiB of heap at the end`,
  ],
]
for (const [name, value] of rows) console.log(`${name.padEnd(18)}${value}`)
network.close()

/** A core, routers around it, and a switch with hosts behind each. */
function build(): SimulatedHost[] {
  const routers = Math.ceil(hosts / PER_ROUTER)
  const core = network.router('core', {
    addresses: Array.from({ length: routers }, (_, r) => `eth${r} 172.16.${r}.1/24`),
    routes: Array.from({ length: routers }, (_, r) => `10.0.${r}.0/24 via 172.16.${r}.2`),
  })
  const made: SimulatedHost[] = []
  for (let r = 0; r < routers; r++) {
    const router = network.router(`r${r}`, {
      addresses: [`eth0 172.16.${r}.2/24`, `eth1 10.0.${r}.1/24`],
      gateway: `172.16.${r}.1`,
    })
    network.link(core, router, { delayMs: 5, loss })
    const own = Array.from({ length: Math.min(PER_ROUTER, hosts - r * PER_ROUTER) }, (_, h) =>
      network.host(`h${r}-${h}`, { addresses: [`10.0.${r}.${h + 2}/24`], gateway: `10.0.${r}.1` }),
    )
    network.lan([router, ...own], { delayMs: 0.1 })
    made.push(...own)
  }
  return made
}

/** Says everything back. */
function listen(host: SimulatedHost): void {
  const listener = host.transport.stream()
  listener.bind('0.0.0.0' as never, PORT)
  listener.listen(4096)
  listener.notify = events => {
    if ((events & ACCEPTABLE) === 0) return
    for (let one = listener.accept(); typeof one !== 'string'; one = listener.accept()) {
      const taken = one
      const answer = (): void => {
        for (
          let bytes = taken.read(65_536);
          bytes instanceof Uint8Array && bytes.length > 0;
          bytes = taken.read(65_536)
        )
          taken.write(bytes)
      }
      taken.notify = told => {
        if ((told & READABLE) !== 0) answer()
      }
      answer()
    }
  }
}

function converse(client: SimulatedHost, server: SimulatedHost): void {
  const socket = client.transport.stream()
  let left = exchanges
  socket.notify = events => {
    if ((events & CONNECTED) !== 0) {
      open++
      socket.write(MESSAGE)
    }
    if ((events & READABLE) === 0) return
    for (
      let bytes = socket.read(65_536);
      bytes instanceof Uint8Array && bytes.length > 0;
      bytes = socket.read(65_536)
    ) {
      left--
      if (left > 0) socket.write(MESSAGE)
      else done++
    }
  }
  const [{ addresses }] = server.devices.values() as unknown as [{ addresses: readonly { address: never }[] }]
  socket.connect(addresses[0]!.address, PORT)
}
