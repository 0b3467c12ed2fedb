/**
 * Reads the sockets of one network namespace from `/proc/net` or `/proc/<pid>/net`.
 *
 * The fallback where there is no netlink: without koffi, without a diag module, and for another namespace
 * without the right to enter it. Tells neither v6only, interface, cookie, control group, TCP numbers, the
 * limit of accept queues, nor sockets that are bound without listening.
 */
import type { SocketProtocol } from '../../model/protocol.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { decodeProcNet, decodeProcNetUnix } from '../../wire/proc-net.ts'
import { codeOf, type FileTree } from './file-tree.ts'

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The file that lists a protocol and family; a protocol that has none is not to be had this way. */
const FILES: Readonly<Partial<Record<`${SocketProtocol} ${'ipv4' | 'ipv6'}`, string>>> = {
  'tcp ipv4': 'tcp',
  'tcp ipv6': 'tcp6',
  'udp ipv4': 'udp',
  'udp ipv6': 'udp6',
  'raw ipv4': 'raw',
  'raw ipv6': 'raw6',
}

export class ProcReader {
  readonly #files: FileTree
  readonly #folder: string
  readonly #netns: number

  /** `folder`: `/proc/net` for our own, `/proc/<pid>/net` for the namespace that a process lives in. */
  constructor(files: FileTree, folder: string, netns: number) {
    this.#files = files
    this.#folder = folder
    this.#netns = netns
  }

  /** Appends the sockets of one protocol and family; false where there is no such table. */
  readInet(
    protocol: Exclude<SocketProtocol, 'unix'>,
    family: 'ipv4' | 'ipv6',
    columns: SocketColumns,
  ): boolean {
    const file = FILES[`${protocol} ${family}`]
    const bytes = file === undefined ? null : this.#read(file)
    if (bytes === null) return false
    decodeProcNet(bytes, columns, { protocol, family, netns: this.#netns, littleEndian: LITTLE_ENDIAN })
    return true
  }

  readUnix(columns: SocketColumns): boolean {
    const bytes = this.#read('unix')
    if (bytes === null) return false
    decodeProcNetUnix(bytes, columns, this.#netns)
    return true
  }

  /** Null where the file isn't there (no IPv6, no such protocol) or the process has gone. */
  #read(file: string): Buffer | null {
    try {
      return this.#files.read(`${this.#folder}/${file}`)
    } catch (error) {
      if (NOT_THERE.has(codeOf(error))) return null
      throw error
    }
  }
}

const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EINVAL'])
