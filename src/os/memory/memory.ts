/**
 * A host in memory: a machine that is described in a few lines, answers at once, and changes when it is told to.
 *
 * For tests of whatever asks a host, ours and yours:
 *
 *     const os = openMemory({
 *       processes: [{ pid: 812, run: 'node server.js', uid: 1000 }],
 *       sockets: [{ listen: 'tcp 0.0.0.0:3000', by: 812 }],
 *       users: { 1000: 'alice' },
 *     })
 *     os.machine.exit(812)
 *     await os.clock.advance(1000)
 *
 * It answers every question of the seam, and passes its suite. What is told depends on the description alone: no clock,
 * no file and no network of the running machine is looked at.
 */
import { fault } from '../../model/fault.ts'
import { known, type Unknown, unknown } from '../../model/known.ts'
import { appendSocket } from '../../model/socket-append.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { parseTunableName } from '../../model/tunable-name.ts'
import { controlGroupOf } from '../../wire/cgroup-path.ts'
import { narrow } from '../narrow.ts'
import { noNetworkActs } from '../no-network-acts.ts'
import type { ControlGroup, InterfaceAddress, NetworkNamespace, OS, SocketQuery } from '../os.ts'
import { actsOf } from './acts.ts'
import { wayOn } from './attempts.ts'
import { bindOn } from './bind.ts'
import { canOf } from './can.ts'
import { claimsOf } from './claims.ts'
import { connectionEventsOf, connectionsOf } from './connections.ts'
import { countersOf } from './counters.ts'
import type { MachineDescription } from './description.ts'
import { endingsOf } from './endings.ts'
import { filterViewsOf, isFiltered } from './filter-views.ts'
import { HandClock } from './hand-clock.ts'
import { Machine, type MachineNamespace } from './machine.ts'
import { ownersOf } from './owners.ts'
import { probeOf } from './probe.ts'
import { reachOf } from './reach.ts'
import { told } from './told.ts'

export type { AttemptDescription, SeenDescription, TrialsDescription } from './attempts.ts'
export type { ConnectionDescription } from './connections.ts'
export type { DatagramPeer } from './datagrams.ts'
export type * from './description.ts'
export { HandClock } from './hand-clock.ts'
export { Machine, type MachineSocket } from './machine.ts'

export interface MemoryOS extends OS {
  readonly clock: HandClock
  /** The machine itself, to change it. */
  readonly machine: Machine
}

/** Throws a TypeError for a machine whose clock isn't turned by hand. */
export function openMemory(described: Machine | MachineDescription = {}): MemoryOS {
  const machine = described instanceof Machine ? described : new Machine(described)
  const { clock } = machine
  if (!(clock instanceof HandClock)) throw new TypeError('the machine has a clock of its own: see answersOf')
  return { ...answersOf(machine), clock, machine }
}

/** What a machine answers by its description alone, whatever clock it has: for hosts that know better in part. */
export function answersOf(machine: Machine): OS {
  const { description, clock, netns } = machine

  async function* sockets(query: SocketQuery, signal?: AbortSignal): AsyncIterable<SocketColumns> {
    for (const inode of new Set(query.netns ?? [netns])) {
      signal?.throwIfAborted()
      readable(machine, inode)
      const columns = new SocketColumns()
      for (const { socket, peerInode } of machine.sockets)
        if (socket.netns === inode) appendSocket(columns, told(query, socket), peerInode)
      narrow(columns, 0, query)
      yield columns
    }
  }

  return {
    platform: description.platform ?? 'linux',
    hostname: description.hostname ?? 'harbour',
    netns,
    clock,
    can: async () => canOf(machine),
    sockets: (query, options) => sockets(query, options?.signal),
    owners: async (query, options) => ownersOf(machine, query, options?.signal),
    processes: async pids =>
      new Map(
        pids.map(pid => {
          const found = machine.processes.get(pid)
          return [pid, found === undefined || found.vanishes ? unknown('vanished') : known(found.process)]
        }),
      ),
    namespaces: async () => [...machine.namespaces.values()].map(one => namespaceOf(machine, one)),
    async namespaceOf(pid) {
      const inode = machine.processes.get(pid)?.netns
      return inode === undefined ? undefined : namespaceOf(machine, machine.namespaces.get(inode)!)
    },
    addresses: async inode => readable(machine, inode ?? netns),
    async userNames(uids) {
      const names: Readonly<Record<number, string>> = { 0: 'root', ...description.users }
      return new Map(uids.flatMap(uid => (names[uid] === undefined ? [] : [[uid, names[uid]]])))
    },
    controlGroups: async ids =>
      new Map(
        ids.map(id => {
          const path = machine.groups[Number(id) - 1]
          return [id, path === undefined ? unknown('vanished') : known(groupAt(path))]
        }),
      ),
    tunables: async names =>
      new Map(
        names.map(name => {
          const set = description.tunables?.[parseTunableName(name)] ?? unknown('unsupported')
          return [name, typeof set === 'string' ? known(set) : set]
        }),
      ),
    counters: async query => countersOf(machine, query),
    filtered: async () => isFiltered(description.filter),
    ruleset: async query => {
      query?.signal?.throwIfAborted()
      return filterViewsOf(description.filter, query)
    },
    routes: async () =>
      description.routing === undefined ? unknown('unsupported') : known(description.routing),
    connections: async (query, options) => {
      options?.signal?.throwIfAborted()
      return connectionsOf(machine, query)
    },
    connectionEvents: ({ signal }) => connectionEventsOf(machine, signal),
    endings: ({ signal }) => endingsOf(machine, signal),
    socketOptions: async holders =>
      holders.map(({ inode }) => {
        const found = [...machine.sockets].find(one => one.socket.inode === inode)
        return found === undefined ? unknown('vanished') : found.options
      }),
    bind: async request => bindOn(machine, request),
    async become({ program }) {
      throw fault('E_PROGRAM', { program, why: 'nothing runs on a machine that is made up' })
    },
    claims: async () => claimsOf(machine),
    acts: actsOf(machine),
    reach: reachOf(machine),
    ...noNetworkActs('a described machine has no network'),
    routeTo: async question => wayOn(description, question),
    naming: async () => {
      const { hosts = '', resolvers = '', order = '' } = description.naming ?? {}
      const file = (text: string | Unknown) => (typeof text === 'string' ? known(text) : text)
      return { hosts: file(hosts), resolvers: file(resolvers), order: file(order) }
    },
    probe: probeOf(machine),
    close: async () => {},
  }
}

/** The addresses of a namespace; a fault where it isn't there or can't be read. */
function readable(machine: Machine, inode: number): readonly InterfaceAddress[] {
  const found = machine.namespaces.get(inode)
  if (found === undefined) throw fault('E_NETNS_UNKNOWN', { text: String(inode) })
  if (found.description.unreadable !== undefined) throw fault('E_NETNS_DENIED', { text: String(inode) })
  return found.addresses
}

/** A few of the processes that live in a namespace are enough. */
const MOST_PIDS = 4

const namespaceOf = (machine: Machine, { description }: MachineNamespace): NetworkNamespace => ({
  inode: description.inode,
  self: description.inode === machine.netns,
  name: description.name ?? null,
  pids: [...machine.processes]
    .flatMap(([pid, one]) => (one.netns === description.inode ? [pid] : []))
    .slice(0, MOST_PIDS),
  readable: description.unreadable === undefined ? known(true) : unknown(description.unreadable),
})

const groupAt = (path: string): ControlGroup => ({ path, ...controlGroupOf(path) })
