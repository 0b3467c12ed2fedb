/** One packet beside the connections that its host remembers: what it is to them, and what becomes of them through it. */
import type { Conntrack, Packet } from '../filter/packet.ts'
import type { BindQuestion, Bound } from '../filter/walk/walk.ts'
import {
  type Chance,
  CLOSE,
  type ConntrackTable,
  chooseTuple,
  type Entry,
  type Look,
  lookAt,
  neighboursOf,
  STATUS,
  takeIn,
} from '../nat/linux/linux.ts'
import { answerTo, isSameTuple } from './connection-tuple.ts'
import type { Quoted } from './connections.ts'

/** What a host has that remembers connections from packet to packet. */
export interface LinuxMemory {
  readonly table: ConntrackTable
  readonly chance: Chance
  /** Milliseconds, on the table's clock. */
  readonly now: number
}

const SECOND = 1000

export class RememberedPacket {
  readonly #memory: LinuxMemory
  readonly #look: Look
  readonly #quoted: Quoted | undefined
  #isSeen = false

  constructor(memory: LinuxMemory, packet: Packet, quoted: Quoted | undefined) {
    this.#memory = memory
    this.#quoted = quoted
    this.#look = lookAt(memory.table, packet, quoted, memory.now)
  }

  get conntrack(): Conntrack {
    return this.#look.conntrack
  }

  /** The same packet as it is by now, looked for anew. */
  again(packet: Packet): RememberedPacket {
    return new RememberedPacket(this.#memory, packet, this.#quoted)
  }

  /** Connection tracking has come to see it. False: there is no room for its connection, and it is lost. */
  see(): boolean {
    if (!this.#isSeen) takeIn(this.#memory.table, this.#look, this.#memory.now)
    this.#isSeen = true
    return this.#look.isLost !== true
  }

  bind(question: BindQuestion): Bound {
    this.see()
    const { entry } = this.#look
    const { end, range, conntrack, device } = question
    const { protocol = 0, zone = 0 } = entry ?? {}
    const before = answerTo(conntrack.reply!, { protocol })
    // A connection that is confirmed can't be bound any more (nf_nat_setup_info).
    if (entry === undefined || (entry.status & STATUS.confirmed) !== 0)
      return { before, tuple: before, reply: conntrack.reply! }
    const { table, chance, now } = this.#memory
    if (device !== undefined) entry.masqueradedBy = device
    const tuple = chooseTuple(
      { protocol, zone, tuple: before, range, end },
      neighboursOf(table, entry, now),
      chance,
    )
    return { before, tuple, reply: answerTo(tuple, { protocol }) }
  }

  /** The way out leads over another device than the one whose address it was given: the connection ends (nf_nat_oif_changed). */
  hasMoved(device: string | null | undefined): boolean {
    const { entry, conntrack } = this.#look
    if (entry?.masqueradedBy === undefined || conntrack.direction !== 'original') return false
    if (entry.masqueradedBy === device || (entry.status & STATUS.confirmed) === 0) return false
    this.#memory.table.forget(entry)
    return true
  }

  /** It has come through. False: another connection has a tuple of its own, and the packet is lost. */
  confirm(conntrack: Conntrack | undefined): boolean {
    const { entry } = this.#look
    if (entry === undefined || conntrack === undefined || !isOf(conntrack, entry)) return true
    this.keep(conntrack)
    if ((entry.status & STATUS.confirmed) !== 0 || conntrack.state === 'related') return true
    return this.#memory.table.confirm(entry, this.#memory.now)
  }

  /** What rules made of the connection stays, whatever becomes of the packet. */
  keep(conntrack: Conntrack | undefined): void {
    const { entry } = this.#look
    if (entry === undefined || conntrack === undefined || !isOf(conntrack, entry)) return
    if (conntrack.mark !== undefined) entry.mark = conntrack.mark
    if ((entry.status & STATUS.confirmed) !== 0 || conntrack.reply === undefined) return
    entry.reply = conntrack.reply
    entry.status |= conntrack.status ?? 0
  }

  /** A rule has reset the connection (nf_conntrack_tcp_set_closing). */
  close(): void {
    const { entry } = this.#look
    const { table, now } = this.#memory
    if (entry?.tcp === undefined || entry.place === -1 || entry.tcp.state === CLOSE) return
    entry.tcp.state = CLOSE
    entry.expires = now + table.settings.tcp.close * SECOND
  }
}

const isOf = ({ original }: Conntrack, entry: Entry): boolean =>
  original !== undefined && isSameTuple(original, entry.original)
