/**
 * A Linux host: the running kernel, asked through netlink and `/proc`.
 *
 * Answers everything of the seam for our own network namespace without privilege; owners of other users'
 * processes and other namespaces as far as `can.ts` allows. Sources: sock_diag(7), proc(5), rtnetlink(7),
 * network_namespaces(7). Needs koffi for netlink; without it `/proc/net` answers with less.
 */
import { isFault } from '../../model/fault.ts'
import { unknown } from '../../model/known.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import type { Acts } from '../acts.ts'
import type { ClaimStore, OS, SocketQuery } from '../os.ts'
import type { Reach } from '../reach.ts'
import type { rawBind } from './bind.ts'
import { textOr } from './file-tree.ts'
import { NamespaceReaders } from './namespace-readers.ts'
import { ownNamespace } from './namespaces.ts'
import { owners } from './owners.ts'
import { readNamespace } from './sockets.ts'
import { machineSources, type NetlinkSource, type Sources } from './sources.ts'
import type { TrialContext } from './trial-context.ts'

export type { FileTree } from './file-tree.ts'
export {
  type EnteredNamespace,
  machineSources,
  type NetlinkProtocol,
  type NetlinkSource,
  type Sources,
} from './sources.ts'

/** Opens the host. Nothing is read until it is asked. `sources`: the running machine, or a recording of one. */
export function openLinux(sources: Sources = machineSources()): OS {
  const { files } = sources
  const own = ownNamespace(files)
  const readers = new NamespaceReaders(sources, own)
  let claims: ClaimStore | undefined
  let bind: typeof rawBind | undefined

  async function* sockets(query: SocketQuery, signal?: AbortSignal): AsyncIterable<SocketColumns> {
    const wanted = [...new Set(query.netns ?? [own])]
    for (const netns of wanted) {
      signal?.throwIfAborted()
      try {
        yield await readNamespace(await readers.open(netns, wanted), query)
      } catch (error) {
        // Of several namespaces one may end while the others are read.
        if (wanted.length === 1 || !isFault(error) || error.code !== 'E_NETNS_UNKNOWN') throw error
        yield ended(netns)
      }
    }
  }

  return {
    platform: 'linux',
    hostname: sources.hostname,
    netns: own,
    clock: sources.clock,
    can: async () => (await import('./can.ts')).readCan(sources),
    sockets: (query, options) => sockets(query, options?.signal),
    owners: (query, options) => owners(sources, query, options?.signal),
    processes: async pids => (await import('./processes.ts')).readProcesses(files, pids),
    namespaces: async () => readers.namespaces(),
    namespaceOf: async pid => readers.namespaceOf(pid),
    async addresses(netns) {
      const { readAddresses } = await import('./addresses.ts')
      return readAddresses(sources, await readers.ways(netns ?? own))
    },
    userNames: async uids => (await import('./users.ts')).readUserNames(files, uids),
    controlGroups: async ids => (await import('./control-groups.ts')).readControlGroups(files, ids),
    tunables: async names => (await import('./tunables.ts')).readTunables(files, names),
    async socketOptions(holders) {
      const { ffi } = sources
      if ('missing' in ffi) return holders.map(() => unknown('unsupported'))
      const { readSocketOptions } = await import('./socket-options.ts')
      return holders.map(holder => readSocketOptions(ffi.libc, files, holder))
    },
    async counters(query) {
      const { readCounters } = await import('./counters.ts')
      return readCounters(files, (await readers.ways(own)).route, query)
    },
    async filtered() {
      const { hasFilters } = await import('./filter-presence.ts')
      return hasFilters(sources, (await readers.ways(own)).route)
    },
    async ruleset(query) {
      const { readFilterViews } = await import('./filter-views.ts')
      return readFilterViews(sources, (await readers.ways(own)).route, query)
    },
    async routes() {
      const { readRouting } = await import('./routing.ts')
      return readRouting((await readers.ways(own)).route)
    },
    async connections(query, options) {
      options?.signal?.throwIfAborted()
      return (await import('./connections.ts')).readConnections(sources, query)
    },
    async *connectionEvents({ signal }) {
      yield* (await import('./connections.ts')).readConnectionEvents(sources, signal)
    },
    async *endings({ signal }) {
      const { readEndings } = await import('./endings.ts')
      yield* readEndings(sources, own, signal)
    },
    async bind(request) {
      const { ffi } = sources
      if ('missing' in ffi) return (await import('../node-bind.ts')).nodeBind(request)
      bind ??= (await import('./bind.ts')).rawBind
      return bind(ffi.libc, request, zone => Number(textOr(files, `/sys/class/net/${zone}/ifindex`)) || 0)
    },
    async become(request) {
      const { become } = await import('./become.ts')
      return become('libc' in sources.ffi ? sources.ffi.libc : null, request)
    },
    async claims() {
      claims ??= (await import('./claims.ts')).openClaims(files, own, sources.claimsFolder)
      return claims
    },
    acts: actsOf(sources, readers),
    reach: reachOf(sources, async () => (await readers.ways(own)).route),
    async *probe(plan, options) {
      const { ffi } = sources
      if ('missing' in ffi) yield* (await import('../node-probe.ts')).nodeProbe(plan, options)
      else {
        const { probeByConnect } = await import('./probe-connect.ts')
        yield* probeByConnect(
          { libc: ffi.libc, files, route: (await readers.ways(own)).route },
          plan,
          options,
        )
      }
    },
    async routeTo(question) {
      const { routeTo } = await import('./route-to.ts')
      return routeTo((await readers.ways(own)).route, question)
    },
    naming: async () => (await import('../naming.ts')).readNaming(path => files.read(path)),
    relay: async plan => (await import('../node-relay.ts')).nodeRelay(plan),
    listen: async request => (await import('../node-listen.ts')).nodeListen(request),
    close: async () => readers.close(),
  }
}

