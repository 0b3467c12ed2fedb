/** Brings our table back to what it was before a trial, and finishes what a dead watchdog left. */
import { fault, isFault } from '../../model/fault.ts'
import { sameRules } from '../../model/filter/own-table.ts'
import type { Trial, TrialAuthor, TrialEnd, TrialReason } from '../../model/filter/trial.ts'
import type { FilterDesk } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'

/** How late a watchdog that lives may be before somebody else does its work, milliseconds. */
const LATEST_MS = 10_000
/** How long another process may keep the lock: one check and one change of many rules on a busy machine. */
export const LOCK_MS = 30_000

/** Throws `E_FW_FAILED` where the table can't be put back; the trial then stays. Holds of the desk are the caller's. */
export async function rollBack(
  os: OS,
  desk: FilterDesk,
  trial: Trial,
  reason: TrialReason,
  by: TrialAuthor,
): Promise<TrialEnd> {
  const now = await desk.readTable()
  const same = sameRules(now, trial.before)
  if (!same) {
    const outcome = await desk.replace(trial.before, now)
    if (outcome.kind !== 'done')
      throw fault('E_FW_FAILED', { why: 'says' in outcome ? outcome.says : 'somebody else changes it' })
  }
  const end: TrialEnd = {
    id: trial.id,
    what: trial.what,
    outcome: same && trial.phase === 'armed' ? 'not-applied' : 'rolled-back',
    reason,
    endedAt: os.clock.now(),
    by,
  }
  desk.end(end)
  return end
}

/**
 * Rolls a trial back that nobody watches over any more, or whose time is long over; null where there is nothing to do.
 * Every command about changes begins with it.
 */
export async function settle(os: OS, desk: FilterDesk): Promise<TrialEnd | null> {
  const trial = desk.trial()
  if (trial === null) return null
  const late = os.acts.filter.uptime() - trial.deadline
  if (desk.watched() && late < LATEST_MS) return null
  return rollBack(os, desk, trial, late >= 0 ? 'deadline' : 'unwatched', selfAuthor(os))
}

/**
 * For commands that only read: finishes what a dead watchdog left, and says so; null where there is nothing to do, or
 * where we could do nothing about it.
 */
export async function finishLeftTrial(os: OS): Promise<TrialEnd | null> {
  try {
    const notes = await os.acts.filter.readNotes()
    if (notes.trial() === null || notes.watched()) return null
    const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what: 'finish a trial' })
    try {
      return await settle(os, desk)
    } finally {
      desk.close()
    }
  } catch (error) {
    if (isFault(error) && NOT_OURS.has(error.code)) return null
    throw error
  }
}

/** Who may not change the packet filter, or can't, has left nothing either. */
const NOT_OURS: ReadonlySet<string> = new Set(['E_FW_DENIED', 'E_FW_UNSUPPORTED'])

/** This process, where it doesn't matter who is behind it. */
export const selfAuthor = (os: OS): TrialAuthor => ({
  pid: os.acts.self ?? 0,
  uid: 0,
  from: 'portolan itself',
})
