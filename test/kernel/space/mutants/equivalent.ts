/**
 * Mutants that no answer of a kernel can give away, each with the reason, and the files that kernels' answers can't judge.
 * The mutation run fails when one listed here is caught after all or is no longer made.
 */
import { basename } from 'node:path'
import { EQUIVALENT, type Equivalent } from './equivalent-table.ts'
import type { Mutant } from './mutants.ts'

export const NOT_JUDGED: Readonly<Record<string, string>> = {
  'outside.ts':
    'it says what is left out of every program, so the recorded ones, made under it, tell nothing about it',
  'dialect.ts': 'its facts are those of other kernels than the recorded ones',
  'in-the-way.ts': 'no program asks it; its own table and the trial binds of can-bind judge it',
  'program.ts': 'it has types alone',
  'living.ts': 'it has types alone',
  'draw-port.ts': 'no recorded program draws; its own test and the simulated host judge it (test/sim/)',
  'open-connection.ts':
    'in a recorded program nothing is on its way; the simulated host judges it (test/sim/)',
}

type Placed = Mutant & { readonly file: string; readonly source: string }

/** Which of the mutants are listed, and what is listed and not among them. */
export function equivalents<M extends Placed>(
  mutants: readonly M[],
): { readonly reasonOf: ReadonlyMap<M, string>; readonly unmatched: readonly Equivalent[] } {
  const reasonOf = new Map<M, string>()
  const unmatched: Equivalent[] = []
  for (const one of EQUIVALENT) {
    const found = mutants.filter(mutant => isThat(one, mutant))
    const mutant = found[(one.nth ?? 1) - 1]
    if (mutant === undefined || (one.nth === undefined && found.length > 1)) unmatched.push(one)
    else reasonOf.set(mutant, one.why)
  }
  return { reasonOf, unmatched }
}

function isThat({ file, line, change }: Equivalent, mutant: Placed): boolean {
  if (basename(mutant.file) !== file || mutant.before !== change[0] || mutant.after !== change[1])
    return false
  return lineOf(mutant) === line
}

/** The line that it begins on, types erased and blanks made one. */
export function lineOf({ source, start }: Pick<Placed, 'source' | 'start'>): string {
  const from = source.lastIndexOf('\n', start - 1) + 1
  const to = source.indexOf('\n', start)
  return source
    .slice(from, to === -1 ? undefined : to)
    .trim()
    .replace(/\s+/g, ' ')
}
