/** For tests: an honest host, and ways to make one that breaks a promise of the suite. */
import { SocketColumns } from '../model/socket-columns.ts'
import type { Stage } from './conformance.ts'
import { type MemoryOS, openMemory } from './memory/memory.ts'
import type { ClaimStore, OS, Ownership, SocketQuery } from './os.ts'

/** Breaks one promise; the text is in the name of a case that must notice. */
export type Defect = readonly [promise: string, defect: string, (os: MemoryOS) => Partial<OS>]

export const OTHER = 4026532001
export const honest = (): MemoryOS =>
  openMemory({
    namespaces: [{ inode: OTHER, name: 'blue' }],
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812, tcp: { rttMs: 1 } },
      { established: 'tcp [::1]:3000 > [::1]:40000', by: 812, tcp: { rttMs: 1 } },
      { bound: 'udp 0.0.0.0:53', by: 812 },
      { unconnected: 'udp 0.0.0.0:0', by: 812 },
      { listen: 'unix /run/shop.sock', by: 812 },
      { listen: 'tcp 0.0.0.0:3000', netns: OTHER },
    ],
    tracked: [
      {
        original: 'tcp 192.168.1.20:40000 > 203.0.113.7:443',
        reply: 'tcp 203.0.113.7:443 > 198.51.100.1:40000',
      },
      { original: 'udp 192.0.2.10:50000 > 192.0.2.53:53', answered: false },
    ],
    tunables: { 'net.core.somaxconn': '4096' },
    pings: { '127.0.0.1': { kind: 'yes', ms: 0.1, hops: 64 } },
    ways: { '127.0.0.1': { kind: 'local', device: 'lo' } },
  })

export const stageOf = (os: OS): Stage => ({
  os,
  sockets: [
    { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: 3000, holder: 812 },
    { protocol: 'tcp', family: 'ipv4', state: 'established', localPort: 3000, peerPort: 40000 },
    { protocol: 'udp', family: 'ipv4', state: 'unconnected' },
    { protocol: 'unix', family: 'unix', state: 'listen' },
  ],
  pid: 812,
  otherNamespace: OTHER,
  tunable: ['net.core.somaxconn', '4096'],
  user: [0, 'root'],
  address: '127.0.0.1',
  binds: true,
  claims: true,
})

/** Answers with rows changed after they were read. */
export const rows =
  (change: (columns: SocketColumns, query: SocketQuery) => void) =>
  (os: MemoryOS): Partial<OS> => ({
    async *sockets(query, options) {
      for await (const columns of os.sockets(query, options)) {
        change(columns, query)
        yield columns
      }
    },
  })

/** Answers another query than the one that was asked. */
export const asked =
  (change: (query: SocketQuery) => SocketQuery) =>
  (os: MemoryOS): Partial<OS> => ({
    sockets: (query, options) => os.sockets(change(query), options),
  })

export const owning =
  (change: (told: Ownership) => Partial<Ownership>) =>
  (os: MemoryOS): Partial<OS> => ({
    async owners(query, options) {
      const told = await os.owners(query, options)
      return { ...told, ...change(told) }
    },
  })

export const claiming =
  (change: (store: ClaimStore) => Partial<ClaimStore>) =>
  (os: MemoryOS): Partial<OS> => ({
    async claims() {
      const store = await os.claims()
      return { ...store, ...change(store) }
    },
  })

export const without = (query: SocketQuery, field: keyof SocketQuery): SocketQuery => {
  const { [field]: _, ...rest } = query
  return rest
}

export const acting =
  (acts: Partial<OS['acts']>) =>
  (os: MemoryOS): Partial<OS> => ({ acts: { ...os.acts, ...acts } })

export const startOf = (os: MemoryOS, pid: number): number =>
  os.machine.processes.get(pid)?.process.startedAt ?? 0

export function copy(columns: SocketColumns): SocketColumns {
  const again = new SocketColumns()
  again.append(columns)
  return again
}
export const process1 = (os: MemoryOS) => os.machine.processes.get(1)!.process
export const bound = (clock: OS['clock']): OS['clock'] => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  sleep: (ms, signal) => clock.sleep(ms, signal),
})
export function backwards(clock: OS['clock']): OS['clock'] {
  let time = 1000
  return { ...bound(clock), monotonic: () => time-- }
}
export async function* failing(): AsyncGenerator<SocketColumns> {
  yield new SocketColumns()
  throw new Error('the machine is tired')
}
export async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of many) list.push(one)
  return list
}
export function onceOnly(): () => Promise<void> {
  let closed = false
  return async () => {
    if (closed) throw new Error('closed already')
    closed = true
  }
}

export const withDefect = (defect: (os: MemoryOS) => Partial<OS>) => async (): Promise<Stage> => {
  const os = honest()
  return stageOf({ ...os, ...defect(os) })
}
