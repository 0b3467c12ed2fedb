/**
 * For tests: the part of JSON Schema 2020-12 that our schemas use, and one thing more: a member that no schema
 * describes is wrong. A word of a schema that isn't known here is wrong, too.
 */
import type { Schema } from './parts.ts'

/** What is wrong with the value, a line each: where, and what. */
export function validate(schema: Schema, value: unknown, at = '$'): string[] {
  const wrong: string[] = []
  for (const [word, rule] of Object.entries(schema)) {
    const check = WORDS[word]
    if (check === undefined) wrong.push(`${at}: the schema says "${word}", which nobody checks`)
    else wrong.push(...check(rule as never, value, at, schema))
  }
  return wrong
}

type Check = (rule: never, value: unknown, at: string, schema: Schema) => readonly string[]

const ignored: Check = () => []
const say = (holds: boolean, at: string, what: string): string[] => (holds ? [] : [`${at}: ${what}`])

const WORDS: Readonly<Record<string, Check>> = {
  $schema: ignored,
  $id: ignored,
  title: ignored,
  description: ignored,
  type(rule: string | readonly string[], value, at) {
    const types = typeof rule === 'string' ? [rule] : rule
    return say(
      types.some(type => TYPES[type]!(value)),
      at,
      `${JSON.stringify(value)} is not of type ${types}`,
    )
  },
  const: (rule: unknown, value, at) =>
    say(rule === value, at, `is ${JSON.stringify(value)}, not ${JSON.stringify(rule)}`),
  enum: (rule: readonly unknown[], value, at) =>
    say(rule.includes(value), at, `${JSON.stringify(value)} is not listed`),
  minimum: (rule: number, value, at) =>
    say(typeof value !== 'number' || value >= rule, at, `${value} is under ${rule}`),
  maximum: (rule: number, value, at) =>
    say(typeof value !== 'number' || value <= rule, at, `${value} is over ${rule}`),
  format: (rule: string, value, at) =>
    rule === 'date-time'
      ? say(
          value === null || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)),
          at,
          `${value} is no time`,
        )
      : [`${at}: nobody checks the format ${rule}`],
  required: (rule: readonly string[], value, at) =>
    rule.filter(name => isObject(value) && !(name in value)).map(name => `${at}: lacks "${name}"`),
  properties(rule: Readonly<Record<string, Schema>>, value, at, { additionalProperties }) {
    if (!isObject(value)) return []
    return Object.entries(value).flatMap(([name, member]) => {
      const schema = Object.hasOwn(rule, name) ? rule[name] : (additionalProperties as Schema | undefined)
      return schema === undefined
        ? [`${at}: "${name}" is not described`]
        : validate(schema, member, `${at}.${name}`)
    })
  },
  additionalProperties(rule: Schema, value, at, { properties }) {
    if (!isObject(value) || properties !== undefined) return []
    return Object.entries(value).flatMap(([name, member]) => validate(rule, member, `${at}.${name}`))
  },
  items: (rule: Schema, value, at) =>
    Array.isArray(value) ? value.flatMap((item, i) => validate(rule, item, `${at}[${i}]`)) : [],
  oneOf(rule: readonly Schema[], value, at) {
    const judged = rule.map(schema => validate(schema, value, at))
    const fitting = judged.filter(wrong => wrong.length === 0).length
    return fitting === 1 ? [] : [`${at}: fits ${fitting} of ${rule.length}: ${judged.flat().join('; ')}`]
  },
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: value => value === null,
  boolean: value => typeof value === 'boolean',
  string: value => typeof value === 'string',
  number: value => typeof value === 'number' && Number.isFinite(value),
  integer: value => Number.isInteger(value),
  array: Array.isArray,
  object: isObject,
}
