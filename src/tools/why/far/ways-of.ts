/** What one of the hosts that are seen may be given a way by: its tables, and whom it has on its links. */
import { valueOr } from '../../../model/known.ts'
import type { Ways } from '../advice/give-way.ts'
import type { NameInquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'

export async function waysOf({ views }: Pick<NameInquiry, 'views'>, view: ReadView): Promise<Ways> {
  const [tables, host, others] = await Promise.all([
    view.routes(),
    view.host(),
    Promise.all(
      views
        .filter(({ label }) => label !== view.label)
        .map(async one => valueOr(await one.host(), undefined)),
    ),
  ])
  return {
    tables: valueOr(tables, undefined),
    host: valueOr(host, undefined),
    others: others.filter(host => host !== undefined),
  }
}
