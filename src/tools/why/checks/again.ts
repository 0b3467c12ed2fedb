/** Whether a second attempt ends otherwise: an answer that was lost, an error that comes late or no more. */

import type { Attempt } from '../../../os/attempt.ts'
import { triedOf } from '../../../os/reach.ts'
import type { CauseCode } from '../causes/causes.ts'
import { type AddressCheck, type CheckResult, fine, found } from '../check.ts'
import type { TriedFacts } from '../facts.ts'
import type { Inquiry } from '../inquiry.ts'
import { ROW_CODES } from '../outcome-rows.ts'
import { type Outcome, outcomeOf, rowFor } from '../outcomes.ts'
import { rowClaims, sentence } from '../row-claims.ts'
import type { Claim } from '../suspects.ts'

/** The first SYN and one that is sent again after a second (RFC 6298 section 2.1). */
const AGAIN_MS = 1_250

export const again: AddressCheck = {
  name: 'again',
  phase: 'after',
  asks: 'Does a second attempt end otherwise, or an error come late?',
  gathers: ['a second attempt, from another port', 'errors about the first that came since'],
  concludes: [...new Set<CauseCode>([...ROW_CODES, 'loss'])],
  applies: ({ facts, target, left }) =>
    target.protocol === 'tcp' &&
    facts.tried?.silent === true &&
    facts.outcome?.left !== false &&
    facts.outcome?.back !== 'other-syn-ack' &&
    facts.outcome?.back !== 'syn-ack' &&
    left() > 2 * AGAIN_MS,
  async run(inquiry) {
    const { facts, os, client } = inquiry
    const first = facts.tried!
    const waited = os.clock.monotonic() - (facts.triedAt ?? os.clock.monotonic())
    const attempt = await inquiry.attempt(first.request, AGAIN_MS)
    const own = (await client.addresses()).map(({ address }) => address)
    const local = facts.local === true
    const late = await lateError(first)
    const { kind } = attempt.outcome
    if (kind === 'timed-out' && late === undefined) return fine('silent once more')
    const tried =
      kind === 'timed-out'
        ? late!
        : { request: first.request, attempt, seen: await attempt.seen(), silent: false }
    const told = outcomeOf(tried, { local, own })
    // What a router waits for has been waited for since the first attempt.
    const now = kind === 'timed-out' ? told : { ...told, ms: told.ms + waited }
    facts.tried = tried
    facts.outcome = now
    return concluded(inquiry, now, sentence(told), kind === 'timed-out' ? 'late' : 'again')
  },
}

/** The first attempt with an error that came after it was given up; undefined where none has. */
async function lateError({ request, attempt }: TriedFacts): Promise<TriedFacts | undefined> {
  const seen = await attempt.seen()
  const error = seen.icmp.known ? seen.icmp.value.at(-1) : undefined
  if (error === undefined) return undefined
  const ended: Attempt = { ...attempt, outcome: triedOf(error.errno), atOnce: false, ms: error.atMs }
  return { request, attempt: ended, seen, silent: false }
}

function concluded(inquiry: Inquiry, now: Outcome, says: string, how: 'late' | 'again'): CheckResult {
  const because = how === 'late' ? `an error came late: ${says}` : `a second attempt: ${says}`
  const row = rowFor(now)
  const claims = (row?.suspects ?? []).map(one => rowClaims(inquiry, now, one, because, row!.source))
  // What silence had made possible, and this answer doesn't.
  const gone = inquiry.suspects.left
    .filter(
      ({ code, moves }) =>
        moves.every(({ check }) => check === 'outcome') && !claims.some(one => one.code === code),
    )
    .map(({ code }): Claim => ({ code, is: 'excluded', because }))
  if (now.ended !== 'open') return found(because, [...gone, ...claims])
  const lost = 'the first attempt had no answer, and another a moment later stood'
  return found(because, [
    ...gone,
    { code: 'loss', is: 'likely', because: lost, evidence: [{ source: 'connect', says: lost }] },
  ])
}
