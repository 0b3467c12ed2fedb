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
  const elements = elementsOf(reader, draft, raw)
  if (draft.set.size !== undefined && draft.set.elements.length + elements.length > draft.set.size)
    throw reader.stream.refuse(
      `the set ${draft.set.name} holds ${draft.set.size} elements`,
      'Make its size larger.',
      raw.at,
    )
  const known = new Set(draft.set.elements.map(element => keyText(element.key)))
  const added = elements.filter(element => {
    const text = keyText(element.key)
    if (known.has(text)) return false
    known.add(text)
    return true
  })
  draft.set = { ...draft.set, elements: [...draft.set.elements, ...added] }
}

export function deleteElements(reader: Reader, draft: SetDraft, raw: Raw, mayBeGone: boolean): void {
  const gone = new Set(elementsOf(reader, draft, raw, true).map(element => keyText(element.key)))
  const before = draft.set.elements
  const elements = before.filter(element => !gone.has(keyText(element.key)))
  if (!mayBeGone && before.length - elements.length < gone.size)
    throw reader.stream.refuse(
      `the set ${draft.set.name} has no such element`,
      'Write the element as it was added.',
      raw.at,
    )
  draft.set = { ...draft.set, elements }
}

const keyText = (key: Pattern | '*'): string =>
  JSON.stringify(key, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))

function elementsOf(reader: Reader, draft: SetDraft, raw: Raw, keysOnly = false): readonly Element[] {
  const { set, keys } = draft
  if (raw.kind !== 'set')
    throw reader.stream.refuse('elements were expected', 'Write them in braces: { a, b }.', raw.at)
  const interval = set.flags.includes('interval')
  const values: Values | undefined =
    set.objectKind !== undefined ? 'object' : set.mapTo[0] === 'verdict' ? 'verdict' : draft.values
  const made: Element[] = []
  for (const each of flatten(raw.elements)) {
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

/** Sets inside of sets come from variables. */
function flatten(elements: readonly RawElement[]): readonly RawElement[] {
  if (elements.every(({ key }) => key === '*' || key.kind !== 'set')) return elements
  return elements.flatMap(each =>
    each.key !== '*' && each.key.kind === 'set' ? flatten(each.key.elements) : [each],
  )
}

function isWide(raw: Raw): boolean {
  if (raw.kind === 'tuple') return raw.parts.some(isWide)
  return raw.kind === 'range' || raw.kind === 'prefix'
}
