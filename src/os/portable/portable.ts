/**
 * What Node alone can tell on any system, and on macOS the socket table and its owners through lsof and ps.
 *
 * Answers everywhere: addresses, our own user's name, the clock. On macOS also: TCP and UDP sockets that a process
 * holds (our own user's without privilege, all with sudo), who holds them, and what those processes are. Doesn't answer:
 * unix and raw sockets, sockets that nobody holds any more (TIME_WAIT), queues' limits, namespaces, settings; each
 * question says so. Sources: lsof(8), ps(1).
 *
 * The way over lsof and ps has been tried with the ones of Linux, and with constructed output for macOS; it has not
 * yet been run on a real Mac.
 */
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { fault } from '../../model/fault.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { parseTunableName } from '../../model/tunable-name.ts'
import { noConnectionEvents, noConnections } from '../connections.ts'
import { noCounters } from '../counters.ts'
import { noFilterViews } from '../filter-views.ts'
import { noNaming, readNaming } from '../naming.ts'
import { noEndings } from '../no-endings.ts'
import { nodeBind } from '../node-bind.ts'
import { nodeReach } from '../node-reach.ts'
import type { NetworkNamespace, OS, SocketQuery } from '../os.ts'
import { systemClock } from '../system-clock.ts'
import { portableActs } from './acts.ts'
import { readAddresses } from './addresses.ts'
import { canOf } from './can.ts'
import { LsofTable } from './lsof-table.ts'
import { unsupportedOwnership } from './no-owners.ts'
import { readProcesses } from './ps-processes.ts'
import type { Tool } from './run-tool.ts'

export type { Tool } from './run-tool.ts'

export interface PortableOptions {
  /** Node's name of the system; decides what is tried. */
  readonly platform?: string
  /** Reads the socket table; null for none. On macOS `lsof`, elsewhere none. */
  readonly lsof?: Tool | null
  /** Reads processes; null for none. On macOS `ps`, elsewhere none. */
  readonly ps?: Tool | null
  /** Whether lsof sees the sockets of all users: whether we are root. */
  readonly privileged?: boolean
}

export function openPortable(options: PortableOptions = {}): OS {
  const { platform = process.platform, privileged = process.getuid?.() === 0 } = options
  const mac = platform === 'darwin'
  const lsof = options.lsof === undefined ? (mac ? { command: 'lsof' } : null) : options.lsof
  const ps = options.ps === undefined ? (mac ? { command: 'ps' } : null) : options.ps
  const table = lsof === null ? null : new LsofTable(lsof, privileged)

  async function* sockets(query: SocketQuery, signal?: AbortSignal): AsyncIterable<SocketColumns> {
    signal?.throwIfAborted()
    if (table === null) throw fault('E_HOST_UNSUPPORTED', { platform })
    for (const netns of new Set(query.netns ?? [OWN])) {
      checkNamespace(netns)
      yield await table.sockets(query, signal)
    }
  }

  const processes: OS['processes'] = async pids =>
    ps === null
      ? new Map(pids.map(pid => [pid, unknown(exists(pid) ? 'unsupported' : 'vanished')]))
      : readProcesses(ps, pids)

  return {
    platform,
    hostname: hostname(),
    netns: OWN,
    clock: systemClock,
    can: async () => canOf({ platform, table: table !== null, privileged }),
    sockets: (query, cancel) => sockets(query, cancel?.signal),
    async owners(query = {}, cancel) {
      cancel?.signal?.throwIfAborted()
      return table === null ? unsupportedOwnership() : table.owners(query, cancel?.signal)
    },
    processes,
    namespaces: async () => [ONLY],
    namespaceOf: async pid => (exists(pid) ? ONLY : undefined),
    async addresses(netns = OWN) {
      checkNamespace(netns)
      return readAddresses()
    },
    userNames: async uids => new Map(ownName().filter(([uid]) => uids.includes(uid))),
    controlGroups: async ids => new Map(ids.map(id => [id, unknown('unsupported')])),
    tunables: async names =>
      new Map(names.map((name): [string, Known<string>] => [parseTunableName(name), unknown('unsupported')])),
    counters: async query => noCounters('unsupported', query),
    filtered: async () => unknown('unsupported'),
    ruleset: async options => {
      options?.signal?.throwIfAborted()
      return noFilterViews('unsupported', `there is no way yet to read the packet filter of ${platform}`)
    },
    routes: async () => unknown('unsupported'),
    connections: async (_query, options) => {
      options?.signal?.throwIfAborted()
      return noConnections('unsupported', `there is no way yet to read what ${platform} translates`)
    },
    connectionEvents: () => noConnectionEvents('unsupported', `${platform} does not tell them`),
    endings: () => noEndings(platform, 'it does not tell when a socket ends', 'Look more often.'),
    socketOptions: async holders => holders.map(() => unknown('unsupported')),
    bind: nodeBind,
    async become({ program }) {
      throw fault('E_PROGRAM', { program, why: `on ${platform} a process can not become another yet` })
    },
    async claims() {
      throw fault('E_LEASE_UNSUPPORTED', { why: `${platform} has no way yet to tell when a holder ends` })
    },
    acts: portableActs(processes, table === null ? null : query => table.owners(query)),
    reach: nodeReach,
    routeTo: async () => unknown('unsupported'),
    naming: async () =>
      platform === 'win32' ? noNaming('unsupported') : readNaming(path => readFileSync(path)),
    async *probe(plan, cancel) {
      yield* (await import('../node-probe.ts')).nodeProbe(plan, cancel, platform as NodeJS.Platform)
    },
    relay: async plan => (await import('../node-relay.ts')).nodeRelay(plan),
    listen: async request => (await import('../node-listen.ts')).nodeListen(request),
    close: async () => {},
  }
}

/** There is one namespace only, and it has no number. */
const OWN = 0
const ONLY: NetworkNamespace = { inode: OWN, self: true, name: null, pids: [], readable: known(true) }

function checkNamespace(netns: number): void {
  if (netns !== OWN) throw fault('E_NETNS_UNKNOWN', { text: String(netns) })
}

/** Signal 0 tests for a process and sends nothing (kill(2)); on Windows Node does the same in its own way. */
function exists(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Empty where the system has no numbers for users, or no name for ours. */
function ownName(): [uid: number, name: string][] {
  try {
    const { uid, username } = userInfo()
    return uid < 0 || username === '' ? [] : [[uid, username]]
  } catch {
    return []
  }
}
