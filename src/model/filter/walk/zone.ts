/**
 * `ct zone set` before the lookup: the packet bears a template, and is looked for in that zone then. Until then it is new, and nothing
 * else is said of its connection (the kernel's nft_ct_set_zone_eval, nft_ct_get_eval).
 */
import { STATUS_BITS } from '../conntrack-bits.ts'
import type { Direction } from '../expression.ts'
import type { Traversal } from './traversal.ts'
import type { Value } from './value.ts'

/**
 * The first one stays; what has a connection already keeps it. After the lookup it comes too late, but what has no connection is
 * new from then on.
 */
export function setZone(t: Traversal, value: Value, direction?: Direction): void {
  if (t.template !== undefined || typeof value !== 'number') return
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
  if (sought === undefined) return
  t.template = undefined
  t.sought = undefined
  if (t.exempt || (template === undefined && sought === packet)) return
  const conntrack = t.retrack?.(packet, template)
  if (conntrack === undefined) return
  t.surroundings = { ...t.surroundings, conntrack }
  const { status = 0 } = conntrack
  t.translated.source = (status & STATUS_BITS.sourceDone) !== 0
  t.translated.destination = (status & STATUS_BITS.destinationDone) !== 0
}
