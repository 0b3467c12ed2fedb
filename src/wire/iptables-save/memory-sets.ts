/** The sets that hold what `recent`, `hashlimit` and `connlimit` remember. What is in them, only the running kernel knows. */
import type { Expression } from '../../model/filter/expression.ts'
import type { Chain, NamedSet } from '../../model/filter/ruleset.ts'

export function memorySets(chains: readonly Chain[]): NamedSet[] {
  const sets = new Map<string, NamedSet>()
  for (const { rules } of chains)
    for (const { statements } of rules)
      for (const statement of statements)
        if (statement.kind === 'update-set' && !sets.has(statement.set))
          sets.set(statement.set, {
            name: statement.set,
            key: datatypesOf(statement.key),
            mapTo: [],
            flags: ['timeout', 'dynamic'],
            autoMerge: false,
            elements: [],
          })
  return [...sets.values()]
}

/** Only addresses, networks and ports are remembered. */
function datatypesOf(key: Expression): string[] {
  if (key.kind === 'tuple') return key.parts.flatMap(datatypesOf)
  if (key.kind === 'bits') return datatypesOf(key.left)
  if (key.kind !== 'payload' || key.protocol === 'th') return ['inet_service']
  return [key.protocol === 'ip6' ? 'ipv6_addr' : 'ipv4_addr']
}
