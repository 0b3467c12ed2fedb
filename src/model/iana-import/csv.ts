/**
 * Comma-separated values as RFC 4180 has them: quoted fields, doubled quotes, line breaks inside quotes, LF or CRLF.
 *
 * A quote inside an unquoted field is an ordinary character. Empty lines are no records.
 */

/** The records, in order. The last is `null` when the text ends inside quotes: it was cut off. */
export function* readCsv(text: string): Generator<readonly string[] | null, void> {
  let record: string[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      const end = endOfQuoted(text, at)
      if (end === -1) return yield null
      field = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    }
    const stop = endOfPlain(text, at)
    field += text.slice(at, stop)
    record.push(field)
    at = stop
    if (text[at] === ',') {
      at++
      if (at < text.length) continue
      record.push('')
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    if (record.length > 1 || record[0] !== '') yield record
    record = []
  }
}

/** The closing quote, doubled ones passed over; -1 when there is none. */
function endOfQuoted(text: string, open: number): number {
  let at = text.indexOf('"', open + 1)
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  return at
}

/** The next comma or line end. */
function endOfPlain(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const c = text[at]
    if (c === ',' || c === '\n' || (c === '\r' && (text[at + 1] === '\n' || at + 1 === text.length)))
      return at
    at++
  }
  return at
}
