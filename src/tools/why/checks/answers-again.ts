/** Whether other connections are answered as the first was; where it wasn't, also those that carry nothing large. */
import { type AddressCheck, fine, found } from '../check.ts'
import type { Conversation } from '../conversation.ts'
import type { Inquiry } from '../inquiry.ts'
import { isSilent } from '../judge-conversation.ts'
import { judgeRepeats, SMALL_SEGMENT } from '../judge-repeats.ts'
import { type OnceMore, type OnceMoreOptions, onceMore } from '../once-more.ts'
import { spokenAt } from '../spoken-at.ts'

/** Connections like the first, where it was silent and where it was answered; and such with small segments. */
const AFTER_SILENCE = 8
const AFTER_AN_ANSWER = 6
const SMALL = 2
/** A busy server may take so many times as long as it took for the first. */
const BUSY = 10
const CONNECT_MS = 1_400
const PATIENCE_MS = 1_200

export const answersAgain: AddressCheck = {
  name: 'answers-again',
  phase: 'after',
  asks: 'Are other connections answered alike?',
  gathers: [
    `${AFTER_AN_ANSWER} more connections with the same first message, one after the other until one fails; ${AFTER_SILENCE} at once where the first had no answer; none where servers greet first and have greeted`,
    `after silence ${SMALL} more with segments of ${SMALL_SEGMENT} bytes at most, both ways (TCP_MAXSEG)`,
  ],
  concludes: [
    'reuseport-sibling',
    'mtu-black-hole',
    'silent',
    'process-stopped',
    'data-lost',
    'deferred-accept',
    'loss',
  ],
  applies: ({ facts: { talk }, left }) =>
    talk !== undefined && (isSilent(talk) || (left() > PATIENCE_MS && isAnswered(talk))),
  async run(inquiry) {
    const first = inquiry.facts.talk!
    const silent = isSilent(first)
    const patienceMs = PATIENCE_MS + (silent ? 0 : BUSY * first.ms)
    const options = { connectMs: CONNECT_MS, patienceMs }
    const [same, small] = silent
      ? await Promise.all([
          atOnce(AFTER_SILENCE, () => onceMore(inquiry, options)),
          atOnce(SMALL, () => onceMore(inquiry, { ...options, segment: SMALL_SEGMENT })),
        ])
      : [await inTurn(inquiry, options), []]
    const all = [...same, ...small]
    const resent = all.filter(one => one.resent).length
    inquiry.facts.repeats = {
      made: all.length,
      resent,
      unsteady: all.filter(({ end, late }) => late || end === 'failed').length,
    }
    const { says, claims } = judgeRepeats({
      first: silent ? 'silent' : 'answered',
      same: same.map(({ end }) => end),
      small: small.map(({ end }) => end),
      again: resent,
      spoken: spokenAt(inquiry.target)?.greeting.title ?? 'an answer',
    })
    return claims.every(({ is }) => is === 'excluded') ? fine(says, claims) : found(says, claims)
  },
}

const atOnce = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make))

/** One after the other, until one fails or needs a second try: a usual limit of new connections is no loss, and is left alone. */
async function inTurn(inquiry: Inquiry, options: OnceMoreOptions): Promise<readonly OnceMore[]> {
  const made: OnceMore[] = []
  while (made.length < AFTER_AN_ANSWER && inquiry.left() > options.patienceMs) {
    const one = await onceMore(inquiry, options)
    made.push(one)
    if (one.late || one.end === 'failed') break
  }
  return made
}

/** Servers that greet first may count who hangs up on them, and shut them out. */
const isAnswered = ({ expected, answer }: Conversation): boolean =>
  answer?.kind === 'bytes' && expected?.greeting.first === 'client' && expected.greeting.speaks(answer.bytes)
