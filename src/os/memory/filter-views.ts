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

/** Any listing with text, or the reason why that isn't known. */
export function isFiltered({ views = {} }: FilterDescription = {}): Known<boolean> {
  const told = Object.values(views).map(text => (typeof text === 'string' ? known(text) : text))
  if (told.some(text => text.known && text.value !== '')) return known(true)
  return told.find((text): text is Exclude<typeof text, { known: true }> => !text.known) ?? known(false)
}

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
