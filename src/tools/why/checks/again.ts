/** Whether a second attempt ends otherwise: an answer that was lost, an error that comes late or no more. */

import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, fine, found } from '../check.ts'
import { OUTCOME_ROWS } from '../outcome-rows.ts'
import { outcomeOf, rowFor } from '../outcomes.ts'
import { rowClaims, sentence } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'

/** The first SYN and one that is sent again after a second (RFC 6298 section 2.1). */
const AGAIN_MS = 1_250

const ROW_CODES: readonly CauseCode[] = [
  ...new Set(OUTCOME_ROWS.flatMap(row => row.suspects.map(({ code }) => code))),
]

export const again: AddressCheck = {
  name: 'again',
  phase: 'after',
  asks: 'Does a second attempt end otherwise?',
  gathers: ['a second attempt, from another port'],
  concludes: [...new Set<CauseCode>([...ROW_CODES, 'loss', 'icmp-limited'])],
  applies: ({ facts, target, left }) =>
    target.protocol === 'tcp' &&
    facts.tried?.silent === true &&
    facts.outcome?.back !== 'other-syn-ack' &&
    left() > 2 * AGAIN_MS,
  async run(inquiry) {
    const { facts, os, suspects } = inquiry
    const first = facts.tried!
    const began = os.clock.monotonic()
    const attempt = await inquiry.attempt(first.request, AGAIN_MS)
    const seen = await attempt.seen()
    const { kind } = attempt.outcome
    if (kind === 'timed-out') return fine('silent once more')
    const tried = { request: first.request, attempt, seen, silent: false }
    const own = (await inquiry.client.addresses()).map(({ address }) => address)
    // What a router waits for has been waited for since the first attempt.
    const waited = Math.max(0, began - (facts.triedAt ?? began))
    const told = outcomeOf(tried, { local: facts.local === true, own })
    const now = { ...told, ms: told.ms + waited }
    facts.tried = tried
    facts.outcome = now
    const row = rowFor(now)
    const says = sentence(told)
    const claims = (row?.suspects ?? []).map(suspect => rowClaims(inquiry, now, suspect, says, row!.source))
    // What silence had made possible, and this answer doesn't.
    const gone = suspects.left
      .filter(
        ({ code, is, moves }) =>
          is !== 'proven' &&
          moves.every(({ check }) => check === 'outcome') &&
          !claims.some(one => one.code === code),
      )
      .map((one): Claim => ({ code: one.code, is: 'excluded', because: `a second attempt: ${says}` }))
    if (kind === 'yes')
      return found(`the second attempt got through: ${says}`, [
        ...gone.filter(one => ROW_CODES.includes(one.code)),
        {
          code: 'loss',
          is: 'possible',
          because: 'the first of two attempts was lost',
          evidence: [{ source: 'connect', says: 'the first of two attempts had no answer' }],
        },
      ])
    return found(says, [...gone.filter(one => ROW_CODES.includes(one.code)), ...claims])
  },
}
