/** Whether a connection that took a second try, or long, is the rule: packets that are lost, or a way that is slow. */
import { type AddressCheck, type CheckResult, fine, found } from '../check.ts'
import { type Inquiry, isOpen } from '../inquiry.ts'
import { SECOND_TRY_MS } from '../once-more.ts'

const CONNECTIONS = 10
const CONNECT_MS = 3_400
/** A way whose connections all take longer is told as slow, milliseconds. */
const SLOW_MS = 1_000

export const steadiness: AddressCheck = {
  name: 'steadiness',
  phase: 'after',
  asks: 'Do connections take more than one try?',
  gathers: [`${CONNECTIONS} quick connections, where the first took long or something was sent again`],
  concludes: ['loss', 'slow'],
  applies: inquiry => isOpen(inquiry) && isDoubtful(inquiry) && inquiry.left() > CONNECT_MS,
  async run(inquiry): Promise<CheckResult> {
    const attempts = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const attempt = await inquiry.attempt({ watch: false }, CONNECT_MS)
        const seen = await attempt.seen()
        await attempt.close()
        const again = seen.tcp.known && seen.tcp.value.retransmits > 0
        return { open: attempt.outcome.kind === 'yes', ms: attempt.ms, again }
      }),
    )
    const failed = attempts.filter(({ open }) => !open).length
    const late = attempts.filter(({ open, ms, again }) => open && (again || ms >= SECOND_TRY_MS)).length
    const times = attempts.flatMap(({ open, ms }) => (open ? [ms] : [])).toSorted((a, b) => a - b)
    const quickest = times[0] ?? 0
    const says = `of ${CONNECTIONS} connections ${failed} failed and ${late} needed a second try or a second's time; the quickest took ${Math.round(quickest)} ms`
    const evidence = [{ source: 'connect', says }]
    // Where all are as slow as each other, nothing was lost.
    if (quickest >= SLOW_MS)
      return found(says, [
        {
          code: 'slow',
          is: 'proven',
          because: says,
          evidence,
          words: { time: `${Math.round(quickest)} ms at best` },
        },
        { code: 'loss', is: 'excluded', because: `even the quickest of ${CONNECTIONS} took as long` },
      ])
    if (failed + late >= 2) return found(says, [{ code: 'loss', is: 'likely', because: says, evidence }])
    return fine(says)
  },
}

/** Something was sent again, or a round trip took as long as a second try does. */
function isDoubtful({ facts, suspects }: Inquiry): boolean {
  const { attempt, seen } = facts.tried!
  const { tcp } = facts.talk?.seen ?? seen
  const again = tcp.known && tcp.value.retransmits > 0
  const sent = seen.frames.known
    ? seen.frames.value.filter(({ way, flags }) => way === 'out' && flags === 'S').length
    : 0
  return again || sent > 1 || attempt.ms >= SECOND_TRY_MS || suspects.of('loss') !== undefined
}
