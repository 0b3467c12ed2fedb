/**
 * Packets of one conversation as they pass our interfaces, by a packet socket (packet(7)), which wants CAP_NET_RAW.
 *
 * Outgoing packets are seen where they leave for the driver: what OUTPUT or POSTROUTING or a queueing discipline drops isn't.
 * Incoming ones are seen before any filter. On loopback each packet is seen twice, going out and coming in.
 *
 * The kernel begins to stamp packets some milliseconds after somebody first asks for it (`net_enable_timestamp`, net/core/dev.c);
 * those without a stamp get the time at which they are read. So they are to be read soon.
 */
import { familyOf } from '../../model/address.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import {
  type Conversation,
  concerns,
  decodeDatagram,
  frameFacts,
  icmpErrno,
  mtuTold,
} from '../../wire/ip/ip.ts'
import { AF_PACKET, ALL_PROTOCOLS, decodeLinkAddress } from '../../wire/link-address.ts'
import { encodeFilterProgram, encodePacketFilter } from '../../wire/packet-filter.ts'
import type { IcmpError, SeenFrame } from '../attempt.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { readMessage, setNumber, stampMessages, WORD } from './read-message.ts'
import type { LinkNames, Stopwatch, TrialContext } from './trial-context.ts'

const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_ATTACH_FILTER = 26
const EPERM = 1
const QUEUE_BYTES = 4 << 20
/** More are left in the queue for the next time. */
const MOST = 4096
/** Of more frames than that the first are kept: how it began tells most. */
const MOST_KEPT = 20_000

export class FrameWatch {
  readonly #libc: Libc
  readonly #links: LinkNames
  readonly #watch: Stopwatch
  readonly fd: number
  readonly #sightings: { readonly frame: SeenFrame; readonly error: IcmpError | undefined }[] = []
  #conversation: Conversation | undefined

  private constructor({ libc, links }: TrialContext, watch: Stopwatch, fd: number) {
    this.#libc = libc
    this.#links = links
    this.#watch = watch
    this.fd = fd
  }

  /** `port`: the peer's. Begin before the first packet is sent. */
  static open(context: TrialContext, watch: Stopwatch, port: number): Known<FrameWatch> {
    const { libc } = context
    const fd = libc.socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (fd < 0) return unknown(libc.errno() === EPERM ? 'denied' : 'unsupported')
    const frames = new FrameWatch(context, watch, fd)
    // Nothing comes before it is bound, so nothing gets past the filter.
    if (!frames.#filter(port, true) || !stampMessages(libc, fd) || !frames.#listen()) {
      frames.close()
      return unknown('unsupported')
    }
    return known(frames)
  }

  #listen(): boolean {
    setNumber(this.#libc, this.fd, SOL_SOCKET, SO_RCVBUF, QUEUE_BYTES)
    // struct sockaddr_ll: family u16, protocol u16, and zeros for all interfaces.
    const address = offHeap(20).fill(0, 0, 20)
    new Uint16Array(address.buffer, address.byteOffset, 2).set([AF_PACKET, ALL_PROTOCOLS])
    return this.#libc.bind(this.fd, address, 20) === 0
  }

  #filter(port: number, openings: boolean): boolean {
    const instructions = encodePacketFilter(port, openings)
    const code = offHeap(instructions.length)
    code.set(instructions)
    const program = offHeap(2 * WORD)
    program.set(encodeFilterProgram(WORD, instructions.length / 8, this.#libc.addressOf(code)))
    return this.#libc.setsockopt(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, program, 2 * WORD) === 0
  }

  /** Whether it is known what to look for: before that nothing is taken. */
  get follows(): boolean {
    return this.#conversation !== undefined
  }

  /** From now on only this conversation; what was seen of it is kept. */
  follow(conversation: Conversation): void {
    this.#conversation = conversation
    this.#filter(conversation.localPort, false)
  }

  /** All that was seen up to now, and the ICMP errors among it. */
  read(): { readonly frames: readonly SeenFrame[]; readonly errors: readonly IcmpError[] } {
    this.drain()
    const frames: SeenFrame[] = []
    const errors: IcmpError[] = []
    // None came later than the one behind it, whatever time it was read at.
    let atMs = Number.POSITIVE_INFINITY
    for (const { frame, error } of this.#sightings.toReversed()) {
      atMs = Math.min(atMs, frame.atMs)
      frames.push({ ...frame, atMs })
      if (error !== undefined) errors.push({ ...error, atMs })
    }
    return { frames: frames.reverse(), errors: errors.reverse() }
  }

  /** Takes what has come. */
  drain(): void {
    const conversation = this.#conversation
    for (let i = 0; i < MOST && conversation !== undefined; i++) {
      const message = readMessage(this.#libc, this.fd)
      if (message === undefined) break
      this.#take(conversation, message)
    }
  }

  #take(conversation: Conversation, { bytes, name, stamp }: ReturnType<typeof readMessage> & object): void {
    const place = decodeLinkAddress(name)
    const datagram = decodeDatagram(bytes)
    const facts = datagram && frameFacts(datagram)
    if (place === undefined || place.forOthers || facts === undefined) return
    if (!concerns(conversation, datagram!) || this.#sightings.length >= MOST_KEPT) return
    const atMs = this.#watch.read(stamp)
    const { way } = place
    const error = way === 'in' ? errorIn(datagram!, atMs) : undefined
    this.#sightings.push({ frame: { way, device: this.#links.nameOf(place.index), atMs, ...facts }, error })
  }

  /** In its own time: it takes the kernel some 20 ms (`synchronize_net`, packet_release). */
  close(): void {
    void this.#libc.closeAside(this.fd)
  }
}

/** An ICMP error as a socket would be told of it. */
function errorIn({ payload, source }: Datagram, atMs: number): IcmpError | undefined {
  if (payload.kind !== 'icmp') return undefined
  const { type, code, rest = 0 } = payload
  const family = familyOf(source)
  const errno = icmpErrno(family, type, code)
  const mtu = mtuTold(family, type, code, rest)
  return errno === undefined
    ? undefined
    : { type, code, from: source, errno, ...(mtu === undefined ? {} : { mtu }), atMs }
}
