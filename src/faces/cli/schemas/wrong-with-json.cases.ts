/** For tests: JSON that a command wrote, judged by the schema that it names. */
import type { Schema } from './parts.ts'
import { SCHEMAS } from './schemas.ts'
import { validate } from './validate.cases.ts'

/** A document, or a stream of lines with a `type` and a `seq` that counts from 0. */
export function wrongWithJson(out: string): string[] {
  const lines = out.trimEnd().split('\n')
  const first = JSON.parse(isOneDocument(out) ? out : lines[0]!)
  if (typeof first.schema === 'string')
    return validate(SCHEMAS[/^portolan\/([\w-]+)@1$/.exec(first.schema)?.[1] ?? '']!, first)
  return lines.flatMap((line, at) => wrongWithLine(JSON.parse(line), at))
}

function isOneDocument(out: string): boolean {
  try {
    JSON.parse(out)
    return true
  } catch {
    return false
  }
}

/** What an item is called in a stream, and the document whose item it is. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  socket: 'sockets',
  explanation: 'explanation',
  count: 'counts',
  tally: 'tallies',
  rate: 'rates',
  system: 'platform',
  stop: 'stop',
  connection: 'ended',
  target: 'wait',
  port: 'scan',
  'scan-plan': 'scan-plan',
  pool: 'capacity',
  plan: 'plan',
  change: 'firewall-change',
  file: 'firewall-rules',
}

function wrongWithLine(line: Record<string, unknown>, at: number): string[] {
  const { type, seq, ...item } = line
  const name = String(type)
  const wrong = seq === at ? [] : [`line ${at} has the number ${seq}`]
  if (name === 'warning') return [...wrong, ...validate(membersOf(SCHEMAS.sockets!, 'warnings'), item)]
  const document = DOCUMENTS[name]
  if (document !== undefined) return [...wrong, ...validate(membersOf(SCHEMAS[document]!, 'items'), item)]
  return [...wrong, ...validate(SCHEMAS.events!, line)]
}

/** The schema of the members of a list in a document. */
const membersOf = (document: Schema, list: 'items' | 'warnings'): Schema =>
  (document.properties as Record<string, Record<string, Schema>>)[list]!.items!
