/** Sockets that have ended since the last look, gathered in the background from what the host tells. */
import { isUnixName, type Socket } from '../../model/socket.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS } from '../../os/os.ts'
import type { ServiceNames, SocketItem } from './item.ts'
import { serviceOf } from './item.ts'
import type { SocketTable } from './table.ts'

/** More than this between two looks are not kept: the watcher is then told of their number by the next reading. */
const MOST = 10_000

export class Endings {
  readonly #ended = new Map<string, Socket>()

  constructor(os: OS, signal: AbortSignal) {
    void this.#gather(os, signal)
  }

  /** By cookie; what is taken is forgotten. */
  take(): Map<string, Socket> {
    const taken = new Map(this.#ended)
    this.#ended.clear()
    return taken
  }

  /** An item of a socket that no reading has seen; null where it never was a connection. */
  itemOf(socket: Socket, table: SocketTable, services: ServiceNames): SocketItem | null {
    const { local, peer } = socket
    if (isUnixName(local) || peer === undefined || isUnixName(peer)) return null
    const service = serviceOf(socket, services)
    return {
      protocol: socket.protocol,
      family: socket.family,
      state: socket.state,
      local: { address: local.address, port: local.port },
      peer: { address: peer.address, port: peer.port },
      netns: { inode: socket.netns, name: null, self: socket.netns === table.own },
      inode: socket.inode,
      cookie: String(socket.cookie),
      owners: null,
      ownersUnknown: 'vanished',
      ...(service ? { service } : {}),
    }
  }

  async #gather(os: OS, signal: AbortSignal): Promise<void> {
    try {
      for await (const batch of os.endings({ signal })) this.#keep(batch)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #keep(batch: SocketColumns): void {
    for (let row = 0; row < batch.length && this.#ended.size < MOST; row++) {
      this.#ended.set(String(batch.cookie[row]!), socketAt(batch, row))
    }
  }
}
