/** Judges a model by a row alone, as if a kernel had said what the row wants: for rules that no kernel was asked about. */
import { inexact, type ReadCase } from './case.ts'
import { judge, type OpenModel } from './judge.ts'
import { printAction } from './notation.ts'
import { outcomeOf } from './recording.ts'

/** What is wrong, or null. Where the row allows several ports, the first is the one that came. */
export function judgeRow(openModel: OpenModel, row: ReadCase): string | null {
  const steps = row.lines.map(({ action, wanted }) => ({ action, outcome: outcomeOf(wanted) }))
  const found = judge(openModel, row.program.surroundings, steps) ?? inexact(openModel, row, steps)
  return found === null ? null : `${printAction(steps[found.at]!.action)}: ${found.why}`
}
