/**
 * All fields that the rules in question ask for, and where their values are cut. Rule sets that are compared, and the
 * condition of a search, share one universe: the same rank is the same values in each.
 *
 * First everything is told what it will be asked (`term`), then the universe is sealed, and ranks exist.
 */
import type { Scalar } from '../pattern.ts'
import { compareScalars, following } from '../scalar-order.ts'
import { type Field, type Predicate, ranksOf } from './field.ts'
import type { RankSet } from './rank-set.ts'

export interface Term {
  readonly field: Field
  readonly predicate: Predicate
  /** Worked out when they are first asked for, after the universe is sealed. */
  ranks: RankSet | null
}

/** Numbers of atoms begin here: there may be one for each rule, and a region has few of them. */
export const ATOMS = 1 << 20

export interface FieldShape {
  readonly shape: Field['shape']
  readonly optional?: boolean
  readonly least?: Scalar
  readonly most?: Scalar
  readonly values?: readonly number[]
}

export class Universe {
  /** All but atoms, whose numbers begin at `ATOMS`. */
  readonly fields: Field[] = []
  readonly atoms: Field[] = []
  /** Atoms that are the same fact wherever they are asked for. */
  readonly sharedAtoms: Field[] = []
  /** Terms that a protocol's header implies, by the protocol's numbers. */
  readonly implied = new Map<readonly number[], readonly Term[]>()
  readonly #byKey = new Map<string, Field>()
  #sealed = false

  /** The field of that name; made by the first who asks. */
  field(key: string, shape: FieldShape): Field {
    let field = this.#byKey.get(key)
    if (field === undefined) {
      field = this.#make(key, shape)
      if (field.shape === 'atom') this.sharedAtoms.push(field)
      this.#byKey.set(key, field)
    }
    return field
  }

  find(key: string): Field | undefined {
    return this.#byKey.get(key)
  }

  /** A fact of its own, even where another has the same text: each limit counts for itself. */
  atom(text: string): Field {
    return this.#make(text, { shape: 'atom' })
  }

  term(field: Field, predicate: Predicate): Term {
    if (predicate.kind === 'not') this.term(field, predicate.of)
    else if (field.shape === 'line' && (predicate.kind === 'in' || predicate.kind === 'not-in')) {
      for (const { low, high } of predicate.ranges) field.cuts.push(low, following(high))
    }
    return { field, predicate, ranks: null }
  }

  /** Cuts a line so that this value has a rank of its own: what an assignment will put there. */
  cutAt(field: Field, value: Scalar): void {
    if (field.shape === 'line') field.cuts.push(value, following(value))
  }

  seal(): void {
    if (this.#sealed) return
    this.#sealed = true
    for (const field of this.fields) sealField(field)
    for (const atom of this.atoms) atom.size = 2
  }

  /** Ranks for which the term holds. */
  ranks(term: Term): RankSet {
    term.ranks ??= ranksOf(term.field, term.predicate)
    return term.ranks
  }

  /** Another of the same ranks, after sealing: what an assignment makes of the field, and nobody knows. */
  copy(origin: Field): Field {
    const field: Field = { ...origin, id: this.#nextId(origin.shape), origin }
    this.#listOf(field.shape).push(field)
    return field
  }

  #make(key: string, { shape, optional = false, least = 0, most, values = [] }: FieldShape): Field {
    const field: Field = {
      id: this.#nextId(shape),
      key,
      shape,
      optional,
      least,
      ...(most === undefined ? {} : { most }),
      values,
      cuts: shape === 'line' ? [least] : [],
      size: 0,
      rankOfCut: new Map(),
    }
    this.#listOf(shape).push(field)
    return field
  }

  #nextId(shape: Field['shape']): number {
    return shape === 'atom' ? ATOMS + this.atoms.length : this.fields.length
  }

  #listOf(shape: Field['shape']): Field[] {
    return shape === 'atom' ? this.atoms : this.fields
  }
}

function sealField(field: Field): void {
  if (field.shape === 'list') {
    field.size = field.values.length + (field.optional ? 1 : 0)
    return
  }
  const { least, most } = field
  const sorted: ArrayLike<Scalar> =
    typeof least === 'number'
      ? Float64Array.from(field.cuts as number[]).sort()
      : field.cuts.toSorted(compareScalars)
  const cuts: Scalar[] = []
  let last: Scalar | undefined
  for (let i = 0; i < sorted.length; i++) {
    const cut = sorted[i]!
    if (cut < least || (most !== undefined && cut > most) || cut === last) continue
    field.rankOfCut.set(cut, cuts.length)
    cuts.push(cut)
    last = cut
  }
  field.cuts = cuts
  field.size = cuts.length + (field.optional ? 1 : 0)
}
