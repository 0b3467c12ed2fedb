/**
 * Reads one term: a field with its value, or a bare word that says by its form what it is.
 */
import { EXPOSURE_LEVELS } from '../../../model/exposure.ts'
import { FAMILIES, type Family, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { anyOf, type Filter } from './ast.ts'
import { bareTerm, FAMILY_WORDS } from './bare-term.ts'
import { each, type FieldContext, mustHave, negated, onlyEquality } from './field-context.ts'
import { FIELDS, type Field } from './fields.ts'
import { type Reading, readHost } from './read-host.ts'
import { readPortTerm } from './read-port.ts'
import { readCookies, readMetric, readNumbers, readText } from './read-value.ts'
import type { Scanner, Token, Value } from './scanner.ts'
import { STATE_SPELLINGS, STATE_WORDS, type StateWord, stateWord } from './state-words.ts'
import { didYouMean, refuse, refuseUnsupported } from './syntax-fault.ts'

/** States side by side are one term, which adds them up, as in ss. */
export function readTerm(scanner: Scanner, reading: Reading): Filter {
  const term = oneTerm(scanner, reading)
  if (term.kind !== 'state') return term
  const steps = [...term.steps]
  while (beginsState(scanner.peek())) {
    const more = oneTerm(scanner, reading)
    if (more.kind === 'state') steps.push(...more.steps)
  }
  return { kind: 'state', steps }
}

function beginsState({ kind, text }: Token): boolean {
  const field = FIELDS.get(text)?.kind
  return kind === 'word' && (field === 'state' || field === 'exclude' || stateWord(text) !== undefined)
}

function oneTerm(scanner: Scanner, reading: Reading): Filter {
  const token = scanner.token()
  if (token.kind !== 'word') throw notATerm(token, reading)
  const field = FIELDS.get(token.text)
  return field === undefined ? bareTerm(token, reading) : fieldTerm(token, field, scanner, reading)
}

function fieldTerm(word: Token, field: Field, scanner: Scanner, reading: Reading): Filter {
  if (field.kind === 'unsupported') throw refuseUnsupported(reading.text, word.at, field.why, field.next)
  const operator = scanner.operator()
  const context: FieldContext = { word: word.text, operator, scanner, reading }
  switch (field.kind) {
    case 'port':
      return readPortTerm(field.end, context)
    case 'metric':
      return readMetric(field.metric, context)
    case 'text':
      return negated(context, readText(field.field, context))
    case 'number':
      return negated(context, readNumbers(field.field, context))
    case 'cookie':
      return negated(context, readCookies(context))
    case 'address':
      return negated(
        context,
        anyOf(each(context, value => readHost(value, field.end, reading), 'an address')),
      )
    case 'device':
      return negated(context, anyOf(each(context, deviceTerm, 'an interface')))
    case 'state':
    case 'exclude': {
      const exclude = (field.kind === 'exclude') !== (operator?.op === '!=')
      onlyEquality(context)
      const steps = each(context, value => ({ word: oneOfStates(value, reading), exclude }), 'a state')
      return { kind: 'state', steps }
    }
    case 'protocol': {
      const protocols = each(
        context,
        value => oneOf(value, SOCKET_PROTOCOLS, 'protocol', reading),
        'a protocol',
      )
      return negated(context, {
        kind: 'protocol',
        protocols: SOCKET_PROTOCOLS.filter(p => protocols.includes(p)),
      })
    }
    case 'family': {
      const families = each(context, value => familyOf(value, reading), 'a family')
      return negated(context, { kind: 'family', families: FAMILIES.filter(f => families.includes(f)) })
    }
    case 'exposure':
      return exposureTerm(context)
  }
}

const deviceTerm = ({ text, form }: Value): Filter => ({
  kind: 'device',
  device: form === 'plain' && /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : text,
})

function oneOf<T extends string>(value: Value, words: readonly T[], what: string, { text }: Reading): T {
  if ((words as readonly string[]).includes(value.text)) return value.text as T
  const otherwise = `One of ${words.join(', ')}.`
  throw refuse(text, value.at, `"${value.text}" is not a ${what}`, didYouMean(value.text, words, otherwise))
}

function oneOfStates(value: Value, { text }: Reading): StateWord {
  const word = stateWord(value.text)
  if (word !== undefined) return word
  const otherwise = `One of ${STATE_WORDS.join(', ')}.`
  throw refuse(
    text,
    value.at,
    `"${value.text}" is not a state`,
    didYouMean(value.text, STATE_SPELLINGS, otherwise),
  )
}

const familyOf = (value: Value, reading: Reading): Family =>
  FAMILY_WORDS[value.text] ?? oneOf(value, FAMILIES, 'family', reading)

/** Levels are in order: `exposure>=private` is private or public. */
function exposureTerm(context: FieldContext): Filter {
  const { operator, reading } = context
  const levels = mustHave(context, context.scanner.list(), 'an exposure').map(v =>
    oneOf(v, EXPOSURE_LEVELS, 'level of exposure', reading),
  )
  const op = operator?.op ?? '='
  if (op === '~' || op === '!~' || (levels.length > 1 && op !== '=' && op !== '!='))
    throw refuse(
      reading.text,
      operator!.at,
      '"exposure" is compared with one level, or by = and != with several',
    )
  const at = EXPOSURE_LEVELS.indexOf(levels[0]!)
  const wanted = EXPOSURE_LEVELS.filter((level, i) => {
    if (op === '<') return i < at
    if (op === '<=') return i <= at
    if (op === '>') return i > at
    return op === '>=' ? i >= at : levels.includes(level)
  })
  return negated(context, { kind: 'exposure', levels: wanted })
}

function notATerm(token: Token, { text }: Reading): Error {
  if (token.kind === 'end')
    return refuse(text, token.at, 'a condition was expected here, and the filter ends')
  if (token.kind === 'quoted')
    return refuse(
      text,
      token.at,
      'a text alone is no condition',
      `Write name~"${token.text}" for programs called so.`,
    )
  return refuse(text, token.at, `a condition was expected, not "${token.text}"`)
}
