/**
 * What stands between the braces of conntrack's helpers, timeouts and expectations and of security marks, as nft lists
 * it: they change no verdict, so that their text is all that is kept.
 */

import { spanText } from '../../model/filter/symbols/time-words.ts'
import { wordIn } from '../word-in.ts'
import { isObject, type Json, type JsonObject } from './json-text.ts'

/** Undefined for objects that are statements: counters and the like. */
export function objectText(kind: string, json: JsonObject): string | undefined {
  const parts = wordIn(LINES, kind)?.(json)
  return parts === undefined ? undefined : `${parts.join('; ')};`
}

const layer3 = (json: JsonObject): string[] => (json.l3proto === undefined ? [] : [`l3proto ${json.l3proto}`])

const policy = (json: Json | undefined): string =>
  Object.entries(isObject(json) ? json : {})
    .map(([state, seconds]) => `${state} : ${seconds}`)
    .join(', ')

const LINES: Readonly<Record<string, (json: JsonObject) => string[]>> = {
  'ct helper': json => [`type "${json.type}" protocol ${json.protocol}`, ...layer3(json)],
  'ct timeout': json => [`protocol ${json.protocol}`, ...layer3(json), `policy = { ${policy(json.policy)} }`],
  'ct expectation': json => [
    `protocol ${json.protocol}`,
    `dport ${json.dport}`,
    `timeout ${spanText(Number(json.timeout))}`,
    `size ${json.size}`,
    ...layer3(json),
  ],
  secmark: json => [`"${json.context}"`],
}
