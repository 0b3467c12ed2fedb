/**
 * A machine that is made up: what it was described as, and what has happened to it since.
 *
 * Sockets open and close, processes start and exit, between two looks at it or during one. Mistakes in a description (a
 * holder that is no process, a namespace nobody named) throw a TypeError at once.
 */
import { parseAddress, withoutZone } from '../../model/address.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { TrackedConnection } from '../../model/nat/tracked-connection.ts'
import type { Process } from '../../model/owner.ts'
import type { Socket, SocketState } from '../../model/socket.ts'
import type { Clock, ConnectionChange, InterfaceAddress, SocketOptions } from '../os.ts'
import { type ConnectionDescription, readConnection } from './connections.ts'
import type { DatagramPeer } from './datagrams.ts'
import type {
  HolderDescription,
  MachineDescription,
  NamespaceDescription,
  ProcessDescription,
  SocketDescription,
  SocketDetails,
} from './description.ts'
import { HandClock } from './hand-clock.ts'
import { readProcess } from './read-process.ts'
import { canBeHeld, defaultsOf, readSocket } from './read-socket.ts'

/** A socket of the machine: the handle by which it is closed and changed. */
export interface MachineSocket {
  readonly socket: Socket
  readonly holders: readonly Required<HolderDescription>[]
  readonly peerInode: number
  readonly options: Known<SocketOptions>
}

export interface MachineProcess {
  readonly process: Process
  readonly netns: number
  readonly hidden: boolean
  readonly vanishes: boolean
  readonly description: ProcessDescription
}

export interface MachineNamespace {
  readonly description: NamespaceDescription
  readonly addresses: readonly InterfaceAddress[]
}

/** 2026-01-02 03:04:05 UTC. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
/** Of the initial network namespace on most machines. */
const NETNS = 4026531840
const LOOPBACK: readonly string[] = ['lo 127.0.0.1/8', 'lo ::1/128']
const FIRST_INODE = 10_001

export class Machine {
  readonly description: MachineDescription
  readonly clock: Clock
  readonly netns: number
  readonly namespaces: ReadonlyMap<number, MachineNamespace>
  readonly processes = new Map<number, MachineProcess>()
  readonly sockets = new Set<MachineSocket>()
  /** Paths of control groups; a group's id is its place in the list. */
  readonly groups: string[] = ['/']
  readonly files: Set<string>
  readonly pages: Map<string, number>
  /** What the commands do that stop services, by their lines: `systemctl stop -- shop.service`. */
  readonly services = new Map<string, () => void>()
  /** Called with the pid of each process that has ended: where supervisors start it again. */
  readonly onExit = new Set<(pid: number) => void>()
  /** Called with what happens to tracked connections. */
  readonly onTracked = new Set<(change: ConnectionChange) => void>()
  readonly connections: TrackedConnection[] = []
  /** Who answers datagrams from beyond the machine. */
  readonly onDatagram: Set<DatagramPeer>
  /** Called with each socket that is closed. */
  readonly onEnding = new Set<(ended: MachineSocket) => void>()
  #inode = FIRST_INODE
  #cookie = 1n
  #tracked = 1
  readonly #descriptors = new Map<number, number>()

  /** `clock`: of a machine whose time somebody else turns; else one that is turned by hand. */
  constructor(description: MachineDescription = {}, clock: Clock = new HandClock(description.now ?? NOW)) {
    this.description = description
    this.clock = clock
    this.netns = description.netns ?? NETNS
    this.onDatagram = new Set(description.peers)
    this.files = new Set(description.files)
    this.pages = new Map(Object.entries(description.pages ?? {}))
    const own: NamespaceDescription = { inode: this.netns, addresses: description.addresses ?? LOOPBACK }
    this.namespaces = new Map(
      [own, ...(description.namespaces ?? [])].map(one => [
        one.inode,
        { description: one, addresses: readAddresses(one.addresses ?? LOOPBACK) },
      ]),
    )
    const { processes = [], sockets = [] } = description
    if (!processes.some(({ pid }) => pid === 1)) this.start({ pid: 1, run: '/sbin/init' })
    for (const one of processes) this.start(one)
    for (const one of sockets) this.open(one)
    for (const one of Array.isArray(description.tracked) ? description.tracked : []) this.track(one)
  }

  start(description: ProcessDescription): Process {
    const { pid, hidden = false, vanishes = false } = description
    if (this.processes.has(pid)) throw new TypeError(`there is a process ${pid} already`)
    const process = readProcess(description, this.clock.now())
    this.processes.set(pid, {
      process,
      netns: this.#netnsOf(description.netns),
      hidden,
      vanishes,
      description,
    })
    return process
  }

  /** The process ends: what it alone holds is closed. */
  exit(pid: number): void {
    if (!this.processes.delete(pid)) throw new TypeError(`there is no process ${pid}`)
    for (const one of [...this.sockets]) {
      if (!one.holders.some(holder => holder.pid === pid)) continue
      const holders = one.holders.filter(holder => holder.pid !== pid)
      if (holders.length === 0) this.close(one)
      else this.#put(one, { ...one, holders })
    }
    for (const tell of this.onExit) tell(pid)
  }

