/** What one of the hosts that are seen may be given a way by: its tables, and whom it has on its links. */
import { valueOr } from '../../../model/known.ts'
import type { Ways } from '../advice/give-way.ts'
import type { NameInquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'

export async function waysOf({ views }: Pick<NameInquiry, 'views'>, view: ReadView): Promise<Ways> {
  const [tables, { judged }, others] = await Promise.all([
    view.routes(),
    view.rules(),
    Promise.all(
      views.filter(({ label }) => label !== view.label).map(async one => (await one.rules()).judged.host),
    ),
  ])
  return {
    tables: valueOr(tables, undefined),
    host: judged.host,
    others: others.filter(host => host !== undefined),
  }
}
