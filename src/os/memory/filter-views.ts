/** The packet filters of a machine in memory: the texts that it was described with, all others empty. */
import { type Known, known, unknown } from '../../model/known.ts'
import {
  DECIDER_KINDS,
  type DeciderKind,
  FILTER_VIEWS,
  type FilterView,
  type FilterViewQuery,
  type FilterViews,
  GENERAL_DECIDERS,
} from '../filter-views.ts'
import type { FilterDescription } from './description.ts'

/** Any listing with text, or something that decides for everybody; or the reason why that isn't known. */
export function isFiltered({ views = {}, outside = {} }: FilterDescription = {}): Known<boolean> {
  const isThere = (kind: DeciderKind): boolean => {
    const described = outside[kind] ?? []
    return 'length' in described && described.length > 0
  }
  if (GENERAL_DECIDERS.some(isThere)) return known(true)
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
