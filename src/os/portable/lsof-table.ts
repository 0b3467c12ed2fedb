/**
 * The socket table and its owners through lsof(8), for systems that have neither netlink nor `/proc`.
 *
 * One run of lsof answers both questions: whoever asks while one is under way gets its answer, too. A socket that
 * several descriptors lead to is there once, known by the number that lsof tells for all of them (`device`); that
 * number, or one made up for it, stands in for the inode.
 */
import type { Finding } from '../../model/finding.ts'
import { appendSocket } from '../../model/socket-append.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { LSOF_ARGUMENTS, type LsofSocket, parseLsof } from '../../wire/lsof.ts'
import { narrow } from '../narrow.ts'
import type { Coverage, OwnerQuery, Ownership, SocketQuery } from '../os.ts'
import { asSocket } from './lsof-socket.ts'
import { runTool, type Tool } from './run-tool.ts'
import { Shared } from './shared.ts'

/** A socket and everybody whom lsof has seen holding it. */
interface Held {
  readonly first: LsofSocket
  readonly inode: number
  readonly holders: readonly LsofSocket[]
}

export class LsofTable {
  readonly #tool: Tool
  readonly #privileged: boolean
  readonly #reading: Shared<readonly Held[]>
  /** Numbers given so far, as long as their sockets are there. */
  #inodes: ReadonlyMap<string, number> = new Map()
  #lastInode = 0

  /** `privileged`: lsof sees the sockets of all users. */
  constructor(tool: Tool, privileged: boolean) {
    this.#tool = tool
    this.#privileged = privileged
    this.#reading = new Shared(signal => this.#read(signal))
  }

  async sockets(query: SocketQuery, signal?: AbortSignal): Promise<SocketColumns> {
    const columns = new SocketColumns()
    for (const { first, inode } of await this.#reading.ask(signal))
      appendSocket(columns, asSocket(first, inode))
    narrow(columns, 0, query)
    columns.notes.push(fromLsof(this.#privileged))
    return columns
  }

  async owners({ inodes }: OwnerQuery, signal?: AbortSignal): Promise<Ownership> {
    const all = await this.#reading.ask(signal)
    const pairs = all
      .filter(({ inode }) => inodes?.has(inode) ?? true)
      .flatMap(({ inode, holders }) => holders.map(({ pid, fd }) => ({ inode, pid, fd })))
    const coverage: Coverage = {
      processes: new Set(all.flatMap(({ holders }) => holders.map(({ pid }) => pid))).size,
      refused: [],
      hidden: !this.#privileged,
      confined: false,
      privileged: this.#privileged,
      unsupported: false,
    }
    return {
      length: pairs.length,
      inode: Uint32Array.from(pairs, ({ inode }) => inode),
      pid: Uint32Array.from(pairs, ({ pid }) => pid),
      fd: Uint32Array.from(pairs, ({ fd }) => fd),
      coverage,
    }
  }

  async #read(signal: AbortSignal): Promise<readonly Held[]> {
    const { sockets } = parseLsof(await runTool(this.#tool, LSOF_ARGUMENTS, signal))
    const groups = Map.groupBy(sockets, keyOf)
    const before = this.#inodes
    this.#inodes = new Map([...groups.keys()].map(key => [key, before.get(key) ?? this.#inodeOf(key)]))
    return [...groups].map(([key, holders]) => ({
      first: holders[0]!,
      inode: this.#inodes.get(key)!,
      holders,
    }))
  }

  /** Linux tells inodes themselves; addresses of other kernels are too long for one. */
  #inodeOf(key: string): number {
    const told = Number(key)
    return Number.isInteger(told) && told > 0 && told < 2 ** 32 ? told : FIRST_MADE_UP + this.#lastInode++
  }
}

/** Far from the inodes of any system that tells them. */
const FIRST_MADE_UP = 2 ** 31

const keyOf = ({ device, pid, fd }: LsofSocket): string => device ?? `fd ${fd} of ${pid}`

const fromLsof = (privileged: boolean): Finding => ({
  code: 'read-from-lsof',
  severity: 'note',
  certainty: 'proven',
  subject: 'the socket table',
  says: `the table was read through lsof: sockets that no process holds${privileged ? '' : ' or that are another user’s'} are not told there`,
  evidence: [{ source: 'lsof', says: 'it looks at descriptors, and lists TCP and UDP' }],
  ...(privileged ? {} : { remedy: 'Run with sudo to see the sockets of all users.' }),
})
