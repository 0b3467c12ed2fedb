/** Whether large packets get through as well as small ones, where somebody on the way may swallow them without a word. */
import { isHostAddress } from '../../../model/endpoint.ts'
import type { Pinged } from '../../../os/attempt.ts'
import { encodeClientHello } from '../../../wire/tls-hello.ts'
import { type AddressCheck, type CheckResult, fine, found, untold } from '../check.ts'
import { tooBigAt } from '../far/too-big-at.ts'
import { risenAt, tooLargeAt } from '../far/too-large.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import { isSilent } from '../judge-conversation.ts'
import { SMALL_SEGMENT } from '../judge-repeats.ts'
import { onceMore } from '../once-more.ts'
import { ascii, characters } from '../protocols/protocols.ts'
import { spokenAt } from '../spoken-at.ts'
import type { Claim } from '../suspects.ts'

/** An echo has four round trips and this; where a large one is missing, it is sent again with more time, milliseconds. */
const QUICK_MS = 60
const AGAIN_MS = 600
const TRIES = 3
/** What every path must carry (RFC 791: 576, RFC 8200 section 5: 1280); larger ones than those of Ethernet are rare. */
const LEAST = { ipv4: 576, ipv6: 1_280 }
const MOST = 9_000
/** Sizes at which paths usually end: IPv6, tunnels, PPPoE. */
const LADDER = [576, 800, 1_006, 1_280, 1_360, 1_400, 1_420, 1_440, 1_460, 1_480, 1_492]
const CONNECT_MS = 1_000
const PATIENCE_MS = 1_500

export const largePackets: AddressCheck = {
  name: 'large-packets',
  phase: 'after',
  asks: 'Do large packets get through as well as small ones?',
  gathers: [
    'echo requests, small and as large as the path is said to carry, not to be fragmented',
    'where only large ones are missing: HTTP with a long line of its own, in large segments and in small ones; a first message of TLS in small ones, where a handshake had no answer',
  ],
  concludes: [
    'mtu-black-hole',
    'silent',
    'process-stopped',
    'reuseport-sibling',
    'tls-on-plain',
    'data-lost',
  ],
  // However late it is: without it a path that swallows large packets would be called fine.
  applies: inquiry =>
    isOpen(inquiry) &&
    inquiry.facts.local !== true &&
    inquiry.suspects.of('mtu-black-hole') !== 'proven' &&
    (inquiry.facts.talk === undefined || !isSilent(inquiry.facts.talk)),
  async run(inquiry): Promise<CheckResult> {
    const { address, facts } = inquiry
    const { tcp } = facts.talk?.seen ?? facts.tried!.seen
    const family = address.includes(':') && !address.includes('.') ? 'ipv6' : 'ipv4'
    const mtu = Math.min(MOST, (tcp.known && tcp.value.pathMtu) || 1_500)
    if (mtu <= LEAST[family]) return fine(`the path carries ${mtu} bytes, which every path must`)
    const rtt = (tcp.known ? tcp.value.rtt : undefined) ?? facts.tried!.attempt.ms
    const quick = Math.min(1_000, 4 * rtt + QUICK_MS)
    const [small, large] = await Promise.all([echo(inquiry, quick), echo(inquiry, quick, mtu)])
    if (small.kind !== 'yes') return compareSegments(inquiry, mtu, 'echo requests have no answer here')
    const told = toldBy(large, mtu)
    if (told !== undefined) return fine(told)
    const again = await Promise.all(
      Array.from({ length: TRIES }, () => echo(inquiry, Math.max(AGAIN_MS, 4 * rtt), mtu)),
    )
    const answer = again.map(one => toldBy(one, mtu)).find(says => says !== undefined)
    if (answer !== undefined) return fine(answer)
    const largest = await largestEcho(inquiry, mtu, rtt)
    const others = largest === undefined ? 'small ones' : `those of ${largest}`
    const least = LADDER.find(size => size < mtu && size > (largest ?? 0)) ?? mtu
    const gone = least === mtu ? mtu : `${least} to ${mtu}`
    const echoes = `echo requests of ${gone} bytes vanish without a word, ${others} come back`
    return compareSegments(inquiry, mtu, echoes, { size: `of ${least} bytes and more` })
  },
}

