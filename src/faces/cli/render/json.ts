/**
 * JSON for programs: one document, or one line for each item. Written piece by piece: a document of 100,000
 * items is never one string.
 *
 * Text keeps its every character, but those that could drive a terminal are written as `\uXXXX`.
 */

/** What a reader should know about an answer: that it is incomplete, and why. */
export interface Warning {
  /** Stable, kebab case: `owners-hidden`. */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

export interface DocumentHead {
  /** Name and major version, after `portolan/`: `sockets@1`. */
  readonly schema: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly host: string
  readonly complete: boolean
  readonly warnings: readonly Warning[]
  /** Other members of the document, beside the items. */
  readonly more?: object
}

export function* jsonDocument(head: DocumentHead, items: Iterable<object>): Generator<string> {
  const { schema, now, host, complete, warnings, more = {} } = head
  yield '{\n'
  yield `  "schema": ${stringify(`portolan/${schema}`)},\n`
  yield `  "generatedAt": "${new Date(now).toISOString()}",\n`
  yield `  "host": ${stringify(host)},\n`
  yield `  "complete": ${complete},\n`
  yield `  "warnings": ${stringify(warnings)},\n`
  for (const [name, value] of Object.entries(more)) yield `  ${stringify(name)}: ${stringify(value)},\n`
  yield '  "items": ['
  let first = true
  for (const item of items) {
    yield `${first ? '' : ','}\n    ${stringify(item)}`
    first = false
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n'
}

/** A line for each item; then one of type `warning` for each thing that the reader should know. */
export function* ndjsonLines(
  type: string,
  items: Iterable<object>,
  warnings: readonly Warning[] = [],
): Generator<string> {
  let seq = 0
  for (const item of items) yield ndjsonLine(type, seq++, item)
  for (const warning of warnings) yield ndjsonLine('warning', seq++, warning)
}

/** One event of a stream. `seq` counts from 0 and has no gaps. */
export const ndjsonLine = (type: string, seq: number, item: object): string =>
  `${stringify({ type, seq, ...item })}\n`

/** JSON.stringify escapes C0 controls and lone surrogates itself (ECMA-262 section 25.5.2.3). */
export function stringify(value: unknown): string {
  const text = JSON.stringify(value)
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(DRIVES_A_TERMINAL, escapeUnit)
}

const DRIVES_A_TERMINAL =
  /[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g

const escapeUnit = (text: string): string =>
  text
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
