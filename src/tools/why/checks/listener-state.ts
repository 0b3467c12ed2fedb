/** At the target: what holds back a listener that is there. Its queue, its process, its descriptors, what is set on its socket. */
import { valueOr } from '../../../model/known.ts'
import type { Socket } from '../../../model/socket.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { type Arrival, arrivalsAt, targetViews } from '../far/arrivals.ts'
import { type Listening, listenersFor } from '../far/listening.ts'
import { sharpened } from '../far/sharpened.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'

export const listenerState: AddressCheck = {
  name: 'listener-state',
  phase: 'after',
  asks: 'What holds back the listener that is there?',
  gathers: [
    'accept queue and its limit',
    'drops of the socket',
    'state of its processes (T: stopped)',
    'open descriptors and their limit',
    'options of the socket: a filter, TCP_DEFER_ACCEPT',
  ],
  concludes: [
    'accept-queue-full',
    'descriptors-exhausted',
    'process-stopped',
    'reuseport-sibling',
    'socket-filter',
    'deferred-accept',
    'receive-buffer-full',
    'silent',
  ],
  applies: inquiry => targetViews(inquiry).length > 0,
  async run(inquiry) {
    const arrivals = await arrivalsAt(inquiry)
    const looked = await Promise.all(arrivals.map(arrival => claimsAt(inquiry, arrival)))
    const listeners = looked.reduce((sum, { listeners }) => sum + listeners, 0)
    const told = looked.flatMap(one => one.claims)
    const claims = [...told, ...withoutSilence(told)]
    if (listeners === 0) return untold('no listener takes what arrives at the target')
    const worst = claims.find(({ is }) => is !== 'excluded')
    return worst === undefined
      ? fine('nothing holds back the listener', claims)
      : found(worst.because, claims)
  },
}

/** That it says nothing is what a stopped process looks like from outside, and no cause beside it. */
const withoutSilence = (claims: readonly Claim[]): readonly Claim[] =>
  claims
    .filter(({ code, is }) => code === 'process-stopped' && is === 'proven')
    .slice(0, 1)
    .map(({ because }) => ({ code: 'silent', is: 'excluded', because }))

async function claimsAt(
  inquiry: Inquiry,
  arrival: Arrival,
): Promise<{ listeners: number; claims: readonly Claim[] }> {
  const listeners = await listenersFor(inquiry, arrival)
  const own = await Promise.all(listeners.map(one => heldBack(inquiry, arrival, one)))
  const bad = own.filter(claims => claims.length > 0)
  const all = own.flat()
  if (listeners.length < 2 || bad.length === 0 || bad.length === listeners.length)
    return {
      listeners: listeners.length,
      claims: sharpened(inquiry, arrival.view, [...all, ...cleared(inquiry, arrival, listeners, all)]),
    }
  // Only some of those that share the place are held back: who gets which of them is chance.
  const label = arrival.view.label
  const says = `${bad.length} of ${listeners.length} sockets that share the port are held back`
  return {
    listeners: listeners.length,
    claims: [
      {
        code: 'reuseport-sibling',
        is: 'proven',
        because: says,
        where: { host: label, stage: 'socket' },
        ...siblingAdvice(label, bad),
        evidence: [
          { source: `socket table of ${label}`, says },
          ...bad.flatMap(claims => claims[0]!.evidence ?? []),
        ],
      },
    ],
  }
}

/** A stopped one goes on by itself; what else holds one back, its program has to be looked at for. */
function siblingAdvice(host: string, bad: readonly (readonly Claim[])[]): Partial<Claim> {
  const pids = bad.map(claims => claims.find(({ code }) => code === 'process-stopped')?.words?.pid)
  const stopped = pids.filter(pid => pid !== undefined)
  if (stopped.length < bad.length) return {}
  return { words: { host }, remedy: 'Continue it.', commands: stopped.map(pid => ['kill', '-CONT', pid]) }
}

/** What a look at the listener takes out of question. Of options, only where they could be read. */
function cleared(
  { facts }: Inquiry,
  { view }: Arrival,
  listeners: readonly Listening[],
  claims: readonly Claim[],
): readonly Claim[] {
  if (listeners.length === 0) return []
  const because = `the socket table of ${view.label} says otherwise`
  const codes: Claim['code'][] = ['accept-queue-full', 'descriptors-exhausted']
  if (listeners.every(({ processes }) => processes.length > 0)) codes.push('process-stopped')
  if (listeners.every(({ options }) => options?.filtered === false)) codes.push('socket-filter')
  // Who has spoken and was answered waits for nobody.
  if (hasSpoken(facts) || listeners.every(({ options }) => options?.deferAccept === 0))
    codes.push('deferred-accept')
  if (listeners.length === 1) codes.push('reuseport-sibling')
  return codes
    .filter(code => claims.every(one => one.code !== code))
    .map(code => ({ code, is: 'excluded', because }))
}

