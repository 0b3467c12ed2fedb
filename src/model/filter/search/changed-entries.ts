/**
 * Entries of two programs over one universe that have no counterpart. A packet that meets none of them goes the same way
 * in both: the first entry that it matches in one is then its first in the other, too, and both lead on to places that
 * have the same entries after them.
 */
import { valueText } from '../value-text.ts'
import { align } from './align.ts'
import type { Program } from './program.ts'
import { ATOMS } from './universe.ts'

export interface Changed {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** Makes atoms of aligned entries one: the same limit, the same extension. */
export function changedEntries(a: Program, b: Program): Changed {
  const pairs = align(keysOf(a), keysOf(b))
  const [ranksA, ranksB] = commonBefore(pairs, b.count)
  const aligned = new Uint8Array(b.count)
  const changedA: number[] = []
  for (let i = 0; i < a.count; i++) {
    const j = pairs[i]!
    const [to, other] = [a.target[i]!, j < 0 ? -1 : b.target[j]!]
    if (j < 0 || (to !== -1 && ranksA[to] !== ranksB[other])) changedA.push(i)
    else {
      aligned[j] = 1
      shareAtoms(a, i, b, j)
    }
  }
  const changedB: number[] = []
  for (let j = 0; j < b.count; j++) if (aligned[j] === 0) changedB.push(j)
  return { a: changedA.filter(e => a.dead[e] === 0), b: changedB.filter(e => b.dead[e] === 0) }
}

/** What an entry asks and does, as text. Places it leads to are compared by themselves. */
function keysOf(program: Program): readonly string[] {
  const { start, field, low, high, set, universe, dead } = program
  return program.entries.map(({ effect, site, inner }, e) => {
    if (dead[e] === 1) return `dead ${e}`
    let key = `${site.base.base.type[0]}${inner ? 1 : 0}`
    key += effect.kind === 'ends' ? effect.with : effect.kind === 'skips' ? (effect.accepts ? 'a' : 's') : 'c'
    for (let at = start[e]!; at < start[e + 1]!; at++) {
      const f = field[at]!
      if (f >= ATOMS) key += ` ${universe.atoms[f - ATOMS]!.key} ${low[at]}`
      else key += set[at] === null ? ` ${f}:${low[at]}-${high[at]}` : ` ${f}:${set[at]!.join()}`
    }
    return key + detailOf(effect)
  })
}

const detailOf = (effect: Program['entries'][number]['effect']): string => {
  const { statement } = effect.kind === 'ends' ? effect : { statement: undefined }
  const assigns = effect.kind === 'ends' ? [] : effect.assigns.map(({ field, to }) => [field.key, to])
  const translation = effect.kind === 'skips' ? effect.translation : undefined
  if (statement === undefined && assigns.length === 0 && translation === undefined) return ''
  return valueText([statement, assigns, translation])
}

/** For each place of both lists: how many aligned entries stand before it. */
function commonBefore(pairs: Int32Array, countB: number): readonly [Int32Array, Int32Array] {
  const a = new Int32Array(pairs.length + 1)
  const isCommon = new Uint8Array(countB)
  for (let i = 0; i < pairs.length; i++) {
    a[i + 1] = a[i]! + (pairs[i]! >= 0 ? 1 : 0)
    if (pairs[i]! >= 0) isCommon[pairs[i]!] = 1
  }
  const b = new Int32Array(countB + 1)
  for (let j = 0; j < countB; j++) b[j + 1] = b[j]! + isCommon[j]!
  return [a, b]
}

function shareAtoms(a: Program, i: number, b: Program, j: number): void {
  for (let at = b.start[j]!; at < b.start[j + 1]!; at++) {
    if (b.field[at]! < ATOMS) continue
    const { key } = b.universe.atoms[b.field[at]! - ATOMS]!
    for (let own = a.start[i]!; own < a.start[i + 1]!; own++) {
      const f = a.field[own]!
      if (f >= ATOMS && a.universe.atoms[f - ATOMS]!.key === key) b.field[at] = f
    }
  }
}
