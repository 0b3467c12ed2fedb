/**
 * What connections one after the other say of the way. Pure.
 *
 * A SYN that has to be sent again proves little where others went before: servers and filters limit new connections. What was said over
 * a connection that stands, and had to be said again, was lost.
 */
import { type CheckResult, fine, found } from './check.ts'
import type { RepeatFacts } from './facts.ts'
import { type OnceMore, SECOND_TRY_MS } from './once-more.ts'
import type { Claim } from './suspects.ts'

/** A way whose connections all take longer is told as slow, milliseconds. */
const SLOW_MS = 1_000

const SILENT = ['silent', 'process-stopped', 'data-lost'] as const

export interface Steadiness {
  readonly first: { readonly ms: number; readonly resent: boolean }
  /** The first attempt's SYN was sent again, or only a later attempt stood. */
  readonly tookAnother: boolean
  /** Of earlier connections. */
  readonly before: RepeatFacts | undefined
  readonly made: readonly OnceMore[]
}

export function judgeSteadiness({ first, tookAnother, before, made }: Steadiness): CheckResult {
  const failed = made.filter(({ end, late }) => end === 'failed' && !late).length
  const gaveUp = made.filter(({ end, late }) => end === 'failed' && late).length
  const late = made.filter(({ end, late }) => end !== 'failed' && late).length
  const resent = made.filter(one => one.resent).length + (before?.resent ?? 0) + (first.resent ? 1 : 0)
  const unsteady = failed + gaveUp + late + (before?.unsteady ?? 0)
  const times = [first.ms, ...made.flatMap(({ end, ms }) => (end === 'failed' ? [] : [ms]))]
  const quickest = Math.min(...times)
  const says = `of ${made.length + (before?.made ?? 0)} more connections one after the other ${unsteady} failed or needed a second try; in ${resent} something that was said had to be sent again; the quickest took ${Math.round(quickest)} ms`
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
      { code: 'loss', is: 'excluded', because: `even the quickest took as long` },
    ])
  const opening = tookAnother || first.ms >= SECOND_TRY_MS ? 1 : 0
  const answered = made.some(({ end }) => end === 'answered')
  // Where nothing that is said ever comes through, it is no accident.
  if (resent > 0 && opening + unsteady === 0 && made.length > 0 && !answered) return fine(says)
  const signs = resent + opening + (unsteady > 0 ? 1 : 0)
  const speaks = resent > 0 && answered ? SILENT : []
  if (resent + opening > 0)
    return found(says, [
      { code: 'loss', is: signs > 1 ? 'likely' : 'possible', because: says, evidence },
      // What was lost was taken for silence.
      ...speaks.map((code): Claim => ({ code, is: 'excluded', because: says })),
    ])
  return fine(
    unsteady === 0
      ? says
      : `${says}: that may be a limit of the server, or of a filter, for new connections in a row`,
  )
}