/** What holds back one listener. */
export async function heldBack(
  { facts, target, suspects }: Pick<Inquiry, 'facts' | 'target' | 'suspects'>,
  { view }: Pick<Arrival, 'view'>,
  { socket, text, pids, options, processes }: Listening,
): Promise<readonly Claim[]> {
  const { label } = view
  const moved = facts.moved?.get(label)
  const where = { host: label, stage: 'socket' }
  const claims: Claim[] = []
  const claim = (
    code: Claim['code'],
    is: Claim['is'],
    says: string,
    source: string,
    more: Partial<Claim> = {},
  ): void =>
    void claims.push({
      code,
      is,
      because: says,
      where,
      leg: 'far',
      evidence: [{ source, says }],
      ...more,
      words: { host: label, ...more.words },
    })
  const stopped = processes.length > 0 && processes.every(one => one.stopped === true)
  if (stopped) {
    const pid = String(processes[0]!.pid)
    claim(
      'process-stopped',
      'proven',
      `${processes[0]!.name} (${pid}) is stopped (state T)`,
      `process ${pid} of ${label}`,
      { words: { pid } },
    )
  }
  const { length, limit } = socket.acceptQueue ?? { length: 0 }
  const full = limit !== undefined && length > limit
  if (full) {
    const says = `${length} connections wait at ${text}, where ${limit} may`
    const files = (await view.os.counters({ pids })).descriptors
    const out = pids.find(pid => {
      const told = files.get(pid)
      return told?.known === true && told.value.open >= told.value.limit
    })
    if (out !== undefined) {
      const used = valueOr(files.get(out)!, { open: 0, limit: 0 })
      claim(
        'descriptors-exhausted',
        'proven',
        `process ${out} has ${used.open} of ${used.limit} descriptors open, and can accept nobody`,
        `limits of process ${out} of ${label}`,
        {
          remedy: `Close what process ${out} doesn’t need, or raise its limit of open files (ulimit -n where it is started, LimitNOFILE of its unit), and start it again.`,
        },
      )
    }
    claim(
      'accept-queue-full',
      stopped || out !== undefined ? 'likely' : 'proven',
      says,
      `socket table of ${label}`,
    )
  }
  const dropped = droppedBy(socket, facts.moved?.get(label)?.dropped)
  if (target.protocol === 'udp' && dropped > 0)
    claim(
      'receive-buffer-full',
      'proven',
      `${text} dropped ${dropped} datagrams during the attempt`,
      `socket table of ${label}`,
    )
  const silent = facts.tried?.silent === true
  const half = moved?.sockets.some(({ state }) => state === 'syn-recv') === true
  if (options?.filtered === true && (silent || target.protocol === 'udp') && !half && !full)
    claim(
      'socket-filter',
      moved?.rose.has('Tcp.InSegs') === true || target.protocol === 'udp' || facts.local === true
        ? 'likely'
        : 'possible',
      `${text} has a filter of its own, and nothing of a handshake is seen behind it`,
      `options of ${text}`,
    )
  if (
    options?.deferAccept !== undefined &&
    options.deferAccept > 0 &&
    target.protocol === 'tcp' &&
    !silent &&
    !hasSpoken(facts)
  ) {
    // Who speaks first never notices: it is a fault only where the client waits as well.
    const waits = suspects.of('silent') !== undefined && suspects.of('silent') !== 'excluded'
    claim(
      'deferred-accept',
      waits ? 'proven' : 'possible',
      `${text} waits ${options.deferAccept} s for the client to speak (TCP_DEFER_ACCEPT)`,
      `options of ${text}`,
      { leg: 'after' },
    )
  }
  return claims
}

const droppedBy = ({ cookie }: Socket, dropped: ReadonlyMap<bigint, number> | undefined): number =>
  dropped?.get(cookie) ?? 0

/** Something came over the connection: whoever waits for the client to speak has heard it. */
const hasSpoken = ({ talk }: Inquiry['facts']): boolean =>
  talk?.unasked.kind === 'bytes' || talk?.answer?.kind === 'bytes'
