/**
 * Judges a model by what kernels have said: that it allows every outcome, and of the rows of the tables that it allows
 * nothing else than they want.
 */
import { inexact, type ReadCase, readCase } from './case.ts'
import { TABLES } from './cases/cases.ts'
import { judge, type OpenModel } from './judge.ts'
import { printAction, printOutcome } from './notation.ts'
import { BLOCK } from './rebase.ts'
import { type Recorded, replay } from './recording.ts'

const ROWS: ReadonlyMap<string, ReadCase> = new Map(
  Object.entries(TABLES).flatMap(([table, cases]) =>
    cases.map(one => [`${table}: ${one.name}`, readCase(one)] as const),
  ),
)

/**
 * Nothing in it was left to chance, so that it says the same whenever it is recorded: it is a row of the tables, which name all
 * that may come, or a random program each of whose actions can come to one thing only.
 */
export function isCertain(openModel: OpenModel, recorded: Recorded): boolean {
  if (ROWS.has(recorded[0])) return true
  const { surroundings, steps } = replay(recorded)
  const model = openModel(surroundings)
  for (const { action, outcome } of steps) {
    const { errnos, ports, receivers } = model.expect(action)
    if (errnos.length > 1) return false
    if (outcome.errno === 'OK') {
      if (ports !== undefined && PORTS.filter(ports).length > 1) return false
      if (receivers !== undefined && receivers(outcome.local?.port ?? 0).length > 1) return false
    }
    model.adopt(action, outcome)
  }
  return true
}

/** Of one block, which is all that a program uses. */
const PORTS = Array.from({ length: BLOCK }, (_, i) => i)

/** What is wrong, with what was done until then; null when nothing is. */
export function judgeRecorded(openModel: OpenModel, recorded: Recorded): string | null {
  const { surroundings, steps } = replay(recorded)
  const row = ROWS.get(recorded[0])
  const found = judge(openModel, surroundings, steps) ?? (row && inexact(openModel, row, steps)) ?? null
  if (found === null) return null
  const done = steps.slice(0, found.at + 1)
  return [
    ...done.map(({ action, outcome }) => `${printAction(action)} = ${printOutcome(outcome)}`),
    found.why,
  ].join('\n')
}
