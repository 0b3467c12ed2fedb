/**
 * The watchdog of one trial: waits for its end, and rolls it back when nobody has confirmed it in time.
 *
 * It is a process of its own without a terminal. All that it needs is loaded, and the way back is tried, before it says
 * that it watches. Told to end, it rolls back first.
 */
import type { Trial } from '../../model/filter/trial.ts'
import type { FilterNotes, Watch } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import { watching } from './begin-trial.ts'
import { LOCK_MS, rollBack, selfAuthor } from './roll-back.ts'

/** How often it looks whether somebody has decided, milliseconds. */
const LOOK_MS = 250
/** How long it waits for the watchdog of the trial before to end. */
const BEFORE_MS = 5000
/** Between two tries to roll back, and for how long it tries: a machine may be too busy for a while. */
const AGAIN_MS = 1000
const TRIES = 600

/** `say` gets one line. Resolves when the trial has ended. */
export async function watchTrial(
  os: OS,
  id: string,
  say: (line: string) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const watch = await takePlace(os)
  if (watch === null) return say('there is another watchdog')
  try {
    const notes = await os.acts.filter.readNotes()
    const trial = notes.trial()
    if (trial?.id !== id) return await say('there is no such trial')
    const back = await watch.check(trial.before)
    if (back.kind !== 'done') return await say(`the way back is barred: ${'says' in back ? back.says : ''}`)
    await say(watching(id))
    const left = await decidedOrLate(os, notes, trial, signal)
    if (left !== null) await bringBack(os, left, signal.aborted)
  } finally {
    watch.close()
  }
}

async function takePlace(os: OS): Promise<Watch | null> {
  const deadline = os.clock.monotonic() + BEFORE_MS
  for (;;) {
    const watch = await os.acts.filter.watch()
    if (watch !== null || os.clock.monotonic() >= deadline) return watch
    await os.clock.sleep(LOOK_MS)
  }
}

/** The trial that is to be rolled back; null when somebody has decided. */
async function decidedOrLate(
  os: OS,
  notes: FilterNotes,
  begun: Trial,
  signal: AbortSignal,
): Promise<Trial | null> {
  let trial = begun
  while (!signal.aborted) {
    const now = current(notes, trial)
    if (now === null) return null
    trial = now
    const left = trial.deadline - os.acts.filter.uptime()
    if (left <= 0) break
    // Told to end, the sleep is cut short: the loop sees why.
    await os.clock.sleep(Math.min(left, LOOK_MS), signal).catch(() => {})
  }
  return trial
}

/**
 * The trial as it is noted; null when it has ended. A note that is damaged or gone is no decision: what was read before
 * stays true, and at the deadline the old rules come back.
 */
function current(notes: FilterNotes, known: Trial): Trial | null {
  try {
    const noted = notes.trial()
    if (noted !== null) return noted.id === known.id ? noted : null
    return notes.last()?.id === known.id ? null : known
  } catch {
    return known
  }
}

async function bringBack(os: OS, trial: Trial, toldToEnd: boolean): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    try {
      const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what: `roll back ${trial.what}` })
      try {
        const left = current(desk, trial)
        if (left === null) return
        await rollBack(os, desk, left, toldToEnd ? 'told-to-end' : 'deadline', selfAuthor(os))
        return
      } finally {
        desk.close()
      }
    } catch {
      // Nobody reads what it could say. It tries again; the notes stay, and every command finishes what they say.
      await os.clock.sleep(AGAIN_MS)
    }
  }
}
