/** Whether anybody answers datagrams there. */
import type { Address } from '../../../model/address.ts'
import type { Port } from '../../../model/port.ts'
import type { Received } from '../../../os/attempt.ts'
import { answeredFromElsewhere } from '../answered-from-elsewhere.ts'
import { type AddressCheck, type CheckResult, fine, found } from '../check.ts'
import { largerThanLink, largerThanPath } from '../datagram-size.ts'
import type { Inquiry } from '../inquiry.ts'
import { DATAGRAM_CODES, judgeDatagramError, judgeDatagramSilence } from '../judge-datagram.ts'
import { probeDatagram } from '../probe-datagram.ts'
import { type DatagramQuery, datagramQueryAt } from '../protocols/protocols.ts'
import { LEAST_MS } from './conversation.ts'

/** How long an answer may take, try by try, milliseconds: the first, and then what is lost is sent again (RFC 8085 section 3.1.1). */
const WAITS_MS = [700, 1_000, 1_300]
const SIBLING_MS = 900
/** tcpmux and compressnet: registered for UDP as well, and hardly ever used. */
const RARE = [1, 2] as const
const EMPTY = new Uint8Array()

export const datagrams: AddressCheck = {
  name: 'datagrams',
  phase: 'after',
  asks: 'Does anybody answer datagrams there?',
  gathers: [
    'the answer to a harmless question of the protocol that is usual there, or that was said; else to an empty datagram',
    'errors of sending, and ICMP errors with their sender',
    'the MTU of the interface and of the path, where the question must not be cut',
    'datagrams for our port that came to our interfaces from another address, where we may see them',
    'where it is silent: what the host says of a port where hardly anybody listens, an echo request, and one that should run out at the first router',
  ],
  concludes: DATAGRAM_CODES,
  applies: ({ target, facts }) => target.protocol === 'udp' && facts.tried !== undefined,
  async run(inquiry): Promise<CheckResult> {
    const { facts, target, os, signal, left } = inquiry
    const { attempt } = facts.tried!
    const own = (await inquiry.client.addresses()).map(({ address }) => address)
    if (attempt.outcome.code === 'ENOSYS') return { result: 'unknown', says: 'this host sends no datagrams' }
    if (attempt.outcome.kind !== 'yes') return judgeDatagramError(inquiry, attempt.outcome, own)
    const query = datagramQueryAt(
      target.port,
      target.application?.by === 'said' ? target.application : undefined,
    )
    const tooLarge = await largerThanLink(inquiry, query)
    if (tooLarge !== undefined) {
      facts.answered = false
      return found(tooLarge.because, [tooLarge])
    }
    const began = os.clock.monotonic()
    for (const wait of WAITS_MS) {
      const sent = await attempt.send(query?.ask ?? EMPTY)
      if (sent.kind !== 'yes') return judgeDatagramError(inquiry, sent, own)
      const heard: Received = await attempt.receive({
        timeoutMs: Math.max(LEAST_MS / 3, Math.min(wait, left())),
        signal,
      })
      if (heard.kind === 'bytes') return answered(inquiry, query, heard.bytes, os.clock.monotonic() - began)
      if (heard.kind === 'failed') {
        facts.tried = { ...facts.tried!, seen: await attempt.seen() }
        const narrow = largerThanPath(inquiry, heard.tried.code, query)
        if (narrow === 'may be cut') continue
        if (narrow !== undefined) {
          facts.answered = false
          return found(narrow.because, [narrow])
        }
        return judgeDatagramError(inquiry, heard.tried, own)
      }
    }
    facts.tried = { ...facts.tried!, seen: await attempt.seen() }
    const waited = os.clock.monotonic() - began
    const elsewhere = answeredFromElsewhere(facts.tried.seen.frames, { to: inquiry.to, local: attempt.local })
    if (elsewhere !== undefined) {
      facts.answered = false
      return found(elsewhere.because, [elsewhere])
    }
    const [closed, echoes, first] = await Promise.all([
      saysClosed(inquiry),
      pinged(inquiry),
      firstRouter(inquiry),
    ])
    if (closed === true || echoes === true) facts.heard = true
    else if (echoes === false) facts.heard = false
    if (first !== undefined) facts.hops = first
    return judgeDatagramSilence(inquiry, { query, waited, saysClosed: closed, echoes })
  },
}

/** What an echo is asked. */
const echoed = (bytes: number): Uint8Array => new Uint8Array(bytes)

function answered(
  { facts, to }: Inquiry,
  query: DatagramQuery | undefined,
  bytes: Uint8Array,
  ms: number,
): CheckResult {
  facts.answered = true
  // Nobody but an echo answers an empty datagram by an empty one (RFC 862).
  const larger = query === undefined && bytes.length === 0 ? echoed : query?.padded
  if (larger !== undefined && (query === undefined || query.answers(bytes))) facts.larger = larger
  const time = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  if (query?.answers(bytes)) return fine(`${query.title} answers in ${time}`)
  return fine(`port ${to.port} answers with ${bytes.length} bytes in ${time}`)
}

/** Whether the host sends ICMP errors for a port where nobody listens: then silence says more. */
async function saysClosed({ os, to, facts, signal, left }: Inquiry): Promise<boolean | undefined> {
  if (facts.local === true || left() < SIBLING_MS) return undefined
  const port = RARE.find(one => one !== to.port)! as Port
  const came = await probeDatagram(os, { ...to, port }, EMPTY, { timeoutMs: SIBLING_MS, signal })
  return came.kind !== 'nothing' && (came.kind === 'bytes' || came.icmp?.from === to.address)
}

/** The first router, where it says that an echo request's time ran out there; undefined where there is none, or it wasn't asked. */
async function firstRouter({
  os,
  address,
  options,
  facts,
  signal,
  left,
}: Inquiry): Promise<readonly Address[] | undefined> {
  const route =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
  if (facts.local === true || route?.gateway === undefined || left() < SIBLING_MS) return undefined
  const { kind, icmp } = await os.reach.ping(
    {
      to: address,
      hops: 1,
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    { timeoutMs: SIBLING_MS, signal },
  )
  if (icmp?.from !== undefined) return [icmp.from]
  return kind === 'timed-out' ? [] : undefined
}

/** Whether the host answers echo requests; undefined where that wasn't asked, or may not be. */
async function pinged({ os, address, options, facts, signal, left }: Inquiry): Promise<boolean | undefined> {
  if (facts.local === true || left() < SIBLING_MS) return undefined
  facts.ping = await os.reach.ping(
    {
      to: address,
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    { timeoutMs: SIBLING_MS, signal },
  )
  const { kind } = facts.ping
  return kind === 'yes' ? true : kind === 'timed-out' ? false : undefined
}
