/**
 * What is said between a host that asks and the agent that answers: one JSON object on a line, in both directions.
 *
 * | who | says | means |
 * |---|---|---|
 * | agent | `portolan-agent` | hello: which version of this it speaks, and who it is |
 * | asker | `call` | a question, with a number that the answers have, too; `on` names what was opened before |
 * | asker | `took` | so many items of a stream were taken: more may come |
 * | asker | `cancel` | nobody waits for that answer any more |
 * | agent | `value` | the whole answer |
 * | agent | `item`, `end` | a stream: one of it, and that it is whole |
 * | agent | `fault` | the question could not be asked: code and details of the catalogue |
 * | agent | `error` | something broke |
 * | both | `beat` | they still live |
 *
 * A line that is none of these is null: whoever reads it gives up, and guesses nothing.
 */
import { decodeValue, encodeValue } from './values.ts'

/** Counted up when an older program would misread a newer one. */
export const AGENT_PROTOCOL = 1

/** Bytes of one line. A hundred thousand rules of a packet filter are some fifty million. */
export const MOST_ANSWER = 128 * 1024 * 1024
export const MOST_QUESTION = 16 * 1024 * 1024
/** Items that an agent sends of one stream before somebody has to have taken them. */
export const STREAM_WINDOW = 16

export interface Hello {
  readonly protocol: number
  /** Name and version of the program. */
  readonly program: string
  readonly platform: string
  readonly hostname: string
  readonly netns: number
  readonly pid: number
  readonly uid: number | null
  /** Of its clock, milliseconds since 1970. */
  readonly now: number
  /** Milliseconds since its machine started. */
  readonly uptime: number
}

export type Question =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly call: string
      readonly on?: number
      readonly args: readonly unknown[]
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'took'; readonly id: number; readonly count: number }
  | { readonly kind: 'beat' }

export type Answer =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'value' | 'item'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'end'; readonly id: number }
  | {
      readonly kind: 'fault'
      readonly id: number
      readonly code: string
      readonly details: Readonly<Record<string, string | number>>
    }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly name: string
      readonly message: string
      readonly code?: string
    }
  | { readonly kind: 'beat' }

/** A line with its end. */
export function writeQuestion(question: Question): string {
  if (question.kind === 'beat') return BEAT
  const { kind, id } = question
  if (kind === 'cancel') return line({ id, cancel: true })
  if (kind === 'took') return line({ id, took: question.count })
  const { call, on, args } = question
  return line({ id, call, ...(on === undefined ? {} : { on }), args: args.map(encodeValue) })
}

/** A line with its end. */
export function writeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'hello': {
      const { protocol, ...rest } = answer.hello
      return line({ [HELLO]: protocol, ...rest })
    }
    case 'value':
    case 'item':
      return line({ id: answer.id, [answer.kind]: encodeValue(answer.value) })
    case 'end':
      return line({ id: answer.id, end: true })
    case 'fault':
      return line({ id: answer.id, fault: answer.code, details: answer.details })
    case 'error': {
      const { id, name, message, code } = answer
      return line({ id, error: message, name, ...(code === undefined ? {} : { code }) })
    }
    case 'beat':
      return BEAT
  }
}

const HELLO = 'portolan-agent'
const line = (message: object): string => `${JSON.stringify(message)}\n`
const BEAT = line({ beat: true })

export function readQuestion(text: string): Question | null {
  const told = parsed(text)
  if (told?.beat === true) return { kind: 'beat' }
  if (told === null || !isId(told.id)) return null
  const { id, call, on, args } = told
  if (told.cancel === true) return { kind: 'cancel', id }
  if (isId(told.took)) return { kind: 'took', id, count: told.took }
  if (typeof call !== 'string' || !Array.isArray(args) || !(on === undefined || isId(on))) return null
  const decoded = args.map(decodeValue)
  if (decoded.includes(null)) return null
  return {
    kind: 'call',
    id,
    call,
    ...(on === undefined ? {} : { on }),
    args: decoded.map(one => one!.value),
  }
}

export function readAnswer(text: string): Answer | null {
  const told = parsed(text)
  if (told === null) return null
  if (told[HELLO] !== undefined) return readHello(told)
  if (told.beat === true) return { kind: 'beat' }
  const { id, fault, details, error, name, code } = told
  if (!isId(id)) return null
  if (told.end === true) return { kind: 'end', id }
  if (typeof fault === 'string') return { kind: 'fault', id, code: fault, details: readDetails(details) }
  if (typeof error === 'string')
    return {
      kind: 'error',
      id,
      name: typeof name === 'string' ? name : 'Error',
      message: error,
      ...(typeof code === 'string' ? { code } : {}),
    }
  for (const kind of ['value', 'item'] as const) {
    if (!Object.hasOwn(told, kind)) continue
    const decoded = decodeValue(told[kind])
    return decoded === null ? null : { kind, id, value: decoded.value }
  }
  return null
}

/** Null for one that says too little. A newer agent may say more. */
function readHello(told: Readonly<Record<string, unknown>>): Answer | null {
  const { program, platform, hostname, netns, pid, uid, now, uptime, [HELLO]: protocol } = told
  if (typeof program !== 'string' || typeof platform !== 'string' || typeof hostname !== 'string') return null
  if (!isId(protocol) || !isId(netns) || !isId(pid) || !isTime(now) || !isTime(uptime)) return null
  if (!(uid === null || isId(uid))) return null
  return {
    kind: 'hello',
    hello: { protocol, program, platform, hostname, netns, pid, uid, now, uptime },
  }
}

function readDetails(told: unknown): Readonly<Record<string, string | number>> {
  if (typeof told !== 'object' || told === null) return {}
  return Object.fromEntries(
    Object.entries(told).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  )
}

/** The line as an object; null where it is none. */
function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const told: unknown = JSON.parse(text)
    return typeof told === 'object' && told !== null && !Array.isArray(told)
      ? (told as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
