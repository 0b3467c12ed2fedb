/**
 * Makes a change of our table on trial.
 *
 * The order is what makes it safe: the text and the way back are checked by nft, the trial is written down, the
 * watchdog says that it watches, and only then the table is changed, in one transaction. Whoever is killed in between
 * leaves a note by which the watchdog, or the next command, finds the way back.
 */
import { fault } from '../../model/fault.ts'
import { requireOwnTable, sameRules } from '../../model/filter/own-table.ts'
import type { Trial, TrialAuthor, TrialEnd } from '../../model/filter/trial.ts'
import type { Finding } from '../../model/finding.ts'
import type { FilterDesk, FilterNotes, TableOutcome } from '../../os/acts.ts'
import type { OS } from '../../os/os.ts'
import { keepOverReboot } from './keep-over-reboot.ts'
import { connectionCookies, loginOf, loginText } from './login.ts'
import { NOTHING_KEPT, persistPlan, persistSteps } from './persist-plan.ts'
import { LOCK_MS, rollBack, settle } from './roll-back.ts'
import { pendingFinding, settledFinding } from './trial-findings.ts'

export interface ApplyRequest {
  /** What the table is to be, in nft's words; null takes it away. */
  readonly text: string | null
  /** What the text is called in messages. */
  readonly file: string
  /** In a line: `apply rules.nft`. */
  readonly what: string
  /** How long there is to confirm, milliseconds; null makes the change for good. */
  readonly windowMs: number | null
  readonly persist: boolean
  /** The table that the text was made from, where it was: any other is refused. */
  readonly from?: string | null
  /** Only plan and check. */
  readonly dryRun?: boolean
  /** Starts the watchdog of a trial, and gives the first line that it writes: `watching`, or why not. */
  readonly startWatchdog: (id: string) => Promise<string>
}

export interface ApplyResult {
  readonly verdict: 'planned' | 'on-trial' | 'applied' | 'unchanged' | 'refused'
  readonly what: string
  /** The table before and after. */
  readonly before: string | null
  readonly after: string | null
  readonly trial: Trial | null
  /** What keeps it over a reboot, a step each, done at once or when it is confirmed; empty where it isn't kept. */
  readonly kept: readonly string[]
  readonly findings: readonly Finding[]
}

/** Time for the watchdog to start on a busy machine, milliseconds. */
const ARMING_MS = 60_000

/** Throws `E_FW_FOREIGN`, `E_FW_REFUSED`, `E_FW_NO_WAY_BACK`, `E_FW_CHANGED`, `E_FW_UNWATCHED` and what the desk does. */
export async function applyRules(os: OS, request: ApplyRequest): Promise<ApplyResult> {
  const { text, file, what, dryRun = false } = request
  if (text !== null) requireOwnTable(text, file)
  if (dryRun) return plannedOnly(os, request)
  const by = await authorOf(os)
  const desk = await os.acts.filter.openDesk({ waitMs: LOCK_MS, what })
  try {
    const settled = await settle(os, desk)
    const advice = request.persist ? persistPlan(await os.acts.filter.startUp(), text) : NOTHING_KEPT
    const done = settled === null ? [] : [settledFinding(settled)]
    const findings = [...done, ...advice.findings]
    const before = await desk.readTable()
    const result = { what, before, after: text, trial: null, kept: persistSteps(advice.plan), findings }
    const pending = desk.trial()
    if (pending !== null)
      return { ...result, verdict: 'refused', findings: [...findings, pendingFinding(os, pending)] }
    if (request.from !== undefined && !sameRules(before, request.from)) throw fault('E_FW_CHANGED')
    await demandTaken(desk, text, before, file)
    if (text === before) return { ...result, verdict: 'unchanged' }
    if (request.windowMs === null) {
      demandDone(await desk.replace(text, before), file)
      const kept = request.persist ? await keepOverReboot(os, await desk.readTable()) : []
      return { ...result, verdict: 'applied', findings: [...done, ...kept] }
    }
    const trial = await onTrial(os, desk, request, request.windowMs, before, by)
    return { ...result, verdict: 'on-trial', trial }
  } finally {
    desk.close()
  }
}

