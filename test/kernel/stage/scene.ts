/** The stage while it is being set: what stands on it so far, and the children that hold some of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fstatSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { HolderOrder, HolderReport } from './holder-order.ts'
import { bind, connect, cookieOf, listen, nameOf, SOCK_STREAM, socket } from './libc.ts'
import { ipAddress, portIn } from './socket-address.ts'
import type { AbsentCase, StagedSocket } from './staged-socket.ts'

/** The fields of a held socket that its descriptor tells. */
type Told = 'inode' | 'cookie' | 'pids'

export class Scene {
  readonly sockets: StagedSocket[] = []
  readonly absent: AbsentCase[] = []
  readonly pids = new Set([process.pid])
  /** A folder that goes away with the stage. */
  readonly folder: string
  /** Our end of the cable to the second namespace. */
  readonly device: string
  /** A folder of the cgroup v2 hierarchy made for the stage, or why there is none. */
  readonly group: { readonly path: string; readonly home: string } | { readonly why: string }

  constructor(folder: string, device: string, group: Scene['group']) {
    this.folder = folder
    this.device = device
    this.group = group
  }

  add(socket: StagedSocket): void {
    if (this.sockets.some(({ label }) => label === socket.label)) throw new Error(`twice: ${socket.label}`)
    this.sockets.push(socket)
  }

  /** A socket that this process holds, and unless told otherwise nobody else. */
  held(
    label: string,
    fd: number,
    rest: Omit<StagedSocket, 'label' | Told> & Pick<Partial<StagedSocket>, 'pids' | 'cookie'>,
  ): void {
    this.add({
      label,
      inode: inodeOf(fd),
      cookie: String(cookieOf(fd)),
      uid: process.getuid!(),
      pids: [process.pid],
      ...rest,
    })
  }

  /** Starts a program that ends when its stdin does, hence with us. */
  start(
    command: string,
    args: readonly string[],
    given: readonly number[] = [],
    argv0?: string,
  ): ChildProcess {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit', ...given],
      ...(argv0 === undefined ? {} : { argv0 }),
    })
    if (child.pid === undefined) throw new Error(`${command} could not be started`)
    this.pids.add(child.pid)
    return child
  }

  /** Starts a child that does as ordered, and hears what it did. */
  async holder(order: HolderOrder): Promise<HolderReport> {
    const file = fileURLToPath(new URL('./holder.ts', import.meta.url))
    const child = this.start(process.execPath, [file, JSON.stringify(order)])
    const report = JSON.parse(await firstLine(child)) as HolderReport
    for (const pid of report.pids) this.pids.add(pid)
    return report
  }
}

export async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) return line
  throw new Error(`${child.spawnfile} ended without a word`)
}

export const inodeOf = (fd: number): number => fstatSync(fd).ino

/** The port that a bound socket was given. */
export const portOf = (fd: number): number => portIn(nameOf(fd))

/** A TCP listener on a port of the system's choosing. `before` may set what must be set before it is bound. */
export function listener(
  address: string,
  backlog = 16,
  before: (fd: number) => void = () => {},
  zone = 0,
): number {
  const target = ipAddress(address, 0, zone)
  const fd = socket(familyOf(address), SOCK_STREAM)
  before(fd)
  bind(fd, target)
  listen(fd, backlog)
  return fd
}

/** A connection to a listener; `before` as above. */
export function client(
  address: string,
  port: number,
  before: (fd: number) => void = () => {},
  zone = 0,
): number {
  const fd = socket(familyOf(address), SOCK_STREAM)
  before(fd)
  connect(fd, ipAddress(address, port, zone))
  return fd
}

export const familyOf = (address: string): number => (address.includes(':') ? 10 : 2)

/** Index of an interface of the namespace that we are in; it needs an IPv6 address. */
export function indexOf(device: string): number {
  for (const line of readFileSync('/proc/self/net/if_inet6', 'latin1').split('\n')) {
    const [, index, , , , name] = line.split(/ +/)
    if (name === device) return Number.parseInt(index!, 16)
  }
  throw new Error(`no interface ${device}`)
}
