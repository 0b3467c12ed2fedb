/** Confirms the change on trial, takes it back, or says how it stands. */
import type { Trial, TrialEnd } from '../../model/filter/trial.ts'
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import { authorOf } from './begin-trial.ts'
import { keepOverReboot } from './keep-over-reboot.ts'
import { loginOf } from './login.ts'
import { LOCK_MS, rollBack, settle } from './roll-back.ts'
import { notConfirming, settledFinding } from './trial-findings.ts'

/**
 * | verdict | the change |
 * |---|---|
 * | confirmed | stays |
 * | refused | is on trial still: the confirmation came over a connection that is older |
 * | undecided | is on trial still: over what the confirmation came can't be known |
 * | too-late | had been rolled back before, or was now |
 * | rolled-back | was taken back because it was asked for |
 * | pending | is on trial |
 * | none | is nowhere: nothing is on trial |
 */
export interface TrialAnswer {
  readonly verdict: 'confirmed' | 'refused' | 'undecided' | 'too-late' | 'rolled-back' | 'pending' | 'none'
  /** The change that it is about, where it is on trial still. */
  readonly trial: Trial | null
  /** How the last one ended. */
  readonly last: TrialEnd | null
  readonly findings: readonly Finding[]
}

export interface ConfirmOptions {
  /** Confirm although it can't be known over what this came. */
  readonly anyway?: boolean
}

export async function confirmTrial(os: OS, { anyway = false }: ConfirmOptions = {}): Promise<TrialAnswer> {
  const [login, by] = [await loginOf(os), await authorOf(os)]
  const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what: 'confirm' })
  try {
    const trial = desk.trial()
    if (trial === null) {
      const last = desk.last()
      return answer(last !== null && last.outcome !== 'confirmed' ? 'too-late' : 'none', { last })
    }
    const late = os.acts.filter.uptime() >= trial.deadline
    if (late || !desk.watched()) {
      const end = await rollBack(os, desk, trial, late ? 'deadline' : 'unwatched', by)
      return answer('too-late', { last: end, findings: [settledFinding(end)] })
    }
    if (trial.phase === 'armed') return answer('refused', { trial, findings: [cutShort(trial)] })
    const doubt = notConfirming(trial, login)
    if (doubt?.code === 'login-old') return answer('refused', { trial, findings: [doubt] })
    if (doubt !== null && !anyway) return answer('undecided', { trial, findings: [doubt] })
    const findings = trial.persist === true ? await keepOverReboot(os, await desk.readTable()) : []
    const { id, what } = trial
    const end: TrialEnd = {
      id,
      what,
      outcome: 'confirmed',
      reason: 'asked',
      endedAt: os.clock.now(),
      by,
    }
    desk.end(end)
    return answer('confirmed', { last: end, findings: doubt === null ? findings : [doubt, ...findings] })
  } finally {
    desk.close()
  }
}

export async function rollBackTrial(os: OS): Promise<TrialAnswer> {
  const by = await authorOf(os)
  const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what: 'roll back' })
  try {
    const trial = desk.trial()
    if (trial === null) return answer('none', { last: desk.last() })
    const end = await rollBack(os, desk, trial, 'asked', by)
    return answer('rolled-back', { last: end })
  } finally {
    desk.close()
  }
}

/** How it stands. What a dead watchdog left is finished first; where nothing is on trial, nothing is made or locked. */
export async function trialStatus(os: OS): Promise<TrialAnswer & { readonly table: string | null }> {
  const notes = await os.acts.filter.readNotes()
  if (notes.trial() === null)
    return { ...answer('none', { last: notes.last() }), table: await notes.readTable() }
  const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what: 'status' })
  try {
    const settled = await settle(os, desk)
    const [trial, last, table] = [desk.trial(), desk.last(), await desk.readTable()]
    const findings = settled === null ? [] : [settledFinding(settled)]
    return { ...answer(trial === null ? 'none' : 'pending', { trial, last, findings }), table }
  } finally {
    desk.close()
  }
}

const answer = (
  verdict: TrialAnswer['verdict'],
  rest: Partial<Omit<TrialAnswer, 'verdict'>>,
): TrialAnswer => ({ verdict, trial: null, last: null, findings: [], ...rest })

const cutShort = ({ what }: Trial): Finding => ({
  code: 'change-cut-short',
  severity: 'high',
  certainty: 'proven',
  subject: 'inet portolan',
  says: `"${what}" was cut short, and may have been made or not; it will be rolled back`,
  evidence: [{ source: 'notes of the change', says: 'the process that made it ended before it was done' }],
  remedy: 'Take it back now with "ports fw rollback", and apply it again.',
})
