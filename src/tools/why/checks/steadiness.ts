/** Whether a connection that took a second try, or long, is the rule: packets that are lost, or a way that is slow. */
import { isHostAddress } from '../../../model/endpoint.ts'
import { encodeClientHello } from '../../../wire/tls-hello.ts'
import type { AddressCheck } from '../check.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import { judgeSteadiness } from '../judge-steadiness.ts'
import { type OnceMore, onceMore, resentSince, SECOND_TRY_MS } from '../once-more.ts'
import { spokenAt } from '../spoken-at.ts'

const CONNECTIONS = 10
/** Where a limit of new connections explains it as well, it isn't put to the test for longer. */
const FEW_CONNECTIONS = 4
const CONNECT_MS = 3_400
const PATIENCE_MS = 700
/** What has to be left, milliseconds. */
const RESERVE_MS = 1_500

export const steadiness: AddressCheck = {
  name: 'steadiness',
  phase: 'after',
  asks: 'Do connections take more than one try?',
  gathers: [
    `up to ${CONNECTIONS} quick connections, one after the other, with the same first message, where the first took long or something was sent again; ${FEW_CONNECTIONS} where only later ones failed, or TLS had no answer`,
    'what is sent again over connections that stand (tcp_info), and how many took a second try',
  ],
  concludes: ['loss', 'slow', 'silent', 'process-stopped', 'data-lost'],
  applies: inquiry => isOpen(inquiry) && isDoubtful(inquiry) && inquiry.left() > RESERVE_MS,
  async run(inquiry) {
    const made: OnceMore[] = []
    const hello = helloOf(inquiry)
    const most = isLossy(inquiry) ? CONNECTIONS : FEW_CONNECTIONS
    while (made.length < most && inquiry.left() > RESERVE_MS)
      made.push(
        await onceMore(inquiry, {
          connectMs: Math.min(CONNECT_MS, inquiry.left()),
          patienceMs: hello === undefined ? 1 : PATIENCE_MS,
          ...(hello === undefined ? {} : { hello }),
        }),
      )
    const { facts, suspects } = inquiry
    return judgeSteadiness({
      first: { ms: facts.tried!.attempt.ms, resent: saidAgain(inquiry) },
      // It was silent, and a later one stood.
      tookAnother: suspects.of('loss') !== undefined || sentAgain(inquiry),
      before: facts.repeats,
      made,
    })
  },
}

/** Servers that greet first may count who hangs up on them: nothing is said to them. */
function helloOf({ target }: Inquiry): Uint8Array | undefined {
  const spoken = spokenAt(target)
  const name = isHostAddress(target.host) ? undefined : target.host.replace(/\.$/, '')
  if (spoken?.tls === true) return encodeClientHello(new Uint8Array(32).fill(1), name)
  return spoken?.greeting.first === 'client' ? spoken.greeting.hello?.(String(target.host)) : undefined
}

/** Something was sent again, or a round trip took as long as a second try does. */
const isDoubtful = (inquiry: Inquiry): boolean =>
  isLossy(inquiry) || inquiry.facts.tls?.kind === 'timed-out' || (inquiry.facts.repeats?.unsteady ?? 0) > 0

const isLossy = (inquiry: Inquiry): boolean =>
  sentAgain(inquiry) ||
  saidAgain(inquiry) ||
  (inquiry.facts.repeats?.resent ?? 0) > 0 ||
  inquiry.facts.tried!.attempt.ms >= SECOND_TRY_MS ||
  inquiry.suspects.of('loss') !== undefined

/** The first SYN of the first attempt, which no limit of connections in a row concerns. */
function sentAgain({ facts }: Inquiry): boolean {
  const { seen } = facts.tried!
  const sent = seen.frames.known
    ? seen.frames.value.filter(({ way, flags }) => way === 'out' && flags === 'S').length
    : 0
  return sent > 1 || (seen.tcp.known && seen.tcp.value.retransmits > 0)
}

const saidAgain = ({ facts }: Inquiry): boolean =>
  facts.talk !== undefined && resentSince(facts.tried!.seen, facts.talk.seen)
