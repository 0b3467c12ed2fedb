/**
 * Where the bytes come from that a Linux host is read from: the running kernel, or a recording of one.
 *
 * Everything above this (queries, decoding, what is said when a way is barred) is the same for both.
 */
import { parseAddress, withoutZone } from '../../model/address.ts'
import type { DumpProgress, Views } from '../../wire/netlink.ts'
import { type Ffi, openLibc } from '../ffi.ts'
import type { Clock, InterfaceAddress } from '../os.ts'
import type { Ran } from '../run-program.ts'
import { systemClock } from '../system-clock.ts'
import { mayEnterNamespaces } from './capabilities.ts'
import { type FileTree, machineFiles, textOr } from './file-tree.ts'
import type { DoorRequest } from './namespace-doors.ts'
import { NETLINK_NETFILTER, NETLINK_ROUTE, NETLINK_SOCK_DIAG, NetlinkSocket } from './netlink-socket.ts'

/** A way to ask the kernel: a request goes in, and the chunks of its answer come out. */
export interface NetlinkSource {
  /** Hands each chunk to `read` until that says it was the last. `errno`: the kernel's reason, 0 for none. */
  dump(
    request: Uint8Array,
    read: (views: Views, length: number) => DumpProgress,
  ): { readonly errno: number; readonly interrupted: boolean }
  close(): void
}

export type NetlinkProtocol = 'diag' | 'route' | 'netfilter'

/** What entering a namespace came to: ways to ask there, or the errno. */
export type EnteredNamespace =
  | { readonly inode: number; readonly diag: NetlinkSource; readonly route: NetlinkSource }
  | { readonly inode: number; readonly errno: number }

export interface Sources {
  readonly hostname: string
  readonly clock: Clock
  readonly files: FileTree
  /** The C library, for what only it can do; a recording has none. */
  readonly ffi: Ffi
  /** Where claims on ports are kept, if not where all programs look for them. */
  readonly claimsFolder?: string
  /** A netlink socket in our own namespace, or why there is none. */
  netlink(protocol: NetlinkProtocol): NetlinkSource | { readonly why: string }
  /** Whether other namespaces can be entered at all. */
  mayEnter(): boolean
  enter(requests: readonly DoorRequest[]): Promise<readonly EnteredNamespace[]>
  /** Our own interfaces by another way than netlink and `/proc`; null where there is none. */
  interfaces(): readonly InterfaceAddress[] | null
  /** Runs a program that only reads. Rejects with the signal's reason, and in no other case. */
  run(argv: readonly string[], signal?: AbortSignal): Promise<Ran>
}

const PROTOCOLS: Readonly<Record<NetlinkProtocol, number>> = {
  diag: NETLINK_SOCK_DIAG,
  route: NETLINK_ROUTE,
  netfilter: NETLINK_NETFILTER,
}

/** The running machine. */
export function machineSources(): Sources {
  const ffi = openLibc()
  return {
    hostname: process.getBuiltinModule('node:os').hostname(),
    clock: systemClock,
    files: machineFiles,
    ffi,
    netlink(protocol) {
      if ('missing' in ffi) return { why: ffi.missing }
      const socket = NetlinkSocket.open(ffi.libc, PROTOCOLS[protocol])
      return 'errno' in socket
        ? { why: `the kernel refused a netlink socket (errno ${socket.errno})` }
        : socket
    },
    mayEnter: () => 'libc' in ffi && mayEnterNamespaces(machineFiles),
    async enter(requests) {
      if ('missing' in ffi) return []
      const { openDoors } = await import('./namespace-doors.ts')
      return (await openDoors(requests)).map(door =>
        'errno' in door
          ? door
          : {
              inode: door.inode,
              diag: new NetlinkSocket(ffi.libc, door.diag),
              route: new NetlinkSocket(ffi.libc, door.route),
            },
      )
    },
    // Times that programs print are in UTC.
    run: async (argv, signal) =>
      (await import('../run-program.ts')).runProgram(argv, {
        env: { TZ: 'UTC' },
        ...(signal === undefined ? {} : { signal }),
      }),
    interfaces: () =>
      Object.entries(process.getBuiltinModule('node:os').networkInterfaces()).flatMap(([name, addresses]) =>
        (addresses ?? []).map(({ address, cidr }) => ({
          interface: name,
          index: Number(textOr(machineFiles, `/sys/class/net/${name}/ifindex`)) || 0,
          address: withoutZone(parseAddress(address)),
          prefix: Number(cidr?.split('/')[1] ?? 0),
        })),
      ),
  }
}
