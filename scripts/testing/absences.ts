/**
 * No hidden skips: a test may be left out only for a reason that `test/allowed-absences.json` lists, with a word on
 * why it can't be helped. A todo is never allowed.
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Absence } from './absence-reporter.ts'

export interface AllowedAbsence {
  /** A regular expression that the whole reason must match. */
  readonly reason: string
  readonly why: string
}

export const allowedAbsences = (root: string): AllowedAbsence[] =>
  JSON.parse(readFileSync(join(root, 'test', 'allowed-absences.json'), 'utf8')) as AllowedAbsence[]

export const readAbsences = (file: string): Absence[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Absence)

/** The absences that no entry of the list allows. */
export function hidden(absences: readonly Absence[], allowed: readonly AllowedAbsence[]): Absence[] {
  const patterns = allowed.map(({ reason }) => new RegExp(`^(?:${reason})$`, 's'))
  return absences.filter(({ reason }) => !patterns.some(pattern => pattern.test(reason)))
}

/** What to say about the absences of a run, or nothing if there were none. */
export function describe(root: string, absences: readonly Absence[], bad: readonly Absence[]): string[] {
  if (absences.length === 0) return []
  const counts = new Map<string, number>()
  for (const { reason } of absences) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const lines = [...counts].map(([reason, count]) => `  ${count} × ${reason}`)
  const head = `${absences.length} left out:`
  const wrong = bad.map(({ file, test, reason }) => `  ${relative(root, file)}: "${test}" (${reason})`)
  return wrong.length === 0
    ? [head, ...lines]
    : [head, ...lines, 'not on the list of allowed absences, test/allowed-absences.json:', ...wrong]
}
