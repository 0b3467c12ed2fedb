/** What one of the hosts that are seen may be given a way by: its tables, and whom it has on its links. */
import { isFault } from '../../../model/fault.ts'
import { valueOr } from '../../../model/known.ts'
import type { Ways } from '../advice/give-way.ts'
import type { NameInquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'

export async function waysOf({ views }: Pick<NameInquiry, 'views'>, view: ReadView): Promise<Ways> {
  const [tables, host, others] = await Promise.all([
    view.routes(),
    view.host(),
    Promise.all(views.filter(({ label }) => label !== view.label).map(hostOf)),
  ])
  return {
    tables: valueOr(tables, undefined),
    host: valueOr(host, undefined),
    others: others.filter(host => host !== undefined),
  }
}

/** Of one that couldn't be asked nothing is known: what our own tables say stays true. */
async function hostOf(view: ReadView) {
  try {
    return valueOr(await view.host(), undefined)
  } catch (error) {
    if (!isFault(error)) throw error
    return undefined
  }
}
