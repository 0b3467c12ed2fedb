/** What is seen of an attempt, gathered from its error queue, its `struct tcp_info` and the frames at our interfaces. */
import { familyOf } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import { tcpInfoDetail } from '../../wire/tcp-info-detail.ts'
import { tcpStateOf } from '../../wire/tcp-state.ts'
import type { AttemptRequest, IcmpError, Seen, SeenFrame, TcpProgress } from '../attempt.ts'
import { offHeap } from '../ffi.ts'
import { drainErrors, wantErrors } from './error-queue.ts'
import { FrameWatch } from './frame-watch.ts'
import { stampMessages } from './read-message.ts'
import { POLLIN, readinessOf } from './readiness.ts'
import { Stopwatch, type TrialContext } from './trial-context.ts'

const IPPROTO_TCP = 6
const TCP_INFO = 11

export class AttemptSight {
  readonly watch = new Stopwatch()
  readonly #context: TrialContext
  readonly #fd: number
  readonly #request: AttemptRequest
  readonly #queued: IcmpError[] = []
  readonly #frames: Known<FrameWatch>
  readonly #ipv6: boolean

  constructor(context: TrialContext, fd: number, request: AttemptRequest) {
    this.#context = context
    this.#fd = fd
    this.#request = request
    this.#ipv6 = familyOf(request.to.address) === 'ipv6'
    wantErrors(context.libc, fd, this.#ipv6)
    stampMessages(context.libc, fd)
    this.#frames =
      request.watch === true ? FrameWatch.open(context, this.watch, request.to.port) : unknown('not-asked')
  }

  follow(local: Endpoint): void {
    if (!this.#frames.known) return
    const { protocol, to } = this.#request
    const [own, peer] = [local.address, to.address].map(address => address.replace(/%.*/, ''))
    this.#frames.value.follow({
      protocol,
      localPort: local.port,
      local: own as Endpoint['address'],
      peer: peer as Endpoint['address'],
    })
  }

  /** From now on errors of ICMP don't become errors of the socket. */
  established(): void {
    this.drain()
    wantErrors(this.#context.libc, this.#fd, this.#ipv6, false)
  }

  /** Those that were not drained before. */
  drain(): readonly IcmpError[] {
    const errors = drainErrors(this.#context.libc, this.#fd, this.watch).map(({ error }) => error)
    this.#queued.push(...errors)
    return errors
  }

  /**
   * Waits for the socket, and takes frames as they come. Resolves with what the socket is ready for, 0 where the time is over
   * (milliseconds).
   */
  async wait(events: number, timeoutMs: number, signal?: AbortSignal): Promise<number> {
    const readiness = readinessOf(this.#context.libc)
    const deadline = this.watch.read() + timeoutMs
    const watched = this.#frames.known && this.#frames.value.follows ? this.#frames.value : undefined
    const frames = watched === undefined ? [] : [{ fd: watched.fd, events: POLLIN }]
    for (;;) {
      const left = deadline - this.watch.read()
      const [ready = 0] = await readiness.wait([{ fd: this.#fd, events }, ...frames], left, signal)
      watched?.drain()
      if (ready !== 0 || left <= 0) return ready
    }
  }

  progress(): Known<TcpProgress> {
    if (this.#request.protocol !== 'tcp') return unknown('unsupported')
    const [bytes, length] = [offHeap(512), offHeap(4)]
    new Int32Array(length.buffer, length.byteOffset, 1)[0] = 512
    if (this.#context.libc.getsockopt(this.#fd, IPPROTO_TCP, TCP_INFO, bytes, length) < 0)
      return unknown('unsupported')
    const told = bytes.subarray(0, new Int32Array(length.buffer, length.byteOffset, 1)[0])
    const detail = tcpInfoDetail(told)
    return known({
      state: tcpStateOf(told[0] ?? 0),
      retransmits: detail.retransmitsTotal ?? 0,
      unacked: detail.unackedSegments ?? 0,
      pathMtu: detail.pathMtuBytes ?? 0,
      sendMss: detail.sendMssBytes ?? 0,
      ...(detail.rttUs === undefined ? {} : { rtt: detail.rttUs / 1000 }),
      bytesAcked: detail.ackedBytes ?? 0,
      bytesReceived: detail.receivedBytes ?? 0,
    })
  }

  seen(): Seen {
    this.drain()
    const { frames, errors } = this.#frames.known ? this.#frames.value.read() : NOTHING
    return {
      icmp: known(together(this.#queued, errors)),
      frames: this.#frames.known ? known(frames) : this.#frames,
      tcp: this.progress(),
    }
  }

  close(): void {
    if (this.#frames.known) this.#frames.value.close()
  }
}

const NOTHING: { readonly frames: readonly SeenFrame[]; readonly errors: readonly IcmpError[] } = {
  frames: [],
  errors: [],
}

/** Those of the queue, and of the frames those that the queue doesn't have: what came once a connection stood. */
function together(queued: readonly IcmpError[], framed: readonly IcmpError[]): readonly IcmpError[] {
  const left = [...queued]
  const more = framed.filter(({ type, code, from }) => {
    const at = left.findIndex(one => one.type === type && one.code === code && one.from === from)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return [...queued, ...more].toSorted((a, b) => a.atMs - b.atMs)
}
