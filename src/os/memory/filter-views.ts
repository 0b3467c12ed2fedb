/** The packet filters of a machine in memory: the texts that it was described with, all others empty. */
import { type Known, known, unknown } from '../../model/known.ts'
import {
  DECIDER_KINDS,
  FILTER_VIEWS,
  type FilterView,
  type FilterViewQuery,
  type FilterViews,
} from '../filter-views.ts'
import type { FilterDescription } from './description.ts'

export function filterViewsOf(
  { views = {}, outside = {} }: FilterDescription = {},
  { views: wanted = FILTER_VIEWS }: FilterViewQuery = {},
): FilterViews {
  const view = (text: Known<string>): FilterView => ({ text, says: 'as described' })
  return {
    views: Object.fromEntries(
      FILTER_VIEWS.map(name => {
        const text = wanted.includes(name) ? (views[name] ?? '') : unknown('not-asked')
        return [name, view(typeof text === 'string' ? known(text) : text)]
      }),
    ) as FilterViews['views'],
    outside: Object.fromEntries(
      DECIDER_KINDS.map(kind => {
        const told = outside[kind] ?? []
        return [kind, 'known' in told ? told : known(told)]
      }),
    ) as unknown as FilterViews['outside'],
  }
}
