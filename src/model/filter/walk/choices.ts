/**
 * What a walk assumes where a fact isn't given. A walk asks; the first time it is told yes, and the walk is gone over
 * again with no (`explore`). What was assumed once holds for the rest of that walk: a port that was taken to be 80 isn't
 * 443 afterwards, and nothing is asked that follows from what was assumed.
 */
import { difference, EVERYTHING, intersection, type Region } from './region.ts'

export interface Atom {
  /** The value that isn't known. */
  readonly key: string
  /** Whether it is one of these, is the question. */
  readonly region: Region
  /** What it can be at all, where that isn't everything. */
  readonly domain?: Region
  /** The question as a person may read it. */
  readonly text: string
  /** The value is unknown because what asks for it isn't understood. */
  readonly unsupported: boolean
}

export interface Choice {
  readonly atom: Atom
  readonly answer: boolean
}

/** Somebody decides: whether it is one of these, of all that it may be. */
export type Decide = (inside: Region, possible: Region) => boolean

export class Choices {
  /** In the order in which they were asked for. */
  readonly made: Choice[] = []
  readonly #script: readonly boolean[] | Decide
  readonly #possible = new Map<string, Region>()

  constructor(script: readonly boolean[] | Decide = []) {
    this.#script = script
  }

  ask(atom: Atom): boolean {
    const possible = this.#possible.get(atom.key) ?? atom.domain ?? EVERYTHING
    const inside = intersection(possible, atom.region)
    if (inside.length === 0) return false
    const outside = difference(possible, atom.region)
    if (outside.length === 0) return true
    const script = this.#script
    const answer =
      typeof script === 'function' ? script(inside, possible) : (script[this.made.length] ?? true)
    this.made.push({ atom, answer })
    this.#possible.set(atom.key, answer ? inside : outside)
    return answer
  }
}

export interface Leaf<T> {
  readonly choices: readonly Choice[]
  readonly result: T
}

/** Every way that it can go, in order; `complete` is false when there were more than `most`. */
export function explore<T>(
  run: (choices: Choices) => T,
  most: number,
): { readonly leaves: readonly Leaf<T>[]; readonly complete: boolean } {
  const leaves: Leaf<T>[] = []
  let script: boolean[] = []
  while (leaves.length < most) {
    const choices = new Choices(script)
    leaves.push({ result: run(choices), choices: choices.made })
    script = choices.made.map(({ answer }) => answer)
    while (script.at(-1) === false) script.pop()
    if (script.length === 0) return { leaves, complete: true }
    script[script.length - 1] = false
  }
  return { leaves, complete: false }
}
