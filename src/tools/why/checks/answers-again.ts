/** Whether other connections are answered as the first was; where it wasn't, also those that carry nothing large. */
import { type AddressCheck, fine, found } from '../check.ts'
import type { Conversation } from '../conversation.ts'
import type { Inquiry } from '../inquiry.ts'
import { isSilent } from '../judge-conversation.ts'
import { judgeRepeats, SMALL_SEGMENT } from '../judge-repeats.ts'
import { type OnceMore, type OnceMoreOptions, onceMore } from '../once-more.ts'
import { spokenAt } from '../spoken-at.ts'

/** Connections like the first; and such with small segments. */
const LIKE_THE_FIRST = 6
const SMALL = 3
/** A busy server may take so many times as long as it took for the first. */
const BUSY = 10
const CONNECT_MS = 1_400
const PATIENCE_MS = 1_200
/** The first was waited for much longer: so many times as long as a round trip, and this. */
const SILENCE_MS = 600
const ROUND_TRIPS = 4

export const answersAgain: AddressCheck = {
  name: 'answers-again',
  phase: 'after',
  asks: 'Are other connections answered alike?',
  gathers: [
    `up to ${LIKE_THE_FIRST} more connections with the same first message, one after the other: until one fails, or where the first had no answer until one is answered and another isn’t; none where servers greet first and have greeted`,
    `where none of them is answered up to ${SMALL} with segments of ${SMALL_SEGMENT} bytes at most, both ways (TCP_MAXSEG), until one has no answer`,
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
    const patienceMs = silent
      ? Math.min(PATIENCE_MS, SILENCE_MS + ROUND_TRIPS * inquiry.facts.tried!.attempt.ms)
      : PATIENCE_MS + BUSY * first.ms
    const options = { connectMs: CONNECT_MS, patienceMs }
    const same = await inTurn(LIKE_THE_FIRST, inquiry, options, made =>
      silent ? new Set(made.map(({ end }) => end)).size > 1 : made.some(hasFailed),
    )
    const small =
      silent && same.length > 0 && same.every(({ end }) => end === 'silent')
        ? await inTurn(
            SMALL,
            inquiry,
            { ...options, patienceMs: PATIENCE_MS, segment: SMALL_SEGMENT },
            made => made.some(({ end }) => end !== 'answered'),
          )
        : []
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

/** Or needed a second try: a usual limit of new connections is no loss, and is left alone. */
const hasFailed = ({ late, end }: OnceMore): boolean => late || end === 'failed'

/** One after the other, until there is enough. */
async function inTurn(
  most: number,
  inquiry: Inquiry,
  options: OnceMoreOptions,
  isEnough: (made: readonly OnceMore[]) => boolean,
): Promise<readonly OnceMore[]> {
  const made: OnceMore[] = []
  while (made.length < most && !isEnough(made) && inquiry.left() > options.patienceMs)
    made.push(await onceMore(inquiry, options))
  return made
}

/** Servers that greet first may count who hangs up on them, and shut them out. */
const isAnswered = ({ expected, answer }: Conversation): boolean =>
  answer?.kind === 'bytes' && expected?.greeting.first === 'client' && expected.greeting.speaks(answer.bytes)