/** Imported when something is tried, which few commands do. */
const reach = async (): Promise<Reach> => (await import('../node-reach.ts')).nodeReach

function reachOf({ ffi }: Sources, route: () => Promise<NetlinkSource | null>): Reach {
  let context: TrialContext | undefined
  /** Undefined where there is no C library: then Node's own sockets see less. */
  const trials = async (): Promise<TrialContext | undefined> => {
    if ('missing' in ffi) return undefined
    const { LinkNames } = await import('./trial-context.ts')
    context ??= { libc: ffi.libc, links: new LinkNames(await route()) }
    return context
  }
  return {
    resolve: async (...asked) => (await reach()).resolve(...asked),
    dial: async (...asked) => (await reach()).dial(...asked),
    get: async (...asked) => (await reach()).get(...asked),
    file: async (...asked) => (await reach()).file(...asked),
    datagrams: async (...asked) => (await reach()).datagrams(...asked),
    async attempt(...asked) {
      const trial = await trials()
      if (trial === undefined) return (await reach()).attempt(...asked)
      return (await import('./attempt.ts')).attempt(trial, ...asked)
    },
    async ping(...asked) {
      const trial = await trials()
      return trial === undefined
        ? (await reach()).ping(...asked)
        : (await import('./ping.ts')).ping(trial, ...asked)
    },
    tls: async (...asked) => (await reach()).tls(...asked),
  }
}

const actsOf = (sources: Sources, readers: NamespaceReaders): Acts => ({
  self: process.pid,
  stopProcess: async (request, options) =>
    (await import('./stop-process.ts')).stopProcess(sources, request, options),
  destroySocket: async socket =>
    (await import('./destroy-socket.ts')).destroySocket(await readers.open(socket.netns), socket),
  container: async (query, options) => (await import('../services.ts')).container(query, options),
  stopService: async (service, options) => (await import('../services.ts')).stopService(service, options),
  filter: {
    openDesk: async options => (await import('./filter-desk.ts')).openDesk(sources, options),
    readNotes: async () => (await import('./filter-desk.ts')).readNotes(sources),
    watch: async () => (await import('./filter-desk.ts')).watch(sources),
    lineage: async () => (await import('./lineage.ts')).readLineage(sources.files, process.pid),
    uptime: () => Number(process.hrtime.bigint() / 1_000_000n),
    runManager: async (argv, options) => (await import('../services.ts')).runManager(argv, options),
    startUp: async () => (await import('./persist.ts')).startUp(sources.files),
    persist: async (plan, options) => (await import('./persist.ts')).persist(plan, options),
  },
})

function ended(netns: number): SocketColumns {
  const columns = new SocketColumns(1)
  columns.notes.push({
    code: 'namespace-ended',
    severity: 'note',
    certainty: 'proven',
    subject: `network namespace ${netns}`,
    says: `the network namespace ${netns} ended while it was to be read`,
    evidence: [{ source: '/proc/<pid>/net', says: 'no process lives in it any more' }],
  })
  return columns
}
