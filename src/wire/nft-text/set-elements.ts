/**
 * Puts elements into a named set or map, or takes them out.
 */
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Element } from '../../model/filter/ruleset.ts'
import type { SetDraft } from './draft.ts'
import { patternOf } from './interpret.ts'
import { aboutElement, mapElements, type Values } from './map-source.ts'
import type { Raw, RawElement } from './raw.ts'
import type { Reader } from './reader.ts'

export function addElements(reader: Reader, draft: SetDraft, raw: Raw): void {
  const { size, name, statements } = draft.set
  for (const element of elementsOf(reader, draft, raw)) {
    const key = keyText(element.key)
    if (draft.elements.has(key)) continue
    // What the set has for its elements, each of them gets.
    const whole =
      statements === undefined ? element : { ...element, statements: element.statements ?? statements }
    draft.elements.set(key, whole)
  }
  if (size !== undefined && draft.elements.size > size)
    throw reader.stream.refuse(`the set ${name} holds ${size} elements`, 'Make its size larger.', raw.at)
}

export function deleteElements(reader: Reader, draft: SetDraft, raw: Raw, mayBeGone: boolean): void {
  for (const { key } of elementsOf(reader, draft, raw, true))
    if (!draft.elements.delete(keyText(key)) && !mayBeGone)
      throw reader.stream.refuse(
        `the set ${draft.set.name} has no such element`,
        'Write the element as it was added.',
        raw.at,
      )
}

/** The same for the same key. */
function keyText(key: Pattern | '*'): string {
  if (key === '*') return '*'
  switch (key.kind) {
    case 'value':
      return `${key.value}`
    case 'range':
      return `${key.low}-${key.high}`
    case 'prefix':
      return `${key.address}/${key.length}`
    case 'tuple':
      return key.parts.map(keyText).join(' . ')
    case 'beginning':
      return `${key.text}*`
    case 'set':
      return key.elements.map(keyText).join()
    default:
      return `@${key.set}`
  }
}

function elementsOf(reader: Reader, draft: SetDraft, raw: Raw, keysOnly = false): readonly Element[] {
  const { set, keys } = draft
  if (raw.kind !== 'set')
    throw reader.stream.refuse('elements were expected', 'Write them in braces: { a, b }.', raw.at)
  const interval = set.flags.includes('interval')
  const values: Values | undefined =
    set.objectKind !== undefined ? 'object' : set.mapTo[0] === 'verdict' ? 'verdict' : draft.values
  const made: Element[] = []
  for (const each of raw.elements) {
    if (!interval && each.key !== '*' && isWide(each.key))
      throw reader.stream.refuse(
        'ranges and prefixes need an interval set',
        'Add "flags interval" to the set.',
        each.at,
      )
    checkTimes(reader, draft, each)
    const isMap = set.objectKind !== undefined || set.mapTo.length > 0
    if (isMap && !(keysOnly && each.value === undefined))
      made.push(...mapElements(reader, [each], keys, values))
    else made.push(setElement(reader, draft, each))
  }
  return made
}

function checkTimes(reader: Reader, { set }: SetDraft, { timeout, at }: RawElement): void {
  if (timeout !== undefined && !set.flags.includes('timeout'))
    throw reader.stream.refuse('elements of this set do not time out', 'Add "flags timeout" to the set.', at)
}

function setElement(reader: Reader, { set, keys }: SetDraft, raw: RawElement): Element {
  if (raw.value !== undefined)
    throw reader.stream.refuse(
      `${set.name} is a set, and has no values`,
      'Take ":" and what follows out.',
      raw.at,
    )
  return { key: raw.key === '*' ? '*' : patternOf(reader, raw.key, keys), ...aboutElement(raw) }
}

function isWide(raw: Raw): boolean {
  if (raw.kind === 'tuple') return raw.parts.some(isWide)
  return raw.kind === 'range' || raw.kind === 'prefix'
}