  open(description: SocketDescription): MachineSocket {
    const opened = this.#read(description)
    this.sockets.add(opened)
    return opened
  }

  /** Closes a socket: whoever watches endings is told. */
  close(socket: MachineSocket): void {
    if (!this.sockets.delete(socket)) throw new TypeError('that socket is not open')
    for (const tell of this.onEnding) tell(socket)
  }

  /** A connection begins: whoever watches is told. */
  track(description: ConnectionDescription): TrackedConnection {
    const connection = readConnection(description, this.#tracked++)
    this.connections.push(connection)
    for (const tell of this.onTracked) tell({ kind: 'new', connection })
    return connection
  }

  /** A connection is forgotten. */
  untrack(connection: TrackedConnection): void {
    const at = this.connections.indexOf(connection)
    if (at === -1) throw new TypeError('that connection is not tracked')
    this.connections.splice(at, 1)
    for (const tell of this.onTracked) tell({ kind: 'destroy', connection })
  }

  /** The same socket in another state: keeps inode and cookie where nothing else is said. */
  change(socket: MachineSocket, description: SocketDescription): MachineSocket {
    if (!this.sockets.has(socket)) throw new TypeError('that socket is not open')
    const { inode, cookie } = socket.socket
    const changed = this.#read({ inode, cookie, ...description })
    this.#put(socket, changed)
    return changed
  }

  #put(before: MachineSocket, after: MachineSocket): void {
    this.sockets.delete(before)
    this.sockets.add(after)
  }

  #read(description: SocketDescription): MachineSocket {
    const read = readSocket(description)
    const holders = this.#holders(description)
    const {
      by: _,
      netns,
      interface: device = read.zone,
      cgroup,
      cookie,
      inode,
      peerInode = 0,
      options,
      ...rest
    } = detailsOf(description, read.state)
    const space = this.#netnsOf(netns)
    const held = holders.length > 0 || canBeHeld(read.state)
    const uid = holders.length === 0 ? 0 : this.processes.get(holders[0]!.pid)!.process.uid
    const { zone: __, ...ends } = read
    const socket: Socket = {
      uid,
      ...defaultsOf(read),
      ...rest,
      ...ends,
      interface: device === undefined ? 0 : this.#interface(device, space),
      netns: space,
      inode: inode ?? (held ? this.#inode++ : 0),
      cookie: cookie ?? this.#cookie++,
      ...(cgroup === undefined ? {} : { cgroup: this.#group(cgroup) }),
    }
    return { socket, holders, peerInode, options: options === undefined ? unknown('denied') : known(options) }
  }

  #holders({ by = [] }: SocketDescription): readonly Required<HolderDescription>[] {
    const all = typeof by === 'number' ? [by] : by
    return all.map(one => {
      const { pid, fd, thread = false } = typeof one === 'number' ? { pid: one } : one
      if (!this.processes.has(pid)) throw new TypeError(`there is no process ${pid} to hold a socket`)
      return { pid, fd: fd ?? this.#descriptor(pid), thread }
    })
  }

  #descriptor(pid: number): number {
    const next = this.#descriptors.get(pid) ?? 3
    this.#descriptors.set(pid, next + 1)
    return next
  }

  #netnsOf(named: string | number | undefined): number {
    if (named === undefined || named === this.netns) return this.netns
    for (const [inode, { description }] of this.namespaces)
      if (inode === named || description.name === named) return inode
    throw new TypeError(`there is no namespace ${named}`)
  }

  #interface(name: string, netns: number): number {
    const found = this.namespaces.get(netns)!.addresses.find(one => one.interface === name)
    if (found === undefined) throw new TypeError(`there is no interface ${name} with an address`)
    return found.index
  }

  #group(path: string): bigint {
    if (!this.groups.includes(path)) this.groups.push(path)
    return BigInt(this.groups.indexOf(path) + 1)
  }
}

/** Everything of a description but the state with its text. */
const detailsOf = (description: SocketDescription, state: SocketState): SocketDetails =>
  Object.fromEntries(Object.entries(description).filter(([name]) => name !== state))

/** `eth0 192.0.2.10/24`: interfaces are numbered from 1 in the order of their names' first appearance. */
function readAddresses(texts: readonly string[]): readonly InterfaceAddress[] {
  const names: string[] = []
  return texts.map(text => {
    const [, name, address, prefix] = /^(\S+) ([^\s/]+)\/(\d+)$/.exec(text) ?? []
    if (name === undefined) throw new TypeError(`"${text}" is not like "eth0 192.0.2.10/24"`)
    if (!names.includes(name)) names.push(name)
    return {
      interface: name,
      index: names.indexOf(name) + 1,
      address: withoutZone(parseAddress(address!)),
      prefix: Number(prefix),
    }
  })
}
