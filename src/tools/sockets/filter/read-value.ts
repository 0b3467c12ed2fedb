/** Reads the values of fields that hold texts, numbers and quantities. */
import {
  type Comparison,
  type Filter,
  METRICS,
  type Metric,
  not,
  type TextField,
  type TextMatch,
} from './ast.ts'
import { each, type FieldContext, mustHave } from './field-context.ts'
import { QUANTITY_LOOKS, readQuantity } from './quantity.ts'
import type { Value } from './scanner.ts'
import { refuse } from './syntax-fault.ts'

export function readText(field: TextField, context: FieldContext): Filter {
  const { operator, scanner, reading, word } = context
  if (operator?.op === '~' || operator?.op === '!~') {
    const [value] = mustHave(
      context,
      [scanner.regex() ?? scanner.value()].filter(v => v !== null),
      'a text',
    )
    return { kind: 'text', field, match: found(value, reading.text) }
  }
  if (operator !== null && operator.op !== '=' && operator.op !== '!=')
    throw refuse(
      reading.text,
      operator.at,
      `"${word}" is a text`,
      'Write =, != for the whole and ~, !~ for a part.',
    )
  const values = each(context, value => value, 'a text')
  const any = values.find(value => value.form === 'plain' && value.text === '*')
  if (any !== undefined) return { kind: 'text', field, match: { how: 'any' } }
  const odd = values.find(value => field === 'user' && word === 'uid' && !/^\d+$/.test(value.text))
  if (odd !== undefined)
    throw refuse(reading.text, odd.at, `"${odd.text}" is not a user id`, `Write user=${odd.text}.`)
  return { kind: 'text', field, match: { how: 'is', values: values.map(value => value.text) } }
}

function found(value: Value, text: string): TextMatch {
  if (value.form !== 'regex') return { how: 'contains', text: value.text }
  try {
    new RegExp(value.text, value.flags)
    return { how: 'regex', source: value.text, flags: value.flags }
  } catch (error) {
    const why = String((error as Error).message).replace(/^.*\/[a-z]*: /s, '')
    throw refuse(text, value.at, `the regular expression does not compile: ${why.toLowerCase()}`)
  }
}

export function readNumbers(field: 'pid' | 'inode', context: FieldContext): Filter {
  const values = each(
    context,
    value => Number(digits(value, context, /^(?:0|[1-9]\d{0,9})$/, 'a number')),
    'a number',
  )
  return { kind: 'number', field, values }
}

/** Decimal as in JSON, or hexadecimal after `0x`. ss prints cookies in hexadecimal without it. */
export function readCookies(context: FieldContext): Filter {
  const form = /^(?:0x[0-9a-f]{1,16}|0|[1-9]\d{0,18})$/
  return {
    kind: 'cookie',
    cookies: each(context, value => BigInt(digits(value, context, form, 'a cookie')), 'a cookie'),
  }
}

function digits(value: Value, { word, reading }: FieldContext, form: RegExp, what: string): string {
  if (value.form === 'plain' && form.test(value.text)) return value.text
  throw refuse(
    reading.text,
    value.at,
    `"${value.text}" is not ${what}`,
    `Write ${word} 812 or ${word} in 812,813.`,
  )
}

export function readMetric(metric: Metric, { word, operator, scanner, reading }: FieldContext): Filter {
  const kind = METRICS[metric]
  const looks = `${word} is ${QUANTITY_LOOKS[kind]}.`
  if (operator === null)
    throw refuse(
      reading.text,
      scanner.at,
      `a comparison was expected after "${word}"`,
      `Write ${EXAMPLES[metric]}.`,
    )
  const op = operator.op
  if (op === '~' || op === '!~')
    throw refuse(reading.text, operator.at, `"${word}" is a number`, `Write ${EXAMPLES[metric]}.`)
  const value = scanner.value()
  if (value === null)
    throw refuse(
      reading.text,
      scanner.at,
      `${QUANTITY_LOOKS[kind].split(',')[0]} was expected after "${word} ${operator.text}"`,
    )
  const number = readQuantity(kind, value.text)
  if (number === undefined || value.form !== 'plain')
    throw refuse(
      reading.text,
      value.at,
      `"${value.text}" is not ${QUANTITY_LOOKS[kind].split(',')[0]}`,
      looks,
    )
  const term: Filter = {
    kind: 'metric',
    metric,
    op: op === '!=' ? '=' : (op satisfies Comparison),
    value: number,
  }
  return op === '!=' ? not(term) : term
}

const EXAMPLES: Readonly<Record<Metric, string>> = {
  recvq: 'recvq>0',
  sendq: 'sendq>64Ki',
  drops: 'drops>0',
  queue: 'queue>80%',
  rtt: 'rtt>50ms',
  retrans: 'retrans>0',
  idle: 'idle>10m',
  bytes: 'bytes>1M',
  age: 'age<1h',
}
