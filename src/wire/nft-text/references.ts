/**
 * Looks up what rules refer to, once their block or command is read, and refuses jumps in a circle.
 */
import type { ChainDraft, Jump, TableDraft } from './draft.ts'
import type { Reader, Reference } from './reader.ts'

/** Forgets what it has looked up. */
export function checkReferences(reader: Reader, table: TableDraft): void {
  const { references } = reader
  const jumps = references.some(({ to }) => to === 'chain' || to === 'verdict map')
  for (const reference of references) check(reader, table, reference)
  reader.references = []
  if (jumps) checkLoops(reader, table)
}

function check(reader: Reader, table: TableDraft, reference: Reference): void {
  const { at, to, name } = reference
  const refuse = (what: string) =>
    reader.stream.refuse(
      `there is no ${what} "${name}" in the table ${table.family} ${table.name}`,
      `Add it, or correct the name.`,
      at,
    )
  if (to === 'chain') {
    const chain = table.chains.get(name)
    if (chain === undefined) throw refuse('chain')
    if (chain.base !== undefined)
      throw reader.stream.refuse(
        `"${name}" is a base chain: the kernel alone enters it`,
        'Jump to a chain without a hook.',
        at,
      )
  } else if (to === 'flowtable') {
    if (!table.flowtables.has(name)) throw refuse('flowtable')
  } else if (to === 'object') {
    if (!table.objects.has(`${reference.kind} ${name}`)) throw refuse(reference.kind!)
  } else checkSet(reader, table, reference, refuse)
}

/** nft gives this size to a set without one that rules add to. */
const UPDATED_SIZE = 0xffff

function checkSet(
  reader: Reader,
  table: TableDraft,
  { at, to, name, parts }: Reference,
  refuse: (what: string) => Error,
): void {
  const draft = table.sets.get(name)
  if (draft === undefined) throw refuse(to === 'any set' || to === 'updated set' ? 'set' : to)
  const { set } = draft
  if (to === 'updated set' && set.size === undefined) draft.set = { ...set, size: UPDATED_SIZE }
  const isMap = set.mapTo.length > 0 || set.objectKind !== undefined
  if ((to === 'map' || to === 'verdict map') && !isMap)
    throw reader.stream.refuse(`"${name}" is a set, not a map`, 'Name a map.', at)
  if (to === 'verdict map' && set.mapTo[0] !== 'verdict')
    throw reader.stream.refuse(`"${name}" does not map to verdicts`, 'Name a map of type … : verdict.', at)
  if (parts !== undefined && parts !== set.key.length)
    throw reader.stream.refuse(
      `the key of "${name}" has ${set.key.length} parts, here are ${parts}`,
      `Compare ${set.key.join(' . ')}.`,
      at,
    )
}

/** The kernel refuses a rule set in which a packet could run for ever (`nft_table_validate`): it walks from base chains. */
function checkLoops(reader: Reader, table: TableDraft): void {
  const done = new Set<ChainDraft>()
  const walk = (chain: ChainDraft, path: readonly ChainDraft[]): void => {
    if (done.has(chain)) return
    for (const jump of chain.jumps)
      for (const name of targets(table, jump)) {
        const target = table.chains.get(name)
        if (target === undefined) continue
        if (target === chain || path.includes(target))
          throw reader.stream.refuse(`this jump leads back to "${name}"`, 'Break the circle.', jump.at)
        walk(target, [...path, chain])
      }
    done.add(chain)
  }
  for (const chain of table.chains.values()) if (chain.base !== undefined) walk(chain, [])
}

function targets(table: TableDraft, { to, name }: Jump): readonly string[] {
  if (to === 'chain') return [name]
  return [...(table.sets.get(name)?.elements.values() ?? [])].flatMap(({ value }) => {
    const statement = value?.kind === 'verdict' ? value.statement : undefined
    const verdict = statement?.kind === 'verdict' ? statement.verdict : undefined
    return verdict?.kind === 'jump' || verdict?.kind === 'goto' ? [verdict.chain] : []
  })
}
