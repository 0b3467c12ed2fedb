/**
 * `ct zone set` before the lookup: the packet bears a template, which other expressions take for a connection of its own
 * (the kernel's nft_ct_set_zone_eval, nf_ct_tmpl_alloc); then it is looked for in that zone.
 */
import type { Direction } from '../expression.ts'
import type { Conntrack } from '../packet.ts'
import type { Template, Traversal } from './traversal.ts'
import type { Value } from './value.ts'

/** `IPS_TEMPLATE` */
const TEMPLATE = 2048
const NOBODY = { source: 0, destination: 0, sourcePort: 0, destinationPort: 0 } as const

/** The first one stays; what has a connection already keeps it. */
export function setZone(t: Traversal, value: Value, direction?: Direction): void {
  if (t.tracked || t.template !== undefined || typeof value !== 'number') return
  const zone = {
    original: direction === 'reply' ? 0 : value,
    reply: direction === 'original' ? 0 : value,
  }
  t.template = { zone, direction }
  t.exempt = false
}

export const ofTemplate = ({ zone }: Template): Conntrack => ({
  state: 'new',
  direction: 'original',
  status: TEMPLATE,
  mark: 0,
  original: NOBODY,
  reply: NOBODY,
  zone,
})

/** The lookup: from now on there is a connection of that zone, or none. It is of the packet as rules have left it. */
export function lookUp(t: Traversal): void {
  const { template, sought, packet } = t
  t.template = undefined
  t.sought = undefined
  if (sought === undefined || t.exempt || (template === undefined && sought === packet)) return
  const conntrack = t.retrack?.(packet, template?.zone)
  if (conntrack !== undefined) t.surroundings = { ...t.surroundings, conntrack }
}
