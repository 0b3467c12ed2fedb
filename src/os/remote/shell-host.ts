/**
 * A Linux machine read by a shell, where no agent is: the code that reads a Linux host, over files and listings that the shell
 * fetches. Read-only, and with less: no netlink, so that tracked connections, sockets as they end and other namespaces of which
 * no process lives are not told; what `/proc` leaves out of sockets, ss tells where it is there.
 */
import { fault } from '../../model/fault.ts'
import { unknown } from '../../model/known.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { type Acts, noActs } from '../acts.ts'
import { no } from '../can.ts'
import { noConnectionEvents, noConnections } from '../connections.ts'
import { openLinux, type Sources } from '../linux/linux.ts'
import { noEndings } from '../no-endings.ts'
import { noNetworkActs } from '../no-network-acts.ts'
import type { Clock, OS, SocketQuery } from '../os.ts'
import { noReach } from '../reach.ts'
import { systemClock } from '../system-clock.ts'
import type { ShellGreeting } from './greeting.ts'
import type { Link } from './link.ts'
import type { RemoteHost } from './remote.ts'
import { ShellFiles } from './shell-files.ts'
import { readAddresses, readRoutes, routeTo } from './shell-routes.ts'
import { addFromSs } from './shell-sockets.ts'
import type { ShellTalk } from './shell-talk.ts'

const WITHOUT = 'it is read by a shell, as portolan is not installed there'
const REMEDY = 'Install portolan there.'

/** More rounds than any chain of files that lead to files. */
const MOST_ROUNDS = 20

/** Throws `E_REMOTE_AGENT` for a system that isn't Linux, `E_REMOTE_LOST`. */
export async function openShellHost(
  link: Link,
  talk: ShellTalk,
  greeting: ShellGreeting,
): Promise<RemoteHost> {
  const { place, login } = link
  if (greeting.system !== 'Linux') {
    await talk.close()
    const why = `${greeting.why}, and of ${greeting.system} a shell can’t tell enough`
    throw fault('E_REMOTE_AGENT', { place, login, why })
  }
  const ahead = greeting.now - systemClock.now()
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead }
  const settle = settler(talk, clock)
  const first = await settle(async (os, files) => ({
    netns: os.netns,
    hostname: files.read('/proc/sys/kernel/hostname').toString().trim(),
  }))
  const host = readOnly(talk, settle, first.netns)
  return {
    ...host,
    ...first,
    platform: 'linux',
    clock,
    place,
    uid: greeting.uid,
    through: { kind: 'shell', why: greeting.why },
  }
}

type Settle = <T>(ask: (os: OS, files: ShellFiles) => Promise<T>) => Promise<T>

/** Asks a Linux host again and again, until every file that it read had been fetched. */
function settler(talk: ShellTalk, clock: Clock): Settle {
  return async ask => {
    const files = new ShellFiles(talk)
    const ran = new Map<string, ReturnType<Sources['run']>>()
    const sources: Sources = {
      hostname: '',
      clock,
      files,
      ffi: { missing: WITHOUT },
      netlink: () => ({ why: WITHOUT }),
      mayEnter: () => false,
      enter: async () => [],
      interfaces: () => null,
      run(argv) {
        const line = argv.join(' ')
        const running = ran.get(line) ?? run(talk, argv)
        ran.set(line, running)
        return running
      },
    }
    for (let round = 0; round < MOST_ROUNDS; round++) {
      // Who reads may remember what a tree of files told: each round has one of its own.
      const os = openLinux({ ...sources, files: files.view() })
      const [result] = await Promise.allSettled([(async () => ask(os, files))()])
      if (await files.fetch()) continue
      if (result.status === 'rejected') throw result.reason
      return result.value
    }
    throw fault('E_REMOTE_ANSWER', { place: talk.place, why: 'each look asked for more' })
  }
}

async function run(talk: ShellTalk, argv: readonly string[]): ReturnType<Sources['run']> {
  const { out, status, err } = await talk.ask('run', argv)
  return { status, out: out.join('\n'), err }
}

function readOnly(
  talk: ShellTalk,
  settle: Settle,
  netns: number,
): Omit<OS, 'platform' | 'hostname' | 'netns' | 'clock'> {
  const acts: Acts = noActs(WITHOUT)
  async function readSockets(query: SocketQuery): Promise<readonly SocketColumns[]> {
    const batches = await settle(async os => {
      const read: SocketColumns[] = []
      for await (const columns of os.sockets(query)) read.push(columns)
      return read
    })
    await addFromSs(talk, batches, netns)
    return batches
  }
  return {
    ...noNetworkActs(WITHOUT),
    async can() {
      const can = await settle(os => os.can())
      const barred = no(WITHOUT, REMEDY)
      return { ...can, details: barred, namespaces: barred, endings: barred }
    },
    async *sockets(query, { signal } = {}) {
      const batches = await unless(signal, () => readSockets(query))
      yield* batches
    },
    async owners(query, { signal } = {}) {
      return unless(signal, () => settle(os => os.owners(query)))
    },
    processes: pids => settle(os => os.processes(pids)),
    namespaces: () => settle(os => os.namespaces()),
    namespaceOf: pid => settle(os => os.namespaceOf(pid)),
    async addresses(asked) {
      const own = (asked ?? netns) === netns
      return (own ? await readAddresses(talk) : null) ?? settle(os => os.addresses(asked))
    },
    userNames: uids => settle(os => os.userNames(uids)),
    controlGroups: ids => settle(os => os.controlGroups(ids)),
    tunables: names => settle(os => os.tunables(names)),
    counters: query => settle(os => os.counters(query)),
    filtered: () => settle(os => os.filtered()),
    async ruleset({ signal, ...query } = {}) {
      return unless(signal, () => settle(os => os.ruleset(query)))
    },
    routes: () => readRoutes(talk),
    naming: () => settle(os => os.naming()),
    async connections(_query, { signal } = {}) {
      signal?.throwIfAborted()
      return noConnections('unsupported', WITHOUT)
    },
    connectionEvents: () => noConnectionEvents('unsupported', WITHOUT),
    endings: () => noEndings('shell', WITHOUT, REMEDY),
    socketOptions: async holders => holders.map(() => unknown('unsupported')),
    async bind() {
      throw fault('E_BIND_UNSUPPORTED', { why: WITHOUT })
    },
    async become({ program }) {
      throw fault('E_PROGRAM', { program, why: WITHOUT })
    },
    async claims() {
      throw fault('E_LEASE_UNSUPPORTED', { why: WITHOUT })
    },
    acts,
    reach: noReach,
    routeTo: question => routeTo(talk, question),
    close: () => talk.close(),
  }
}

/** The shell goes on reading, and nobody waits for it. */
async function unless<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  if (signal === undefined) return ask()
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([ask(), promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
