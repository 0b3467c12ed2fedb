/**
 * Elements of sets and maps as nft lists them.
 */
import type { Datatype } from '../datatypes.ts'
import type { Element, MapValue } from '../ruleset.ts'
import { spanText } from '../symbols/time-words.ts'
import { patternText } from './pattern-text.ts'
import { statefulText } from './stateful-text.ts'
import { verdictText } from './verdict-text.ts'

export function elementText(element: Element, key: readonly Datatype[], values: readonly Datatype[]): string {
  const parts = [
    element.key === '*' ? '*' : patternText(element.key, key),
    ...(element.statements ?? []).map(statefulText),
    ...(element.timeout === undefined ? [] : [`timeout ${spanText(element.timeout * 1000)}`]),
    ...(element.expires === undefined ? [] : [`expires ${spanText(element.expires * 1000)}`]),
    ...(element.comment === undefined ? [] : [`comment "${element.comment}"`]),
  ]
  const text = parts.join(' ')
  return element.value === undefined ? text : `${text} : ${mappedText(element.value, values)}`
}

function mappedText(value: MapValue, values: readonly Datatype[]): string {
  switch (value.kind) {
    case 'object':
      return `"${value.name}"`
    case 'verdict':
      return value.statement.kind === 'verdict' ? verdictText(value.statement.verdict) : ''
    case 'datum':
      return value.parts.map((part, place) => patternText(part, [values[place] ?? values[0]!])).join(' . ')
  }
}
