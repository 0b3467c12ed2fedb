/**
 * A host that an agent answers for: each question of the seam goes there and its answer comes back.
 *
 * What can't be done from afar says so: to become another program, claims on ports, changes of the packet filter. Its clock is
 * that of the other machine, as it stood at the greeting.
 */
import { fault } from '../../model/fault.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import type { Hello } from '../../wire/agent/agent.ts'
import type { Acts } from '../acts.ts'
import type { Clock, ConnectionChange, OS, ProbeResult } from '../os.ts'
import { systemClock } from '../system-clock.ts'
import type { Conversation } from './conversation.ts'
import { remoteActs } from './remote-acts.ts'
import { openedBind, openedListening, openedRelay } from './remote-opens.ts'
import { remoteReach } from './remote-reach.ts'

export function remoteHost(talk: Conversation, hello: Hello): OS {
  const { platform, hostname, netns } = hello
  const acts: Acts = remoteActs(talk, hello)
  return {
    platform,
    hostname,
    netns,
    clock: clockOf(hello),
    can: () => talk.ask('can', []),
    sockets: (query, options) => talk.stream<SocketColumns>('sockets', [query], options),
    owners: (query, options) => talk.ask('owners', [query], options),
    processes: pids => talk.ask('processes', [pids]),
    namespaces: () => talk.ask('namespaces', []),
    namespaceOf: pid => talk.ask('namespaceOf', [pid]),
    addresses: asked => talk.ask('addresses', [asked]),
    userNames: uids => talk.ask('userNames', [uids]),
    controlGroups: ids => talk.ask('controlGroups', [ids]),
    tunables: names => talk.ask('tunables', [names]),
    counters: query => talk.ask('counters', [query]),
    filtered: () => talk.ask('filtered', []),
    async ruleset({ signal, ...query } = {}) {
      return talk.ask('ruleset', [query], { signal })
    },
    routes: () => talk.ask('routes', []),
    routeTo: question => talk.ask('routeTo', [question]),
    naming: () => talk.ask('naming', []),
    connections: (query, options) => talk.ask('connections', [query], options),
    connectionEvents: ({ signal }) =>
      untilAborted(signal, () =>
        talk.stream<readonly ConnectionChange[]>('connectionEvents', [], { signal }),
      ),
    endings: ({ signal }) =>
      untilAborted(signal, () => talk.stream<SocketColumns>('endings', [], { signal })),
    bind: request => openedBind(talk, request),
    socketOptions: holders => talk.ask('socketOptions', [holders]),
    async claims() {
      throw fault('E_LEASE_UNSUPPORTED', {
        why: `a lease ends with its holder, and none stays on ${talk.place}`,
      })
    },
    async become({ program }) {
      throw fault('E_PROGRAM', { program, why: `the program would run on ${talk.place} and not here` })
    },
    acts,
    reach: remoteReach(talk),
    probe: (plan, options) => talk.stream<readonly ProbeResult[]>('probe', [plan], options),
    relay: plan => openedRelay(talk, plan),
    listen: request => openedListening(talk, request),
    close: () => talk.close(),
  }
}

/** A stream that ends with its signal, as those about the future do. */
async function* untilAborted<T>(signal: AbortSignal, open: () => AsyncIterable<T>): AsyncGenerator<T> {
  if (signal.aborted) return
  try {
    yield* open()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

function clockOf({ now }: Hello): Clock {
  const ahead = now - systemClock.now()
  return { ...systemClock, now: () => systemClock.now() + ahead }
}
