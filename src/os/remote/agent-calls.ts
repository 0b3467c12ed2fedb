/**
 * The questions that an agent answers, each by its name in the seam.
 *
 * What isn't among them can't be done from afar: to become another program (the agent would be gone), claims on ports (they
 * end with their holder, which would be the agent), and changes of the packet filter (what takes them back must not hang on the
 * connection that they may cut).
 */
import type { Service } from '../../model/service.ts'
import type { Socket } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import type { ContainerQuery, StopRequest, ToolOptions } from '../acts.ts'
import type {
  BindRequest,
  ConnectionQuery,
  CounterQuery,
  FilterViewQuery,
  OS,
  OwnerQuery,
  ProbePlan,
  RouteQuestion,
  SocketHolder,
  SocketQuery,
} from '../os.ts'
import type { DialTarget, PageRequest, PingRequest, TlsRequest, TryOptions } from '../reach.ts'
import type { AgentCall, AgentMethod } from './agent-call.ts'
import { openAttempt, openBind, openDatagrams, openListening, openRelay } from './agent-opens.ts'

export type HostCall = (os: OS, ...args: Parameters<AgentMethod>) => ReturnType<AgentMethod>

export const HOST_CALLS: Readonly<Record<string, HostCall>> = {
  can: os => os.can(),
  sockets: (os, call, query: SocketQuery) => inParts(os.sockets(query, call.with())),
  owners: (os, call, query?: OwnerQuery) => os.owners(query, call.with()),
  processes: (os, _, pids: readonly number[]) => os.processes(pids),
  namespaces: os => os.namespaces(),
  namespaceOf: (os, _, pid: number) => os.namespaceOf(pid),
  addresses: (os, _, netns?: number) => os.addresses(netns),
  userNames: (os, _, uids: readonly number[]) => os.userNames(uids),
  controlGroups: (os, _, ids: readonly bigint[]) => os.controlGroups(ids),
  tunables: (os, _, names: readonly string[]) => os.tunables(names),
  counters: (os, _, query?: CounterQuery) => os.counters(query),
  filtered: os => os.filtered(),
  ruleset: (os, call, query?: FilterViewQuery) => os.ruleset(call.with(query)),
  routes: os => os.routes(),
  routeTo: (os, _, question: RouteQuestion) => os.routeTo(question),
  naming: os => os.naming(),
  connections: (os, call, query?: ConnectionQuery) => os.connections(query, call.with()),
  connectionEvents: (os, call) => os.connectionEvents(call.with()),
  endings: (os, call) => os.endings(call.with()),
  socketOptions: (os, _, holders: readonly SocketHolder[]) => os.socketOptions(holders),
  bind: (os, call, request: BindRequest) => openBind(os, call, request),
  probe: (os, call, plan: ProbePlan) => os.probe(plan, call.with()),
  relay: openRelay,
  listen: openListening,
  resolve: (os, call, name: string) => os.reach.resolve(name, call.with()),
  dial: (os, call, to: DialTarget, options: TryOptions) => os.reach.dial(to, call.with(options)),
  get: (os, call, request: PageRequest, options: TryOptions) => os.reach.get(request, call.with(options)),
  file: (os, _, path: string) => os.reach.file(path),
  ping: (os, call, request: PingRequest, options: TryOptions) => os.reach.ping(request, call.with(options)),
  tls: (os, call, request: TlsRequest, options: TryOptions) => os.reach.tls(request, call.with(options)),
  attempt: openAttempt,
  datagrams: openDatagrams,
  stopProcess: (os, call, request: StopRequest) => os.acts.stopProcess(request, call.with()),
  destroySocket: (os, _, socket: Socket) => os.acts.destroySocket(socket),
  container: (os, call, query: ContainerQuery, options?: ToolOptions) =>
    os.acts.container(query, call.with(options)),
  stopService: (os, call, service: Service, options?: ToolOptions) =>
    os.acts.stopService(service, call.with(options)),
  lineage: os => os.acts.filter.lineage(),
  startUp: os => os.acts.filter.startUp(),
  notes: readNotes,
}

/** Rows of a batch, some six megabytes as text. */
const MOST_ROWS = 65_536

async function* inParts(batches: AsyncIterable<SocketColumns>): AsyncGenerator<SocketColumns> {
  for await (const batch of batches) {
    if (batch.length <= MOST_ROWS) {
      yield batch
      continue
    }
    for (let from = 0; from < batch.length; from += MOST_ROWS) {
      const part = new SocketColumns(batch.length)
      part.append(batch)
      const rows = Math.min(MOST_ROWS, batch.length - from)
      part.retainRows(
        0,
        Uint32Array.from({ length: rows }, (_, row) => from + row),
      )
      if (from > 0) part.notes.length = 0
      yield part
    }
  }
}

/** What the notes said at this moment, and the table they are about, which can be asked for again. */
async function readNotes(os: OS, call: AgentCall): Promise<unknown> {
  const notes = await os.acts.filter.readNotes()
  return {
    trial: notes.trial(),
    last: notes.last(),
    watched: notes.watched(),
    boot: notes.boot,
    handle: call.keep(
      {
        readTable: () => notes.readTable(),
        check: (_, text: string | null) => notes.check(text),
      },
      async () => undefined,
    ),
  }
}
