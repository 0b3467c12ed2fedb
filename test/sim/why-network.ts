/** A row of the matrix as a simulated network: the same hosts, addresses, routes, rules and listeners, without a kernel. */
import type { HostOptions, Network, SimulatedHost } from '../../src/sim/sim.ts'
import { createNetwork } from '../../src/sim/sim.ts'
import type { Change, Setting } from '../kernel/why/fault.ts'
import { HEALTHY } from '../kernel/why/lab/lab.ts'
import type { Order } from '../kernel/why/lab/order.ts'
import { LINKS, MORE, ROUTERS, v4, v6 } from '../kernel/why/lab/topology.ts'

type Draft = { -readonly [key in keyof HostOptions]?: HostOptions[key] } & {
  addresses: string[]
  gateway: string[]
  routes: string[]
  nft: string
}

export interface SimulatedRow {
  readonly network: Network
  readonly client: SimulatedHost
  readonly server: SimulatedHost
  readonly routers: readonly SimulatedHost[]
}

/** `isFaulty`: with the row's changes, or without. Throws for a change that a simulated host has no words for. */
export async function simulate(setting: Setting, isFaulty: boolean): Promise<SimulatedRow> {
  const { topology = 'routed', healthy = HEALTHY, changes } = setting
  const network = createNetwork({ speed: Infinity })
  const links = LINKS[topology]
  const drafts = new Map<string, Draft>()
  const draft = (name: string): Draft => {
    const one = drafts.get(name) ?? { addresses: [], gateway: [], routes: [], nft: '' }
    drafts.set(name, one)
    return one
  }
  for (const [name, device, place] of links.flat())
    draft(name).addresses.push(
      ...(place === undefined ? [] : [`${device} ${v4(place)}/24`, `${device} ${v6(place)}/64`]),
    )
  for (const [name, lines] of Object.entries(MORE[topology])) for (const line of lines) say(draft(name), line)
  for (const name of ROUTERS) if (drafts.has(name)) draft(name).forward = true
  const served = new Map<string, readonly Order[]>([['server', healthy]])
  if (isFaulty) for (const change of changes) apply(change, draft, served)
  const hosts = new Map([...drafts].map(([name, options]) => [name, network.host(name, options)]))
  // Ports of a bridge are one link.
  if (topology === 'same-link') network.lan(['client', 'router', 'server'], {})
  else
    for (const [[left, device], [right, peer]] of links)
      network.lan([`${left}:${device}`, `${right}:${peer}`], {})
  for (const [name, orders] of served) for (const order of orders) await open(hosts.get(name)!, order)
  return {
    network,
    client: hosts.get('client')!,
    server: hosts.get('server')!,
    routers: ROUTERS.flatMap(name => hosts.get(name) ?? []),
  }
}

/** A line of the topology: `route default 1.1`, `address br0 1.1`. A bridge is a link here. */
function say(draft: Draft, line: string): void {
  const [what, to, via] = line.split(' ') as [string, string, string]
  if (what === 'address') draft.addresses.push(`eth0 ${v4(via)}/24`, `eth0 ${v6(via)}/64`)
  if (what === 'route' && to === 'default') draft.gateway.push(v4(via), v6(via))
  if (what === 'route' && to !== 'default')
    draft.routes.push(`${v4(to)}/24 via ${v4(via)}`, `${v6(to)}/64 via ${v6(via)}`)
}

function apply(change: Change, draft: (name: string) => Draft, served: Map<string, readonly Order[]>): void {
  if (change.kind === 'rules') draft(change.host).nft += change.text
  else if (change.kind === 'serve') served.set(change.host, change.orders)
  else if (change.kind === 'ip') for (const line of change.lines) applyLine(draft(change.host), line)
  else if (change.kind === 'tune' && change.settings['net.ipv4.ip_forward'] === 0)
    draft(change.host).forward = false
  else throw new Error(`a simulated host has no words for ${JSON.stringify(change)}`)
}

function applyLine(draft: Draft, line: string): void {
  const [, verb, route] = /^route (add|del) (.*)$/.exec(line) ?? []
  if (verb === undefined) throw new Error(`a simulated host has no words for "${line}"`)
  if (verb === 'add') draft.routes.push(route!)
  else if (route === 'default') draft.gateway = draft.gateway.filter(one => one.includes(':'))
  else draft.routes = draft.routes.filter(one => !one.startsWith(`${route} `))
}

async function open(
  host: SimulatedHost,
  { behaviour, port, address = '::', v6only = false }: Order,
): Promise<void> {
  if (behaviour === 'datagrams') {
    const socket = host.createSocket({ type: 'udp6' })
    socket.on('message', (message, { address: to, port: back }) => socket.send(message, back, to))
    await new Promise<void>(resolve => void socket.bind(port, address, () => resolve()))
    return
  }
  if (behaviour !== 'http' && behaviour !== 'hold')
    throw new Error(`a simulated host has no words for "${behaviour}"`)
  const server = host.createServer(socket => {
    socket.on('error', () => {})
    if (behaviour === 'http')
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nooo'),
      )
  })
  await new Promise<void>(
    resolve => void server.listen({ port, host: address, ipv6Only: v6only }, () => resolve()),
  )
}
