/**
 * What is known around a table's rows and doesn't stand in its columns: processes, users, control groups,
 * interfaces, namespaces, exposure. Asked of the host once, for the rows that need it, and then at hand.
 */
import { type Address, addressFromBytes } from '../../model/address.ts'
import { type Exposure, exposureOf } from '../../model/exposure.ts'
import type { NoOwnerReason, Process } from '../../model/owner.ts'
import { FAMILIES, isProtocol, type Protocol, SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { familyCode, protocolCode, stateCode, UNTOLD, UNTOLD_BYTE } from '../../model/socket-columns.ts'
import type { ControlGroup, Coverage, InterfaceAddress, NetworkNamespace, OS } from '../../os/os.ts'
import { whyNoOwner } from './no-owner.ts'
import { NONE, type OwnerIndex } from './owner-index.ts'

/** What is left of an exposure by bind address when a packet filter has its say. */
export type ExposureJudge = (
  bound: { readonly protocol: Protocol; readonly port: number; readonly address: Address },
  atMost: Exposure,
) => Exposure

/** Which of them to have ready. */
export interface FactNeeds {
  /** Processes that hold the rows' sockets. */
  readonly owners?: boolean
  /** Their parents, grandparents … */
  readonly parents?: boolean
  readonly exposure?: boolean
  readonly userNames?: boolean
  /** Unit and container of sockets whose owners are hidden. */
  readonly groups?: boolean
  readonly namespaces?: boolean
  /** The command lines of owners, ready to be shown. */
  readonly commands?: boolean
}

export class TableFacts {
  readonly #os: OS
  readonly #columns: SocketColumns
  readonly #coverage: Coverage | null
  readonly owners: OwnerIndex | null
  readonly #processes = new Map<number, Process | null>()
  readonly #addresses = new Map<number, readonly InterfaceAddress[]>()
  readonly #users = new Map<number, string>()
  readonly #groups = new Map<bigint, ControlGroup | null>()
  readonly #gone = new Set<number>()
  #namespaces: readonly NetworkNamespace[] | null = null
  #mask: ((argv: readonly string[]) => string[]) | null = null
  readonly #usersAsked = new Set<number>()
  #inEffect: ExposureJudge | null = null

  constructor(os: OS, columns: SocketColumns, owners: OwnerIndex | null, coverage: Coverage | null) {
    this.#os = os
    this.#columns = columns
    this.owners = owners
    this.#coverage = coverage
  }

  get now(): number {
    return this.#os.clock.now()
  }

  /** Asks the host for what these rows need and isn't known yet. */
  async prepare(rows: Uint32Array, needs: FactNeeds): Promise<void> {
    if (needs.owners === true) await this.#readProcesses(this.#holders(rows))
    if (needs.parents === true) await this.#readParents(rows)
    if (needs.exposure === true) await this.#readAddresses(rows)
    if (needs.userNames === true) await this.#readUsers(rows)
    if (needs.groups === true) await this.#readGroups(rows)
    if (needs.commands === true) this.#mask ??= (await import('./mask.ts')).maskSecrets
    if (needs.namespaces === true) this.#namespaces ??= await this.#os.namespaces()
  }

  /** The command line in one piece, secrets masked; the kernel's short name where a process shows none. */
  command({ argv, comm, name }: Process): string {
    const line = this.#mask?.(argv).join(' ') ?? ''
    return line.trim() === '' ? `[${comm || name}]` : line
  }

  /** From now on `exposure` is what this makes of it: what a packet filter lets through of our own namespace. */
  judgeExposure(judge: ExposureJudge): void {
    this.#inEffect = judge
  }

  /** Marks rows whose socket has been closed since the table was read. */
  markGone(row: number): void {
    this.#gone.add(row)
  }

  process(pid: number): Process | null {
    return this.#processes.get(pid) ?? null
  }

  /** The chain of parents, nearest first, as far as it is known. Where pids were reused it could be a circle. */
  parents(pid: number): readonly Process[] {
    const chain = new Set<Process>()
    for (let one = this.process(pid); one !== null && !chain.has(one); one = this.process(one.parent))
      chain.add(one)
    return [...chain].slice(1)
  }

  /** The processes that hold a row's socket, each once; empty when there are none to name. */
  processes(row: number): readonly Process[] {
    if (this.owners === null) return []
    const found: Process[] = []
    for (let i = this.owners.first(this.#columns.inode[row]!); i !== NONE; i = this.owners.next(i)) {
      const one = this.process(this.owners.pid(i))
      if (one !== null && !found.includes(one)) found.push(one)
    }
    return found
  }

  /** Why a row has no owner to name, or null when it has one. */
  noOwner(row: number): NoOwnerReason | null {
    if (this.#gone.has(row)) return 'vanished'
    const inode = this.#columns.inode[row]!
    if (this.owners !== null && inode !== 0 && this.owners.first(inode) !== NONE) return null
    return whyNoOwner(this.#columns, row, this.#coverage)
  }

  userName(uid: number): string | undefined {
    return this.#users.get(uid)
  }

  /** The unit and container a row's socket was opened in, as its control group tells. */
  group(row: number): ControlGroup | null {
    return this.#groups.get(this.#columns.cgroup[row]!) ?? null
  }

  interfaceName(index: number, netns?: number): string | undefined {
    for (const [inode, addresses] of this.#addresses) {
      if (netns !== undefined && inode !== netns) continue
      const found = addresses.find(one => one.index === index)
      if (found !== undefined) return found.interface
    }
    return undefined
  }

  addresses(netns: number): readonly InterfaceAddress[] {
    return this.#addresses.get(netns) ?? []
  }

  namespace(inode: number): NetworkNamespace | null {
    return this.#namespaces?.find(one => one.inode === inode) ?? null
  }

  /** From where a listening or bound socket can be reached; null for all others. */
  exposure(row: number): Exposure | null {
    const columns = this.#columns
    if (!canBeReached(columns, row)) return null
    const address = localAddress(columns, row)
    const atMost = exposureOf({
      address,
      v6only: columns.v6only[row] === UNTOLD_BYTE ? undefined : columns.v6only[row] === 1,
      interface: columns.interface[row]!,
      addresses: this.#addresses.get(columns.netns[row]!),
    })
    const protocol = SOCKET_PROTOCOLS[columns.protocol[row]!]!
    if (this.#inEffect === null || columns.netns[row] !== this.#os.netns || !isProtocol(protocol))
      return atMost
    return this.#inEffect({ protocol, port: columns.localPort[row]!, address }, atMost)
  }

  #holders(rows: Uint32Array): number[] {
    if (this.owners === null) return []
    const { owners } = this
    const { inode } = this.#columns
    const pids = new Set<number>()
    let last = -1
    for (let at = 0; at < rows.length; at++) {
      for (let i = owners.first(inode[rows[at]!]!); i !== NONE; i = owners.next(i)) {
        const pid = owners.pid(i)
        if (pid !== last) pids.add(pid)
        last = pid
      }
    }
    return [...pids]
  }

  async #readProcesses(pids: readonly number[]): Promise<void> {
    const unread = pids.filter(pid => !this.#processes.has(pid))
    if (unread.length === 0) return
    const found = await this.#os.processes(unread)
    for (const pid of unread) {
      const fact = found.get(pid)
      this.#processes.set(pid, fact?.known === true ? fact.value : null)
    }
  }

  async #readParents(rows: Uint32Array): Promise<void> {
    let generation = this.#holders(rows)
    // A chain of processes ends at pid 1; a damaged one ends here.
    for (let depth = 0; generation.length > 0 && depth < 64; depth++) {
      await this.#readProcesses(generation)
      generation = [...new Set(generation.map(pid => this.process(pid)?.parent ?? 0))].filter(
        pid => pid > 0 && !this.#processes.has(pid),
      )
    }
  }

  async #readAddresses(rows: Uint32Array): Promise<void> {
    for (const netns of this.#namespacesOf(rows)) {
      if (this.#addresses.has(netns)) continue
      this.#addresses.set(netns, await this.#os.addresses(netns === 0 ? undefined : netns))
    }
  }

  #namespacesOf(rows: Uint32Array): ReadonlySet<number> {
    const { netns } = this.#columns
    const found = new Set<number>()
    let last = -1
    for (let i = 0; i < rows.length; i++) {
      const inode = netns[rows[i]!]!
      if (inode !== last) found.add(inode)
      last = inode
    }
    return found
  }

  async #readUsers(rows: Uint32Array): Promise<void> {
    const uids = new Set<number>()
    for (const row of rows) {
      const uid = this.#columns.uid[row]!
      if (uid !== UNTOLD && !this.#usersAsked.has(uid)) uids.add(uid)
    }
    if (uids.size === 0) return
    for (const uid of uids) this.#usersAsked.add(uid)
    for (const [uid, name] of await this.#os.userNames([...uids])) this.#users.set(uid, name)
  }

  async #readGroups(rows: Uint32Array): Promise<void> {
    const ids = new Set<bigint>()
    for (const row of rows) {
      const id = this.#columns.cgroup[row]!
      // An owner tells its unit itself, and better: a socket keeps the group that it was made in.
      if (id > ROOT_GROUP && !this.#groups.has(id) && this.noOwner(row) !== null) ids.add(id)
    }
    if (ids.size === 0) return
    for (const [id, group] of await this.#os.controlGroups([...ids])) {
      this.#groups.set(id, group.known ? group.value : null)
    }
  }
}

export function localAddress(columns: SocketColumns, row: number): Address {
  return addressFromBytes(columns.local, row * 16, columns.family[row] === IPV4 ? 'ipv4' : 'ipv6')
}

/** Listening TCP sockets, and datagram sockets with a port and no peer. */
export function canBeReached(columns: SocketColumns, row: number): boolean {
  if (FAMILIES[columns.family[row]!] === 'unix') return false
  const state = columns.state[row]!
  return (
    state === LISTEN || (state === BOUND && columns.protocol[row] !== TCP && columns.localPort[row] !== 0)
  )
}

const IPV4 = familyCode('ipv4')
const TCP = protocolCode('tcp')
const LISTEN = stateCode('listen')
const BOUND = stateCode('bound')
/** The root's control group, whose id is always 1 (kernfs), tells nothing; 0 stands for none. */
const ROOT_GROUP = 1n
