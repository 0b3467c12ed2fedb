/**
 * The text of JSON as a value, numbers above 2^53 exact, and a fault that points into it when it doesn't read
 * (RFC 8259).
 */
import { placeAt, rulesFault } from '../rules-fault.ts'
import { jsonError } from './json-error.ts'

/** What JSON.parse gives, with bigints for whole numbers that a number can't hold. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Sixteen digits or more outside of quotes, nearly: only then is the slower way of reading worth it. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/

/** Throws `E_RULES_SYNTAX` with line and column. */
export function readJson(text: string, name: string): Json {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, exact as never) : JSON.parse(text)
  } catch (cause) {
    const { offset, why, next } = jsonError(text)
    throw rulesFault(placeAt({ name, text }, offset), why, next, cause)
  }
}

function exact(_key: string, value: Json, context: { source?: string }): Json {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
    ? BigInt(context.source!)
    : value
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** A list as it is, nothing as an empty one, anything else as a list of one: versions of nft differ. */
export const listOf = (json: Json | undefined): readonly Json[] =>
  json === undefined || json === null ? [] : Array.isArray(json) ? json : [json as Json]

/** Its only member of an object: `{ "match": … }`. */
export function onlyMember(json: Json): readonly [string, Json] | undefined {
  if (!isObject(json)) return undefined
  let only: string | undefined
  for (const name in json) {
    if (only !== undefined) return undefined
    only = name
  }
  return only === undefined ? undefined : [only, json[only]!]
}