const echo = ({ os, address, options, signal }: Inquiry, timeoutMs: number, size?: number): Promise<Pinged> =>
  os.reach.ping(
    {
      to: address,
      ...(size === undefined ? {} : { size }),
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    { timeoutMs, signal },
  )

/** What an answer to a large echo says; undefined for silence. */
function toldBy({ kind, code, icmp }: Pinged, size: number): string | undefined {
  if (kind === 'yes') return `packets of ${size} bytes get through`
  if (icmp?.mtu !== undefined)
    return `${icmp.from ?? 'this host'} says that packets may have ${icmp.mtu} bytes at most: the path tells its size`
  if (code === 'EMSGSIZE') return 'this host knows that smaller packets are needed'
  return kind === 'timed-out' ? undefined : `an echo of ${size} bytes ends with ${code ?? kind}`
}

async function largestEcho(inquiry: Inquiry, mtu: number, rtt: number): Promise<number | undefined> {
  const sizes = LADDER.filter(size => size < mtu)
  const wait = Math.max(AGAIN_MS / 2, 4 * rtt)
  const came = await Promise.all(sizes.map(size => echo(inquiry, wait, size)))
  return sizes.findLast((_, i) => came[i]!.kind === 'yes')
}

/** Large packets may be dropped because they are echoes. TCP's own segments tell. `lost`: the echoes themselves say that something is. */
async function compareSegments(
  inquiry: Inquiry,
  mtu: number,
  echoes: string,
  lost?: { readonly size: string },
): Promise<CheckResult> {
  const claim = (is: Claim['is'], because: string, more: Partial<Claim> = {}): Claim => ({
    code: 'mtu-black-hole',
    is,
    because,
    words: { ...lost, ...more.words },
    evidence: [
      ...(lost === undefined ? [] : [{ source: 'ping', says: echoes }]),
      ...(because === echoes ? [] : [{ source: 'tcp', says: because }]),
      ...(more.evidence ?? []),
    ],
    ...(more.where === undefined ? {} : { where: more.where }),
    ...(more.remedy === undefined ? {} : { remedy: more.remedy }),
    ...(more.commands === undefined ? {} : { commands: more.commands }),
  })
  const expected = spokenAt(inquiry.target)
  if (lost !== undefined && inquiry.facts.tls?.kind === 'timed-out')
    return smallHandshake(inquiry, echoes, claim)
  if (expected?.greeting.name !== 'http' || expected.tls || inquiry.facts.talk?.answer?.kind !== 'bytes')
    return lost === undefined
      ? untold(`${echoes}: sizes can’t be compared`)
      : found(echoes, [claim('likely', echoes)])
  // Where some connections have no answer whatever their size, sizes say nothing.
  if (lost === undefined && (inquiry.suspects.of('reuseport-sibling') ?? 'excluded') !== 'excluded')
    return untold(`${echoes}, and not every connection is answered: sizes can’t be compared`)
  const hello = long(expected.greeting.hello!(String(inquiry.target.host)), mtu)
  const options = { connectMs: CONNECT_MS, patienceMs: PATIENCE_MS, hello }
  const counted = await tooLargeAt(inquiry)
  const whole = await onceMore(inquiry, options)
  if (whole.end !== 'silent' && lost === undefined)
    return fine(`${echoes}; by TCP ${hello.length} bytes at once get through`)
  if (whole.end === 'answered')
    return fine(`${echoes}, but what is as large by TCP is answered: only large echoes are dropped`, [
      { code: 'mtu-black-hole', is: 'excluded', because: 'a large segment was answered' },
    ])
  const segmented = { ...options, segment: SMALL_SEGMENT }
  const small = await onceMore(inquiry, segmented)
  const at = await risenAt(inquiry, counted)
  const passes = small.end === 'answered'
  const because = `a request of ${hello.length} bytes is ${passes ? `answered in segments of ${SMALL_SEGMENT} bytes, and not in full ones` : 'not answered'}`
  if (!passes && lost === undefined) return untold(because)
  const view = inquiry.views.find(({ label }) => label === at?.label)
  const router = at && {
    where: { host: at.label },
    ...(view === undefined ? {} : await tooBigAt(inquiry, view)),
    words: {
      host: at.label,
      ...(at.size === undefined ? {} : { size: `larger than ${at.size} bytes` }),
    },
    evidence: [{ source: `counters of ${at.label}`, says: `${at.name} rose by ${at.by} meanwhile` }],
  }
  // One of each may be chance: a program of several that doesn't answer.
  const twice =
    passes &&
    whole.end === 'silent' &&
    (await onceMore(inquiry, options)).end === 'silent' &&
    (await onceMore(inquiry, segmented)).end === 'answered'
  return found(`${echoes}; ${because}${twice ? ', twice each' : ''}`, [
    claim(twice ? 'proven' : 'likely', because, router),
  ])
}

/** The handshake, which is large, had no answer: a small first message in small segments may have one. */
async function smallHandshake(
  inquiry: Inquiry,
  echoes: string,
  claim: (is: Claim['is'], because: string) => Claim,
): Promise<CheckResult> {
  const { host } = inquiry.target
  const hello = encodeClientHello(
    new Uint8Array(32).fill(1),
    isHostAddress(host) ? undefined : host.replace(/\.$/, ''),
  )
  const { end } = await onceMore(inquiry, {
    connectMs: CONNECT_MS,
    patienceMs: PATIENCE_MS,
    segment: SMALL_SEGMENT,
    hello,
  })
  if (end !== 'answered') return found(echoes, [claim('likely', echoes)])
  const because = `a first message of TLS of ${hello.length} bytes is answered in segments of ${SMALL_SEGMENT} bytes, and a whole handshake isn’t`
  return found(`${echoes}; ${because}`, [
    claim('proven', because),
    ...ANSWERED.map((code): Claim => ({ code, is: 'excluded', because })),
  ])
}

const ANSWERED = ['silent', 'process-stopped', 'reuseport-sibling', 'tls-on-plain', 'data-lost'] as const

/** The same request with a line that makes it larger than one packet. */
function long(hello: Uint8Array, size: number): Uint8Array {
  const text = characters(hello)
  const end = text.indexOf('\r\n') + 2
  return ascii(`${text.slice(0, end)}X-Padding: ${'x'.repeat(Math.min(size, 3_000))}\r\n${text.slice(end)}`)
}
