/**
 * Whether datagrams that are cut into fragments get there. Two questions are nearly alike: one fills a packet, the other is eight bytes
 * larger and is cut in two. A program that can't take so much makes no difference between them; a filter of fragments does.
 */
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { headersOf, sizesOf } from '../datagram-size.ts'
import type { Inquiry } from '../inquiry.ts'
import { ON_THE_WAY } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'

const ANSWER_MS = 700
/** Of the one that is cut, before it counts as unanswered: fewer would mean nothing, so many are made even where no time is left. */
const TRIES = 3
/** Fragments begin at multiples of eight bytes (RFC 791 section 3.1). */
const MORE = 8
/** Programs seldom take larger datagrams than these, bytes. */
const MOST = 4_096

export const fragments: AddressCheck = {
  name: 'fragments',
  phase: 'after',
  asks: 'Do datagrams that are cut into fragments get there?',
  gathers: [
    'the answer to a question that fills one packet, and to one that is eight bytes larger; of DNS it is padded (RFC 7830), of an echo any bytes will do',
    'the MTU of the interface and of the path',
  ],
  concludes: ['fragments-dropped'],
  applies: ({ facts, target }) =>
    target.protocol === 'udp' &&
    facts.answered === true &&
    facts.larger !== undefined &&
    facts.local !== true,
  async run(inquiry) {
    const sizes = await sizesOf(inquiry)
    const packet = sizes === null ? undefined : least(sizes.link, sizes.path)
    if (packet === undefined || packet > MOST) return untold('how large a packet may be isn’t known')
    const whole = packet - headersOf(inquiry.address)
    if (!(await isAnswered(inquiry, whole, 2)))
      return untold(`a question of ${whole} bytes, which is one packet, isn’t answered, either`)
    const cut = whole + MORE
    if (await isAnswered(inquiry, cut, TRIES)) {
      const because = `a question of ${cut} bytes, which is cut in two, is answered`
      return fine(because, [{ code: 'fragments-dropped', is: 'excluded', because }])
    }
    if (!(await isAnswered(inquiry, whole, 2))) return untold('a second time neither is answered')
    const because = `a question of ${whole} bytes, which is one packet, is answered; one of ${cut}, which is cut in two, isn’t, sent ${TRIES} times`
    const claim: Claim = {
      code: 'fragments-dropped',
      is: 'likely',
      because,
      where: { host: ON_THE_WAY },
      evidence: [{ source: 'recv', says: because }],
    }
    return found(because, [claim])
  },
}

const least = (...sizes: readonly (number | undefined)[]): number | undefined => {
  const known = sizes.filter(size => size !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

async function isAnswered(inquiry: Inquiry, bytes: number, tries: number): Promise<boolean> {
  const { facts, signal } = inquiry
  const attempt = await inquiry.attempt({ watch: false })
  if (attempt.outcome.kind !== 'yes') return false
  try {
    for (let i = 0; i < tries; i++) {
      const sent = await attempt.send(facts.larger!(bytes))
      if (sent.kind !== 'yes') return false
      const heard = await attempt.receive({ timeoutMs: ANSWER_MS, signal })
      if (heard.kind === 'bytes') return true
    }
    return false
  } finally {
    await attempt.close()
  }
}
