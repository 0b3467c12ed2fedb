/**
 * What the kernel makes of a rule set on its way in and nft on its way out: the only differences that a comparison of
 * what was written with what is listed may overlook. Nothing wider belongs here, in `held-rules.ts`, in
 * `implied-matches.ts` and in `held-patterns.ts`, each of which names what it does.
 */
import type { NamedObject, NamedSet, Ruleset, Table } from '../../../../src/model/filter/ruleset.ts'
import { parseTimeText } from '../../../../src/wire/nft-text/time-text.ts'
import { merge, sorted, write } from './held-patterns.ts'
import { heldElement, heldStatements } from './held-rules.ts'

export interface Overlook {
  /** Counts of counters and quotas: `nft -s` leaves them out. */
  readonly counts?: boolean
  /** What nft 1.0.6 leaves out of its JSON: the flag dynamic, devices, auto-merge, comments of what has rules or elements. */
  readonly json?: boolean
}

/** One line for each table, set, object, chain and rule, in one order. */
export function asHeld(whole: Ruleset, { counts = false, json = false }: Overlook = {}): readonly string[] {
  const ruleset = json ? withoutJsonLosses(whole) : whole
  const tables = ruleset.tables.map(held).sort()
  const text = tables.join('\n')
  const counted = counts ? text.replace(COUNTS, '') : text
  return (json ? counted.replace(NO_COUNT, '"kind":"counter"') : counted).split('\n')
}

/** What counts nothing yet has no numbers in JSON where a set or its elements have it. */
const NO_COUNT = /"bytes":0,"kind":"counter","packets":0/g
const COUNTS = /(?<="(?:packets|bytes|used)":)\d+/g

/** Handles and lines tell where, not what. Kinds are listed each by itself, in an order of nft's own. */
function held(table: Table): string {
  const { chains, sets, objects, flowtables } = table
  return [
    `table ${table.family} ${table.name} ${table.dormant} ${table.comment ?? ''}`,
    ...sets.map(heldSet).sort(),
    ...objects.map(heldObject).sort(),
    ...flowtables
      .map(({ handle: _, ...rest }) => write({ ...rest, devices: [...rest.devices].sort() }))
      .sort(),
    ...chains
      .map(({ handle: _, rules, ...rest }) => {
        const does = rules.map(rule =>
          write({ comment: rule.comment, does: heldStatements(rule.statements, table.family) }),
        )
        return [write(rest), ...does].join('\n')
      })
      .sort(),
  ].join('\n')
}

/** Times in the text of an object are written in one unit or several. */
const heldObject = ({ handle: _, text, ...rest }: NamedObject): string =>
  write({
    ...rest,
    text: text?.replace(/[";]/g, '').replace(/\b(?:\d+(?:d|h|ms|m|s))+\b/g, time => `${parseTimeText(time)}`),
  })

/** Elements have no order. Time goes on: when an element goes is another at each look. */
function heldSet({ handle: _, elements, ...rest }: NamedSet): string {
  const kept = elements.map(({ expires: _, ...element }) => heldElement(element))
  return write({
    ...rest,
    flags: [...rest.flags].sort(),
    elements: rest.autoMerge ? merge(kept) : sorted(kept),
  })
}

const withoutJsonLosses = (ruleset: Ruleset): Ruleset => ({
  tables: ruleset.tables.map(({ comment: _, ...table }) => ({
    ...table,
    chains: table.chains.map(({ comment: _, base, ...chain }) => ({
      ...chain,
      ...(base && { base: { ...base, devices: [] } }),
    })),
    sets: table.sets.map(({ comment: _, ...set }) => ({
      ...set,
      autoMerge: true,
      flags: set.flags.filter(flag => flag !== 'dynamic'),
    })),
    objects: table.objects.map(({ comment: _, ...object }) => object),
  })),
})
