/** What rules give a connection beside its mark: labels, a helper (the kernel's nft_ct_set_eval, nft_ct_helper_obj_eval). */
import type { Conntrack } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import type { NamedObject } from '../ruleset.ts'
import { STATUS_BITS, type Traversal } from './traversal.ts'
import type { Value } from './value.ts'

const TRANSPORTS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 }
const FAMILIES: Readonly<Record<string, string>> = { ip: 'ipv4', ip6: 'ipv6' }

/** Labels only grow (nf_connlabels_replace under the mask of the label itself). */
export function addLabels(t: Traversal, value: Value): void {
  const known = t.surroundings.conntrack?.facts?.get('ct label')
  if (typeof known === 'bigint' && typeof value === 'bigint') setFact(t, 'ct label', known | value)
  else t.overridden.set('ct label', value)
}

/** Only a connection that is new gets one, and only of its protocols. */
export function addHelper(t: Traversal, { text }: NamedObject): void {
  const { conntrack } = t.surroundings
  const said = /type "([^"]+)" protocol (\w+)(?:[\s;]+l3proto (\w+))?/.exec(text ?? '')
  if (t.template !== undefined || conntrack?.facts === undefined || said === null) return
  const [, type = '', protocol = '', family = 'inet'] = said
  if (((conntrack.status ?? 0) & STATUS_BITS.confirmed) !== 0) return
  if (TRANSPORTS[protocol] !== t.packet.protocol) return
  if (family !== 'inet' && FAMILIES[family] !== t.packet.family) return
  setFact(t, 'ct helper', type, STATUS_BITS.helper)
}

function setFact(t: Traversal, words: string, value: Scalar, bits = 0): void {
  const { conntrack } = t.surroundings
  if (conntrack === undefined) return
  const facts = new Map(conntrack.facts).set(words, value)
  const changed: Conntrack = {
    ...conntrack,
    facts,
    ...(conntrack.status === undefined ? {} : { status: conntrack.status | bits }),
  }
  t.surroundings = { ...t.surroundings, conntrack: changed }
}
