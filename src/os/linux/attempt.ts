/**
 * One attempt to reach a port through raw system calls: connect(2) without waiting, the error queue, `struct tcp_info`, and the
 * frames where a packet socket may be opened.
 *
 * An ICMP error that comes while connect(2) still owns the socket is kept as a soft one (`tcp_v4_err`, net/ipv4/tcp_ipv4.c):
 * the socket stays in SYN-SENT, though poll(2) wakes. It counts as the outcome, as it would a millisecond later. Once a connection
 * stands, errors of ICMP end nothing, and IP_RECVERR, which would make them errors of the socket, is taken back: later ones are
 * told by frames alone.
 */
import { familyOf, unmap, withZone, zoneOf } from '../../model/address.ts'
import type { Endpoint } from '../../model/endpoint.ts'
import { known, unknown, valueOr } from '../../model/known.ts'
import { type Attempt, type AttemptRequest, noAttempt } from '../attempt.ts'
import { type Tried, type TryOptions, triedOf } from '../reach.ts'
import { AttemptSight } from './attempt-sight.ts'
import { OpenAttempt } from './attempt-talk.ts'
import { POLLOUT } from './readiness.ts'
import type { TrialContext } from './trial-context.ts'
import {
  connect,
  localEnd,
  openSocket,
  pendingError,
  prepare,
  SOCK_DGRAM,
  SOCK_STREAM,
} from './trial-socket.ts'

/** Who meets himself tries again so often: another port of ours comes to another end. */
const TRIES = 3

export async function attempt(
  context: TrialContext,
  asked: AttemptRequest,
  options: TryOptions,
): Promise<Attempt> {
  const request = { ...asked, to: { ...asked.to, address: unmap(asked.to.address) } }
  const tries = (request.sourcePort ?? 0) === 0 ? TRIES : 1
  for (let left = tries - 1; ; left--) {
    const made = await attemptOnce(context, request, options, left === 0)
    if (made !== 'met itself') return made
  }
}

/** `atLast`: who meets himself once more was refused, for nobody else is there. */
async function attemptOnce(
  context: TrialContext,
  request: AttemptRequest,
  options: TryOptions,
  atLast: boolean,
): Promise<Attempt | 'met itself'> {
  options.signal?.throwIfAborted()
  const tcp = request.protocol === 'tcp'
  const fd = openSocket(context, familyOf(request.to.address) === 'ipv6', tcp ? SOCK_STREAM! : SOCK_DGRAM!, 0)
  if (typeof fd === 'string') return noAttempt(triedOf(fd))
  const sight = new AttemptSight(context, fd, request)
  const end = (): void => {
    sight.close()
    context.libc.close(fd)
  }
  try {
    const made = await begin(context, request, options, fd, sight)
    if (made.outcome.kind !== 'yes' || !isSelf(made, request)) return made
    end()
    return atLast ? noAttempt(triedOf('ECONNREFUSED')) : 'met itself'
  } catch (error) {
    end()
    throw error
  }
}

/** A call from the very port that it goes to opens a connection with itself (RFC 9293 section 3.5, figure 8). */
const isSelf = ({ local }: Attempt, { protocol, to }: AttemptRequest): boolean =>
  protocol === 'tcp' && local.known && local.value.port === to.port && local.value.address === to.address

async function begin(
  context: TrialContext,
  request: AttemptRequest,
  options: TryOptions,
  fd: number,
  sight: AttemptSight,
): Promise<Attempt> {
  const { libc } = context
  const refused = prepare(context, fd, request)
  const start = sight.watch.read()
  const began = refused ?? connect(context, fd, request.to)
  const since = (): number => sight.watch.read() - start
  const local = began === 'begun' ? localOf(libc, fd, request.to) : undefined
  if (local !== undefined) sight.follow(local)
  const end = local === undefined ? unknown('vanished') : known(local)
  if (began !== 'begun')
    return new OpenAttempt(context, request, fd, sight, {
      outcome: triedOf(began),
      atOnce: true,
      ms: since(),
      local: end,
    })
  const outcome: Tried =
    request.protocol === 'udp' ? { kind: 'yes' } : await settled(context, options, fd, sight)
  if (outcome.kind === 'yes' && request.protocol === 'tcp') sight.established()
  return new OpenAttempt(context, request, fd, sight, {
    outcome,
    atOnce: false,
    ms: since(),
    local: end,
  })
}

/** The zone of where we went is that of where we are. */
function localOf(libc: TrialContext['libc'], fd: number, to: Endpoint): Endpoint | undefined {
  const local = localEnd(libc, fd)
  const zone = zoneOf(to.address)
  return local === undefined || zone === undefined || !local.address.startsWith('fe80:')
    ? local
    : { ...local, address: withZone(local.address, zone) }
}

async function settled(
  { libc }: TrialContext,
  { timeoutMs, signal }: TryOptions,
  fd: number,
  sight: AttemptSight,
): Promise<Tried> {
  for (;;) {
    const left = timeoutMs - sight.watch.read()
    const ready = await sight.wait(POLLOUT, left, signal)
    if (ready !== 0) {
      const state = valueOr(sight.progress(), undefined)?.state
      // Before the queue is read, which would clear it.
      const error = pendingError(libc, fd)
      const queued = sight.drain().at(-1)?.errno
      const code = error ?? queued
      if (code !== undefined) return triedOf(code)
      if (state !== 'syn-sent') return state === 'closed' ? triedOf('ECONNABORTED') : { kind: 'yes' }
    }
    if (left <= 0) return { kind: 'timed-out' }
  }
}
