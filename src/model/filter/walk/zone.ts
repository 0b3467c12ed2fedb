/**
 * `ct zone set` before the lookup: the packet bears a template, and is looked for in that zone then. Until then it is new, and nothing
 * else is said of its connection (the kernel's nft_ct_set_zone_eval, nft_ct_get_eval).
 */
import type { Direction } from '../expression.ts'
import type { Traversal } from './traversal.ts'
import type { Value } from './value.ts'

/** The first one stays; what has a connection already keeps it. */
export function setZone(t: Traversal, value: Value, direction?: Direction): void {
  if (t.tracked || t.template !== undefined || typeof value !== 'number') return
  const zone = {
    original: direction === 'reply' ? 0 : value,
    reply: direction === 'original' ? 0 : value,
  }
  t.template = zone
  t.exempt = false
}

/** The lookup: from now on there is a connection of that zone, or none. It is of the packet as rules have left it. */
export function lookUp(t: Traversal): void {
  const { template, sought, packet } = t
  t.template = undefined
  t.sought = undefined
  if (sought === undefined || t.exempt || (template === undefined && sought === packet)) return
  const conntrack = t.retrack?.(packet, template)
  if (conntrack !== undefined) t.surroundings = { ...t.surroundings, conntrack }
}
