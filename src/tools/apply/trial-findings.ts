/** What there is to say of a trial, as findings: who has one, how one ended, why a confirmation is no proof. */
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Trial, TrialEnd, TrialReason } from '../../model/filter/trial.ts'
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import type { Login } from './login.ts'

const NOTES = 'notes of the change'

/** Seconds that are left to confirm, at least 0. */
export const secondsLeft = (os: OS, { deadline }: Trial): number =>
  Math.max(0, Math.ceil((deadline - os.acts.filter.uptime()) / 1000))

export const pendingFinding = (os: OS, trial: Trial): Finding => ({
  code: 'change-on-trial',
  severity: 'high',
  certainty: 'proven',
  subject: 'inet portolan',
  says: `a change is on trial already, "${trial.what}": begun by process ${trial.by.pid} (user ${trial.by.uid}) from ${trial.by.from}`,
  evidence: [{ source: NOTES, says: `${secondsLeft(os, trial)} s are left to confirm it` }],
  remedy: 'Confirm it with "ports fw confirm", or take it back with "ports fw rollback", or wait.',
})

const BECAUSE: Readonly<Record<TrialReason, string>> = {
  asked: 'somebody asked for it',
  deadline: 'nobody confirmed it in time',
  unwatched: 'its watchdog had been killed',
  'told-to-end': 'its watchdog was told to end',
  refused: 'the kernel did not take it',
}

export const endText = ({ what, outcome, reason }: TrialEnd): string =>
  outcome === 'confirmed'
    ? `"${what}" was confirmed`
    : outcome === 'not-applied'
      ? `"${what}" was not made: ${reason === 'unwatched' ? 'it was cut short' : BECAUSE[reason]}`
      : `"${what}" was rolled back, because ${BECAUSE[reason]}`

/** What a command finds undone, and does before its own work. */
export const settledFinding = (end: TrialEnd): Finding => ({
  code: 'change-rolled-back',
  severity: 'medium',
  certainty: 'proven',
  subject: 'inet portolan',
  says: endText(end),
  evidence: [{ source: NOTES, says: `it ended ${new Date(end.endedAt).toISOString()}` }],
})

/** Why this confirmation is none; null where it is one. */
export function notConfirming(trial: Trial, login: Login): Finding | null {
  const base = { subject: 'inet portolan', certainty: 'proven' } as const
  if (login.kind === 'unknown') {
    return {
      ...base,
      code: 'login-unknown',
      severity: 'medium',
      says: `it can’t be known that this command came through the new rules: ${login.why}`,
      evidence: [{ source: 'processes and sockets', says: login.why }],
      remedy: 'Log in anew and confirm there, or say with --anyway that you know.',
    }
  }
  if (login.kind !== 'connection') return null
  const peer = formatEndpoint(login.peer)
  if (login.cookie === null) {
    return {
      ...base,
      code: 'login-gone',
      severity: 'medium',
      says: `the connection from ${peer} that this shell was started over is gone: how you got here can’t be known`,
      evidence: [{ source: 'SSH_CONNECTION', says: 'no such connection is in the socket table' }],
      remedy:
        'Log in anew, outside of tmux and screen, and confirm there; or say with --anyway that you know.',
    }
  }
  if (!trial.connections.includes(login.cookie)) return null
  return {
    ...base,
    code: 'login-old',
    severity: 'high',
    says: `the connection from ${peer} is older than the change, and shows nothing: a new one may not get in`,
    evidence: [{ source: NOTES, says: 'it stood when the change was made' }],
    disprovedBy: 'a new login',
    remedy: 'Log in once more, without a shared connection (ssh -o ControlPath=none), and confirm there.',
  }
}
