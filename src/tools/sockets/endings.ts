/** Sockets that end, gathered in the background from what the host tells, until a reading shows what they were. */
import type { Socket, TcpNumbers } from '../../model/socket.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { OS } from '../../os/os.ts'
import { socketKey } from './socket-key.ts'

/** More of each kind than this are not kept: some closings are then told without their numbers, or not at all. */
const MOST = 10_000

export class Endings {
  /** By key, since the last look. */
  readonly #ended = new Map<string, Socket>()
  /** What is in the table still: a connection that has ended can linger there as TIME_WAIT. */
  readonly #lingering = new Map<string, Socket>()
  /** Keys of sockets that left the table before their end was told. */
  readonly #closed = new Set<string>()
  #failure: { readonly error: unknown } | null = null

  constructor(os: OS, signal: AbortSignal) {
    void this.#gather(os, signal)
  }

  /** A socket that was seen has left the table. Gives its last numbers, where its end was told. */
  close(key: string): TcpNumbers | undefined {
    const socket = this.#ended.get(key) ?? this.#lingering.get(key)
    this.#ended.delete(key)
    this.#lingering.delete(key)
    if (socket !== undefined) return socket.tcp
    this.#closed.add(key)
    for (const oldest of this.#closed) {
      if (this.#closed.size <= MOST) break
      this.#closed.delete(oldest)
    }
    return undefined
  }

  /**
   * Sockets that have ended, and that nobody has seen: each once, in the order of their ends. To be asked after `close`,
   * with the table of this look. Throws what the host has thrown.
   */
  unseen(table: { has(key: string): boolean }): Socket[] {
    if (this.#failure !== null) throw this.#failure.error
    const found: Socket[] = []
    for (const [key, socket] of [...this.#lingering, ...this.#ended]) {
      const lingers = table.has(key)
      if (!lingers) this.#lingering.delete(key)
      else if (this.#lingering.size < MOST) this.#lingering.set(key, socket)
      if (!lingers && !this.#closed.delete(key)) found.push(socket)
    }
    this.#ended.clear()
    return found
  }

  async #gather(os: OS, signal: AbortSignal): Promise<void> {
    try {
      for await (const batch of os.endings({ signal })) this.#keep(batch)
    } catch (error) {
      if (!signal.aborted) this.#failure = { error }
    }
  }

  #keep(batch: SocketColumns): void {
    for (let row = 0; row < batch.length && this.#ended.size < MOST; row++)
      this.#ended.set(socketKey(batch, row), socketAt(batch, row))
  }
}
