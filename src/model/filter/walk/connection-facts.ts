/** What rules give a connection beside its mark: labels, a helper (the kernel's nft_ct_set_eval, nft_ct_helper_obj_eval). */
import { STATUS_BITS } from '../conntrack-bits.ts'
import type { NamedObject } from '../ruleset.ts'
import type { Traversal } from './traversal.ts'
import type { Value } from './value.ts'

const TRANSPORTS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 }
const FAMILIES: Readonly<Record<string, string>> = { ip: 'ipv4', ip6: 'ipv6' }

/** Labels only grow (nf_connlabels_replace under the mask of the label itself). */
export function addLabels(t: Traversal, value: Value): void {
  const { conntrack } = t.surroundings
  const known = conntrack?.facts?.get('ct label')
  if (typeof known !== 'bigint' || typeof value !== 'bigint') {
    t.overridden.set('ct label', value)
    return
  }
  const facts = new Map(conntrack?.facts).set('ct label', known | value)
  t.surroundings = { ...t.surroundings, conntrack: { ...conntrack!, facts } }
}

/**
 * Only a connection that is new gets one, and only of its protocols. `ct helper` doesn't say so: it is about the connection by
 * which this one was expected.
 */
export function addHelper(t: Traversal, { text }: NamedObject): void {
  const { conntrack } = t.surroundings
  const said = /type "[^"]+" protocol (\w+)(?:[\s;]+l3proto (\w+))?/.exec(text ?? '')
  if (!t.tracked || conntrack?.status === undefined || said === null) return
  const [, protocol = '', family = 'inet'] = said
  if ((conntrack.status & STATUS_BITS.confirmed) !== 0 || TRANSPORTS[protocol] !== t.packet.protocol) return
  if (family !== 'inet' && FAMILIES[family] !== t.packet.family) return
  const status = conntrack.status | STATUS_BITS.helper
  t.surroundings = { ...t.surroundings, conntrack: { ...conntrack, status } }
}
