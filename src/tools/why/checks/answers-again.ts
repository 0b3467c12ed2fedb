/** Where a connection stands and says nothing: whether others do, and those that carry nothing large. */
import { type AddressCheck, fine, found } from '../check.ts'
import { isOpen } from '../inquiry.ts'
import { isSilent } from '../judge-conversation.ts'
import { judgeRepeats, SMALL_SEGMENT } from '../judge-repeats.ts'
import { onceMore } from '../once-more.ts'
import { spokenAt } from '../spoken-at.ts'

/** Connections like the first, and such with small segments. */
const AS_BEFORE = 8
const SMALL = 2
const CONNECT_MS = 1_000
const PATIENCE_MS = 1_200

export const answersAgain: AddressCheck = {
  name: 'answers-again',
  phase: 'after',
  asks: 'Do other connections get an answer, and those that carry nothing large?',
  gathers: [
    `${AS_BEFORE} more connections with the same first message`,
    `${SMALL} more with segments of ${SMALL_SEGMENT} bytes at most, both ways (TCP_MAXSEG)`,
  ],
  concludes: [
    'reuseport-sibling',
    'mtu-black-hole',
    'silent',
    'process-stopped',
    'data-lost',
    'deferred-accept',
  ],
  applies: inquiry =>
    isOpen(inquiry) &&
    inquiry.facts.talk !== undefined &&
    isSilent(inquiry.facts.talk) &&
    inquiry.left() > PATIENCE_MS,
  async run(inquiry) {
    const options = { connectMs: CONNECT_MS, patienceMs: PATIENCE_MS }
    const times = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, make))
    const [same, small] = await Promise.all([
      times(AS_BEFORE, () => onceMore(inquiry, options)),
      times(SMALL, () => onceMore(inquiry, { ...options, segment: SMALL_SEGMENT })),
    ])
    const { says, claims } = judgeRepeats({
      same: same.map(({ end }) => end),
      small: small.map(({ end }) => end),
      spoken: spokenAt(inquiry.target)?.greeting.title ?? 'an answer',
    })
    return claims.length === 0 ? fine(says) : found(says, claims)
  },
}
