/** What it comes to when an entry decides: the same for two entries exactly if they do the same to a packet. */
import { valueText } from '../value-text.ts'
import type { Entry } from './entry.ts'
import type { Program } from './program.ts'

/** Null for entries that decide nothing: they go on within their chain. */
export function outcomeOf(program: Program, e: number): string | null {
  const { effect, inner } = program.entries[e]!
  if (inner || effect.kind === 'assigns') return null
  if (effect.kind === 'ends') return effect.with === 'drop' ? 'drop' : endingText(effect)
  if (!effect.accepts) return null
  return effect.translation === undefined ? 'accept' : `accept, ${valueText(effect.translation)}`
}

const endingText = ({ with: ending, statement }: Extract<Entry['effect'], { kind: 'ends' }>): string =>
  statement === undefined ? ending : `${ending}, ${valueText(statement)}`

/** One word for a person. */
export const outcomeWord = (outcome: string): string => outcome.split(',', 1)[0]!
