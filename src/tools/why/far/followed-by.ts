/** The way through all hosts that are seen, followed once for each inquiry. */
import type { Inquiry } from '../inquiry.ts'
import type { FollowedWay } from './followed-way.ts'

const following = new WeakMap<Inquiry['facts'], Promise<FollowedWay | string>>()

/** Only who sees other hosts needs what follows packets through rules. */
const follow = async (inquiry: Inquiry): Promise<FollowedWay | string> =>
  (await import('./follow-way.ts')).followWay(inquiry)

/** The way that was followed, and among the facts from then on; not followed again unless `anew`. */
export async function followedBy(inquiry: Inquiry, anew = false): Promise<FollowedWay | string> {
  const { facts, views } = inquiry
  if (views.length < 2 || facts.local === true) return 'no other host is seen'
  const way = (anew ? undefined : following.get(facts)) ?? follow(inquiry)
  following.set(facts, way)
  const followed = await way
  if (typeof followed !== 'string') facts.followed = followed
  return followed
}
