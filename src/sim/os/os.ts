/**
 * The seam of a simulated host: every question that a tool asks, answered by the simulated network. Sockets are those of its
 * transport, dialling goes over its links, time is simulated; processes, users and files are as described.
 */
import type { Address } from '../../model/address.ts'
import { printRuleset } from '../../model/filter/print/print.ts'
import { known, unknown } from '../../model/known.ts'
import type { NatBox } from '../../model/nat/nat-box.ts'
import type { RoutingTables } from '../../model/route.ts'
import { noActs } from '../../os/acts.ts'
import { no } from '../../os/can.ts'
import { noConnectionEvents } from '../../os/connections.ts'
import { listenOver } from '../../os/listen-over.ts'
import { answersOf, Machine, type MachineDescription } from '../../os/memory/memory.ts'
import { noEndings } from '../../os/no-endings.ts'
import type { OS } from '../../os/os.ts'
import { relayOver } from '../../os/relay-over.ts'
import type { Engine } from '../engine/engine.ts'
import { routingTablesOf, type SimHost } from '../host/host.ts'
import type { NodeHost } from '../node/node.ts'
import type { SocketOwner, SocketRow, Transport } from '../transport/transport.ts'
import { bindOn } from './bind-on.ts'
import { doorsOf } from './doors-of.ts'
import { isStill, openSockets } from './open-sockets.ts'
import { probeOver } from './probe-over.ts'
import { reachOver } from './reach-over.ts'
import { routeOn } from './route-on.ts'
import { tunablesOf } from './settings-of.ts'
import { simClock } from './sim-clock.ts'
import { simCounters } from './sim-counters.ts'
import { socketTable } from './socket-table.ts'
import { trackedOn } from './tracked-on.ts'

export { transportSettings } from './settings-of.ts'

export interface SimulatedOS extends OS {
  /** Processes, users and files, to be changed. */
  readonly machine: Machine
}

export interface SeamOf {
  readonly host: SimHost
  readonly engine: Engine
  readonly transport: Transport
  readonly startAt: number
  readonly lookup: (name: string) => readonly Address[]
  /** How programs on this host open sockets. */
  readonly door: NodeHost
  /** Of a NAT box: its NAT, once it is made. */
  readonly nat: () => NatBox | undefined
}

/** `rp_filter` (ip-sysctl). */
const REVERSE_PATH = { off: '0', strict: '1', loose: '2' } as const

/** Inodes of unix sockets, far from those of the transport. */
const FIRST_STILL_INODE = 1_000_001

const NO_ENDINGS = no(
  'a simulated host keeps no record of sockets as they end',
  'Look at the table again: ports watch compares two looks.',
)

