/**
 * The ways into each network namespace, opened when they are first needed and kept until the host is closed.
 *
 * Our own is always open. Others are entered through doors (`namespace-doors.ts`) where we have the right,
 * and else read through `/proc/<pid>/net` of a process that lives there.
 */
import { fault } from '../../model/fault.ts'
import { DiagReader } from './diag-reader.ts'
import { textOr } from './file-tree.ts'
import { kernelProtocols } from './kernel-protocols.ts'
import { fileOf, type Namespace, readNamespaces } from './namespaces.ts'
import type { ProcReader } from './proc-reader.ts'
import type { TableReaders } from './sockets.ts'
import type { EnteredNamespace, NetlinkProtocol, NetlinkSource, Sources } from './sources.ts'

/** What a namespace's routes and addresses can be read through. */
export interface WaysIn {
  readonly own: boolean
  /** A route socket born there. */
  readonly route: NetlinkSource | null
  /** `/proc/<pid>/net`, `/proc/self/net`, or null. */
  readonly folder: string | null
}

interface Entered {
  readonly readers: TableReaders
  readonly ways: WaysIn
}

export class NamespaceReaders {
  readonly #sources: Sources
  readonly #entered = new Map<number, Entered>()
  readonly #ownNamespace: number
  readonly #registered: TableReaders['registered']
  #namespaces: readonly Namespace[] = []

  constructor(sources: Sources, own: number) {
    this.#sources = sources
    this.#ownNamespace = own
    this.#registered = kernelProtocols(sources.files)
  }

  /** Asked anew each time: namespaces come and go. */
  async namespaces(): Promise<readonly Namespace[]> {
    this.#namespaces = readNamespaces(this.#sources.files, this.#sources.mayEnter())
    return this.#namespaces
  }

  async namespaceOf(pid: number): Promise<Namespace | undefined> {
    const all = await this.namespaces()
    const of = fileOf(this.#sources.files, pid)
    return of === null ? undefined : all.find(({ file }) => file === of)
  }

  /** Readers of one namespace. `soon`: others that will be asked for; they are entered together. */
  async open(netns: number, soon: readonly number[] = []): Promise<TableReaders> {
    return (await this.#enter(netns, soon)).readers
  }

  async ways(netns: number): Promise<WaysIn> {
    return (await this.#enter(netns, [])).ways
  }

  async #enter(netns: number, soon: readonly number[]): Promise<Entered> {
    const open = this.#entered.get(netns)
    if (open !== undefined) return open
    if (netns === this.#ownNamespace) return this.#keep(netns, this.#own(netns))
    await this.#openDoors([netns, ...soon])
    const entered = this.#entered.get(netns) ?? this.#through(netns)
    if (entered !== null) return entered
    // What we know of the namespaces may be old: it may have come, or lost the process we knew in it.
    const known = (await this.namespaces()).some(({ inode }) => inode === netns)
    if (!known) throw fault('E_NETNS_UNKNOWN', { text: String(netns) })
    await this.#openDoors([netns])
    const late = this.#entered.get(netns) ?? this.#through(netns)
    if (late === null) throw fault('E_NETNS_DENIED', { text: String(netns) })
    return late
  }

  #own(netns: number): Entered {
    const diag = this.#netlink('diag')
    return {
      readers: {
        diag: diag === null ? null : new DiagReader(diag, netns),
        proc: this.#proc('/proc/self/net', netns),
        registered: this.#registered,
        count: () => this.#count('/proc/self/net'),
      },
      ways: { own: true, route: this.#netlink('route'), folder: '/proc/self/net' },
    }
  }

  #proc(folder: string, netns: number): () => Promise<ProcReader> {
    return async () => {
      const { ProcReader } = await import('./proc-reader.ts')
      return new ProcReader(this.#sources.files, folder, netns)
    }
  }

  /** `TCP: inuse 12 orphan 0 tw 3 …` */
  #count(folder: string): number {
    const line = /^TCP: inuse (\d+) .*\btw (\d+)/m.exec(textOr(this.#sources.files, `${folder}/sockstat`))
    return line === null ? 0 : Number(line[1]) + Number(line[2])
  }

  #netlink(protocol: NetlinkProtocol): NetlinkSource | null {
    const socket = this.#sources.netlink(protocol)
    return 'why' in socket ? null : socket
  }

  /** Enters those of the namespaces that have a door and aren't open yet, all at once. */
  async #openDoors(wanted: readonly number[]): Promise<void> {
    const requests = this.#namespaces.flatMap(({ inode, self, door }) =>
      door === null || self || !wanted.includes(inode) || this.#entered.has(inode)
        ? []
        : [{ inode, path: door }],
    )
    if (requests.length === 0) return
    for (const entered of await this.#sources.enter(requests)) {
      if ('diag' in entered) this.#keep(entered.inode, this.#inside(entered))
    }
  }

  #inside({ inode, diag, route }: Extract<EnteredNamespace, { diag: NetlinkSource }>): Entered {
    const folder = this.#folderOf(inode)
    return {
      readers: {
        diag: new DiagReader(diag, inode),
        proc: folder === null ? null : this.#proc(folder, inode),
        registered: this.#registered,
        count: () => (folder === null ? 0 : this.#count(folder)),
      },
      ways: { own: false, route, folder },
    }
  }

  /** Through `/proc` of a process that lives there. Not kept: the process may end before we look again. */
  #through(netns: number): Entered | null {
    const folder = this.#folderOf(netns)
    if (folder === null) return null
    return {
      readers: {
        diag: null,
        proc: this.#proc(folder, netns),
        registered: this.#registered,
        count: () => this.#count(folder),
      },
      ways: { own: false, route: null, folder },
    }
  }

  /** The network folder of a process that still lives in the namespace, or null. */
  #folderOf(netns: number): string | null {
    const target = this.#namespaces.find(({ inode }) => inode === netns)
    const pid = target?.pids.find(one => fileOf(this.#sources.files, one) === target.file)
    return pid === undefined ? null : `/proc/${pid}/net`
  }

  /** Two questions at the same time may both have opened it: the first stays. */
  #keep(netns: number, entered: Entered): Entered {
    const open = this.#entered.get(netns)
    if (open !== undefined) {
      close(entered)
      return open
    }
    this.#entered.set(netns, entered)
    return entered
  }

  close(): void {
    for (const entered of this.#entered.values()) close(entered)
    this.#entered.clear()
  }
}

function close({ readers, ways }: Entered): void {
  readers.diag?.close()
  ways.route?.close()
}
