import type { Reader } from './reader.ts'

const VERDICTS: ReadonlySet<string> = new Set([
  'accept',
  'drop',
  'continue',
  'return',
  'jump',
  'goto',
  'queue',
])

/** Whether a verdict begins here. */
export function isVerdict(reader: Reader): boolean {
  const { kind, text } = reader.stream.token
  return kind === 'word' && VERDICTS.has(text)
}
