/**
 * An echo request: through a ping socket (`net.ipv4.ping_group_range`, icmp(7)), else a raw one, which wants CAP_NET_RAW.
 *
 * With a size the packet may not be fragmented, and what is known of the path's MTU is passed over (IP_PMTUDISC_PROBE in ip(7)):
 * only the own interface's MTU refuses it here, and it is the way that answers.
 */
import { familyOf, unmap } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import { decodeEcho, ECHO_HEADER, encodeEchoRequest, withoutHeader } from '../../wire/echo.ts'
import type { IcmpError, Pinged, PingRequest } from '../attempt.ts'
import { offHeap } from '../ffi.ts'
import { type TryOptions, triedOf } from '../reach.ts'
import { errnoName } from './errno-name.ts'
import { drainErrors, wantErrors } from './error-queue.ts'
import { type Message, MSG_DONTWAIT, readMessage, setNumber, stampMessages } from './read-message.ts'
import { POLLIN, readinessOf } from './readiness.ts'
import { Stopwatch, type TrialContext } from './trial-context.ts'
import { connect, openSocket, prepare, SOCK_DGRAM, SOCK_RAW } from './trial-socket.ts'

const IPPROTO_ICMP = 1
const IPPROTO_ICMPV6 = 58
const SOL_IP = 0
const SOL_IPV6 = 41
const [IP_TTL, IP_MTU_DISCOVER, IP_RECVTTL] = [2, 10, 12]
const [IPV6_MTU_DISCOVER, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, IPV6_DONTFRAG] = [23, 51, 52, 62]
const PMTUDISC_PROBE = 3
/** Bytes of IP's header. */
const HEADERS = { ipv4: 20, ipv6: 40 }
/** Bytes of data in a small request, as many as ping(8) sends. */
const SMALL = 56

let sequence = 0

export async function ping(context: TrialContext, asked: PingRequest, options: TryOptions): Promise<Pinged> {
  options.signal?.throwIfAborted()
  const request = { ...asked, to: { address: unmap(asked.to), port: 0 as Port } }
  const ipv6 = familyOf(request.to.address) === 'ipv6'
  const protocol = ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP
  const first = openSocket(context, ipv6, SOCK_DGRAM!, protocol)
  const raw = typeof first === 'string'
  const fd = raw ? openSocket(context, ipv6, SOCK_RAW!, protocol) : first
  if (typeof fd === 'string') return triedOf(fd)
  const { libc } = context
  try {
    const watch = new Stopwatch()
    wantErrors(libc, fd, ipv6)
    stampMessages(libc, fd)
    setNumber(libc, fd, ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_RECVHOPLIMIT! : IP_RECVTTL!, 1)
    if (asked.size !== undefined) forbidFragments(context, fd, ipv6)
    const refused = prepare(context, fd, request) ?? connect(context, fd, request.to)
    if (refused !== 'begun') return triedOf(refused)
    sequence = (sequence + 1) & 0xffff
    return await exchange(context, { fd, raw, ipv6, watch, size: asked.size }, options)
  } finally {
    libc.close(fd)
  }
}

function forbidFragments({ libc }: TrialContext, fd: number, ipv6: boolean): void {
  if (ipv6) {
    setNumber(libc, fd, SOL_IPV6, IPV6_MTU_DISCOVER!, PMTUDISC_PROBE)
    setNumber(libc, fd, SOL_IPV6, IPV6_DONTFRAG!, 1)
  } else setNumber(libc, fd, SOL_IP, IP_MTU_DISCOVER!, PMTUDISC_PROBE)
}

interface Exchange {
  readonly fd: number
  /** A raw socket hears the replies to everybody. */
  readonly raw: boolean
  readonly ipv6: boolean
  readonly watch: Stopwatch
  readonly size: number | undefined
}

async function exchange(
  { libc }: TrialContext,
  { fd, raw, ipv6, watch, size }: Exchange,
  { timeoutMs, signal }: TryOptions,
): Promise<Pinged> {
  const own = { identifier: process.pid & 0xffff, sequence }
  const data = size === undefined ? SMALL : Math.max(0, size - HEADERS[ipv6 ? 'ipv6' : 'ipv4'] - ECHO_HEADER)
  const encoded = encodeEchoRequest(ipv6, own.identifier, own.sequence, data)
  const bytes = offHeap(encoded.length)
  bytes.set(encoded)
  const begun = watch.read()
  if (libc.send(fd, bytes, encoded.length, MSG_DONTWAIT) < 0) {
    const code = errnoName(libc.errno())
    const icmp = drainErrors(libc, fd, watch)[0]?.error
    return { ...triedOf(code), ...(icmp === undefined ? {} : { icmp }) }
  }
  /** A ping socket has an identifier of its own, and hears of nobody else's. */
  const isOurs = (echo: ReturnType<typeof decodeEcho>): boolean =>
    echo?.sequence === own.sequence && (!raw || echo.identifier === own.identifier)
  for (;;) {
    const left = timeoutMs - (watch.read() - begun)
    await readinessOf(libc).wait([{ fd, events: POLLIN }], left, signal)
    // Errors first: reading one clears the error that a read would report instead of the reply behind it.
    for (const { error, quoted } of drainErrors(libc, fd, watch))
      if (isOurs(decodeEcho(ipv6, quoted))) return failed(error, begun)
    for (let message = readMessage(libc, fd); message !== undefined; message = readMessage(libc, fd)) {
      const echo = decodeEcho(ipv6, raw && !ipv6 ? withoutHeader(message.bytes) : message.bytes)
      if (echo?.kind === 'reply' && isOurs(echo)) return replied(message, watch, begun)
    }
    if (left <= 0) return { kind: 'timed-out' }
  }
}

const failed = (icmp: IcmpError, begun: number): Pinged => ({
  ...triedOf(icmp.errno),
  ms: Math.max(0, icmp.atMs - begun),
  icmp,
})

function replied({ control, stamp }: Message, watch: Stopwatch, begun: number): Pinged {
  const told = control.find(
    ({ level, type }) =>
      (level === SOL_IP && type === IP_TTL) || (level === SOL_IPV6 && type === IPV6_HOPLIMIT),
  )?.bytes
  const hops = told === undefined || told.length < 4 ? undefined : hostInt(told)
  return {
    kind: 'yes',
    ms: Math.max(0, watch.read(stamp) - begun),
    ...(hops === undefined ? {} : { hops }),
  }
}

const hostInt = (bytes: Uint8Array): number => new Int32Array(bytes.slice(0, 4).buffer)[0]!
