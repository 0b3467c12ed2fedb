/** A jump or a goto, with what it leads to put in its place. */
import { DEEPEST_CALL } from '../called-chains.ts'
import { assignedIn, concerns } from './assigns.ts'
import type { Label, Site } from './entry.ts'
import { emit, type Frame, passing, type Unfolding } from './unfolding.ts'
import type { Term } from './universe.ts'

/** A jump or goto under conditions, one conjunction or several. */
export function unfoldCall(
  unfolding: Unfolding,
  to: { readonly kind: 'jump' | 'goto'; readonly chain: string },
  conditions: readonly (readonly Term[])[],
  site: Site,
  frame: Frame,
): void {
  const { assigned } = unfolding
  const called = site.table.chains.find(one => one.name === to.chain)
  if (called === undefined || frame.depth >= DEEPEST_CALL) {
    const statement = { kind: 'verdict', verdict: to } as const
    for (const terms of conditions)
      emit(unfolding, terms, { kind: 'ends', with: 'unsupported', statement }, site, false)
    return
  }
  const end: Label = { at: -1 }
  const exit = to.kind === 'jump' ? end : frame.exit
  const { table, base } = frame.site
  const inside = { table, chain: called, base, via: site }
  const changes = assignedIn(called, site.table, assigned)
  const [only] = conditions
  const steady = !only?.some(({ field }) => [...changes].some(key => concerns(key, field)))
  if (conditions.length === 1 && steady) {
    unfolding.enter(unfolding, called, { site: inside, path: only!, exit, depth: frame.depth + 1 })
    if (to.kind === 'goto') emit(unfolding, only!, passing(exit), site, true)
  } else {
    const body: Label = { at: -1 }
    for (const terms of conditions) emit(unfolding, terms, passing(body), site, true)
    emit(unfolding, [], passing(end), site, true)
    body.at = unfolding.entries.length
    unfolding.enter(unfolding, called, { site: inside, path: [], exit, depth: frame.depth + 1 })
    if (to.kind === 'goto') emit(unfolding, [], passing(exit), site, true)
  }
  end.at = unfolding.entries.length
}
