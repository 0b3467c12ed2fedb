/** A row of the matrix as a simulated network: the same hosts, addresses, routes, rules and listeners, without a kernel. */
import { setTimeout } from 'node:timers/promises'
import { type Address, parseAddress } from '../../src/model/address.ts'
import type { HostOptions, Network, SimulatedHost } from '../../src/sim/sim.ts'
import { createNetwork } from '../../src/sim/sim.ts'
import type { Alike, Setting } from '../kernel/why/fault.ts'
import { HEALTHY } from '../kernel/why/lab/lab.ts'
import { LINKS, MORE, ROUTERS, v4, v6 } from '../kernel/why/lab/topology.ts'
import { type Draft, Drafts } from './why-changes.ts'
import { openProgram } from './why-programs.ts'

export interface SimulatedRow {
  readonly network: Network
  readonly client: SimulatedHost
  readonly server: SimulatedHost
  readonly routers: readonly SimulatedHost[]
}

/** `isFaulty`: with the row's changes, or with those alone that stay. Throws for a change that a simulated host has no words for. */
export async function simulate(setting: Setting, isFaulty: boolean): Promise<SimulatedRow> {
  const { topology = 'routed', healthy = HEALTHY, changes } = setting
  const network = createNetwork({ speed: Infinity })
  const links = LINKS[topology]
  const drafts = new Drafts(healthy)
  for (const [name, device, place] of links.flat())
    drafts
      .of(name)
      .addresses.push(
        ...(place === undefined ? [] : [`${device} ${v4(place)}/24`, `${device} ${v6(place)}/64`]),
      )
  for (const [name, lines] of Object.entries(MORE[topology]))
    for (const line of lines) say(drafts.of(name), line)
  for (const name of ROUTERS) if (drafts.all.has(name)) drafts.of(name).forward = true
  for (const change of changes)
    if (isFaulty || (change.kind === 'step' && change.alike?.is === 'naming' && change.alike.stays))
      drafts.apply(change)
  const hosts = new Map(
    [...drafts.all].map(([name, options]) => [name, network.host(name, options as HostOptions)]),
  )
  // Ports of a bridge are one link.
  if (topology === 'same-link') network.lan(['client', 'router', 'server'], {})
  else
    for (const [[left, device], [right, peer]] of links)
      network.lan([`${left}:${device}`, `${right}:${peer}`], {})
  for (const [name, orders] of drafts.served)
    for (const order of orders) {
      const beside = drafts.stopped.get(name)
      await openProgram(hosts.get(name)!, order, drafts.stopped.has(name) && beside === undefined)
      if (beside !== undefined) await openProgram(hosts.get(name)!, beside, true)
    }
  const client = hosts.get('client')!
  for (const before of drafts.before) await happened(network, client, before)
  return {
    network,
    client,
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

/** What the client had done before it was asked. */
async function happened(network: Network, client: SimulatedHost, before: Alike): Promise<void> {
  if (before.is !== 'tried' && before.is !== 'connected') return
  const { address, port } = before
  for (let i = 0; i < (before.is === 'tried' ? 1 : before.times); i++) {
    const socket = client.transport.stream(address.includes(':') ? 'ipv6' : 'ipv4')
    if (before.is === 'connected' && before.sourcePort !== undefined)
      socket.bind('0.0.0.0' as Address, before.sourcePort + i)
    const said = socket.connect(parseAddress(address), port)
    if (said !== 'EINPROGRESS') throw new Error(`${address}:${port}: ${said}`)
    if (before.is === 'tried') {
      await network.advance(before.afterMs)
      socket.close()
    } else await network.settled()
  }
  await setTimeout(0)
}
