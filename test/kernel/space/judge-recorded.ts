/**
 * Judges a model by what kernels have said: that it allows every outcome, and of the rows of the tables that it allows
 * nothing else than they want.
 */
import { inexact, type ReadCase, readCase } from './case.ts'
import { TABLES } from './cases/cases.ts'
import { judge, type OpenModel } from './judge.ts'
import { printAction, printOutcome } from './notation.ts'
import { type Recorded, replay } from './recording.ts'

const ROWS: ReadonlyMap<string, ReadCase> = new Map(
  Object.entries(TABLES).flatMap(([table, cases]) =>
    cases.map(one => [`${table}: ${one.name}`, readCase(one)] as const),
  ),
)

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