/** Throws `E_SIM_NETWORK`, or a TypeError, for a machine that can't be. */
export function openSimulated({ host, engine, transport, startAt, lookup, door, nat }: SeamOf): SimulatedOS {
  const described: MachineDescription = host.options.machine ?? {}
  const machine = new Machine(
    {
      ...described,
      hostname: host.name,
      addresses: addressesOf(host),
      routing: routingTablesOf(host.host),
      filter: {
        views: {
          'nft-json': unknown('unsupported'),
          'nft-text': host.ruleset === undefined ? '' : printRuleset(host.ruleset),
        },
      },
      tunables: {
        ...tunablesOf(host.host, transport.settings),
        'net.ipv4.conf.all.rp_filter': REVERSE_PATH[host.options.reversePath ?? 'off'],
        ...described.tunables,
      },
      sockets: (described.sockets ?? [])
        .filter(isStill)
        .map((one, i) => ({ inode: FIRST_STILL_INODE + i, cookie: BigInt(FIRST_STILL_INODE + i), ...one })),
      can: { endings: NO_ENDINGS, ...described.can },
    },
    simClock(engine, startAt),
  )
  const ownerOf = (pid: number): SocketOwner => {
    const found = machine.processes.get(pid)
    if (found === undefined) throw new TypeError(`there is no process ${pid} to hold a socket`)
    return { pid, name: found.process.name, uid: found.process.uid }
  }
  openSockets(host.name, transport, described, ownerOf)
  const still = answersOf(machine)
  const asker: SocketOwner = { pid: described.self ?? 1, name: 'ports', uid: 0 }
  const indexOf = (device: string): number => host.host.interfaces?.get(device)?.index ?? 0
  const rows = (): readonly SocketRow[] => [...transport.rows(indexOf)]
  machine.onExit.add(pid => closeOf(transport, pid))
  const reach = reachOver({
    engine,
    transport,
    lookup,
    still,
    owner: asker,
    sourceFor: to => host.network.ways.sourceFor(to),
    host,
  })
  const doors = doorsOf({ engine, door, owner: asker, reach, startAt })
  return {
    ...still,
    ...socketTable({ netns: still.netns, transport, indexOf, still }),
    machine,
    routes: async () => known(tablesOf(host)),
    filtered: async () => known(host.ruleset !== undefined && host.ruleset.tables.length > 0),
    counters: async query =>
      simCounters(await still.counters(query), rows(), host.router, host.network.tally.now()),
    async connections(query, options) {
      options?.signal?.throwIfAborted()
      return trackedOn({ router: host.router, nat: nat(), now: engine.now() }, query)
    },
    connectionEvents: () => noConnectionEvents('unsupported', 'a simulated host doesn’t tell what changes'),
    endings: () =>
      noEndings(
        'simulated network',
        NO_ENDINGS.yes ? '' : NO_ENDINGS.why,
        NO_ENDINGS.yes ? '' : NO_ENDINGS.remedy,
      ),
    bind: async request => bindOn(transport, request, asker),
    routeTo: async question => known(routeOn({ host, transport }, question)),
    probe: probeOver({ engine, transport, owner: asker }),
    reach,
    relay: plan => relayOver(doors, plan),
    listen: request => listenOver(doors, request),
    acts: {
      ...still.acts,
      filter: noActs('the rules of a simulated host are those that it was described with').filter,
      async stopProcess({ inodes, ...request }, options) {
        options?.signal?.throwIfAborted()
        const holds = rows().some(
          ({ socket, owner }) => inodes?.includes(socket.inode) === true && owner?.pid === request.pid,
        )
        // Whoever holds one of them here needn't be asked whether he holds another one.
        return still.acts.stopProcess(
          holds || inodes === undefined ? request : { ...request, inodes },
          options,
        )
      },
      async destroySocket(wanted) {
        if (wanted.protocol === 'unix' || wanted.protocol === 'raw') return still.acts.destroySocket(wanted)
        if (wanted.state === 'listen')
          return { kind: 'unsupported', says: 'a listener’s port would stay taken' }
        const found = [...transport.tcp.sockets, ...transport.udp.sockets].find(
          ({ inode }) => inode === wanted.inode,
        )
        if (found === undefined) return { kind: 'gone' }
        if ('abort' in found) found.abort()
        else found.close()
        return { kind: 'destroyed' }
      },
    },
  }
}

function closeOf({ tcp, udp }: Transport, pid: number): void {
  for (const one of [...tcp.sockets]) if (one.owner.pid === pid && !one.closed) one.close()
  for (const one of [...udp.sockets]) if (one.owner.pid === pid) one.close()
}

/** With what only devices know, as they are now. */
function tablesOf({ host, devices, network }: SimHost): RoutingTables {
  const tables = routingTablesOf(host)
  return {
    ...tables,
    interfaces: tables.interfaces.map(one => {
      const device = devices.get(one.name)
      if (device === undefined) return one
      const { up, hardware, hasCarrier, mtu } = device
      return {
        ...one,
        up,
        hardware,
        ...(up ? { carrier: hasCarrier } : {}),
        ...(mtu === undefined ? {} : { mtu }),
      }
    }),
    neighbours: network.neighbours.table(),
  }
}

/** In the order of the devices' indexes. */
const addressesOf = ({ devices, loopback }: SimHost): readonly string[] => [
  ...loopback.map(({ address, prefixLength }) => `lo ${address}/${prefixLength}`),
  ...[...devices].flatMap(([name, { addresses }]) =>
    addresses.map(({ address, prefixLength }) => `${name} ${address}/${prefixLength}`),
  ),
]
