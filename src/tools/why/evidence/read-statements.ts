/** What a difference says, by the table of statements: which of them hold, with the counters that they stand on. */
import type { Evidence } from '../../../model/finding.ts'
import type { Difference } from './difference.ts'
import { STATEMENTS, type Statement, type ViewRole } from './statements.ts'

export interface Shown {
  readonly statement: Statement
  /** The counters that rose, by how much. */
  readonly counters: readonly { readonly name: string; readonly by: number }[]
}

export function readStatements(
  { rose }: Pick<Difference, 'rose'>,
  role: ViewRole,
  protocol: 'tcp' | 'udp',
): readonly Shown[] {
  return STATEMENTS.flatMap(statement => {
    const { roles, protocols, still = [] } = statement
    if (!roles.includes(role) || protocols?.includes(protocol) === false) return []
    if (still.some(name => rose.has(name))) return []
    const found = statement.rose.map(names => names.split('|').filter(name => rose.has(name)))
    if (found.some(names => names.length === 0)) return []
    return [{ statement, counters: found.flat().map(name => ({ name, by: rose.get(name)! })) }]
  })
}

/** `label`: of the view. */
export const counterEvidence = ({ statement, counters }: Shown, label: string): readonly Evidence[] =>
  counters.map(({ name, by }) => ({
    source: `counters of ${label}`,
    says: `${name} rose by ${by} during the attempt: ${statement.shows}`,
  }))

/** Of a counter that a conclusion stands on without a statement: `Tcp.OutRsts rose by 1`. */
export const riseText = ({ rose }: Pick<Difference, 'rose'>, name: string): string => {
  const by = rose.get(name) ?? 0
  return by === 0 ? `${name} did not rise` : `${name} rose by ${by}`
}