/** As `applyRules`, as far as that goes without the lock, and without leaving anything. */
async function plannedOnly(os: OS, request: ApplyRequest): Promise<ApplyResult> {
  const { text, file, what } = request
  const notes = await os.acts.filter.readNotes()
  const { plan, findings } = request.persist
    ? persistPlan(await os.acts.filter.startUp(), text)
    : NOTHING_KEPT
  const before = await notes.readTable()
  const result = { what, before, after: text, trial: null, kept: persistSteps(plan), findings }
  const pending = notes.trial()
  if (pending !== null)
    return { ...result, verdict: 'refused', findings: [...findings, pendingFinding(os, pending)] }
  if (request.from !== undefined && !sameRules(before, request.from)) throw fault('E_FW_CHANGED')
  await demandTaken(notes, text, before, file)
  return { ...result, verdict: 'planned' }
}

async function onTrial(
  os: OS,
  desk: FilterDesk,
  request: ApplyRequest,
  windowMs: number,
  before: string | null,
  by: TrialAuthor,
): Promise<Trial> {
  const { filter } = os.acts
  const armed: Trial = {
    id: `${by.pid}-${filter.uptime()}`,
    boot: desk.boot,
    phase: 'armed',
    what: request.what,
    before,
    begunAt: os.clock.now(),
    windowMs,
    deadline: filter.uptime() + windowMs + ARMING_MS,
    by,
    connections: [],
    ...(request.persist ? { persist: true } : {}),
  }
  const giveUp = (): void => desk.end(notApplied(os, armed))
  desk.keep(armed)
  const said = await request.startWatchdog(armed.id)
  if (said !== watching(armed.id)) {
    giveUp()
    throw fault('E_FW_UNWATCHED', { why: said === '' ? 'it ended without a word' : said })
  }
  const running: Trial = { ...armed, deadline: filter.uptime() + windowMs }
  desk.keep(running)
  const outcome = await desk.replace(request.text, before)
  if (outcome.kind !== 'done') {
    if (outcome.kind === 'failed') await rollBack(os, desk, running, 'refused', by)
    else giveUp()
    demandDone(outcome, request.file)
  }
  const applied: Trial = { ...running, phase: 'applied', connections: await connectionCookies(os) }
  desk.keep(applied)
  return applied
}

/** What a watchdog says when it stands. */
export const watching = (id: string): string => `watching ${id}`

const notApplied = (os: OS, { id, what, by }: Trial): TrialEnd => ({
  id,
  what,
  outcome: 'not-applied',
  reason: 'refused',
  endedAt: os.clock.now(),
  by,
})

/** Both ways are tried before either is taken. */
async function demandTaken(
  desk: FilterNotes,
  text: string | null,
  before: string | null,
  file: string,
): Promise<void> {
  demandDone(await desk.check(text), file)
  const back = await desk.check(before)
  if (back.kind !== 'done') throw fault('E_FW_NO_WAY_BACK', { why: 'says' in back ? back.says : back.kind })
}

function demandDone(outcome: TableOutcome, file: string): void {
  switch (outcome.kind) {
    case 'done':
      return
    case 'changed':
      throw fault('E_FW_CHANGED')
    case 'failed':
      throw fault('E_FW_FAILED', { why: outcome.says })
    case 'refused': {
      const { line, column, says } = outcome
      const where = line === undefined ? `${file}: ` : `${file}, line ${line}, column ${column}: `
      throw fault('E_FW_REFUSED', { where, why: says })
    }
  }
}

export async function authorOf(os: OS): Promise<TrialAuthor> {
  const [self] = await os.acts.filter.lineage()
  return { pid: self?.pid ?? os.acts.self ?? 0, uid: self?.uid ?? 0, from: loginText(await loginOf(os)) }
}
