/** What was found out about the NATs between this machine and a server, and what it is called. */
import type { Endpoint } from '../../../model/endpoint.ts'
import type { Dependence } from '../../../model/nat/behaviour.ts'
import type { Hairpin } from './behaviour-tests.ts'
import type { Collision, InboundFirst, PortChoice } from './collision-tests.ts'
import type { Lifetime } from './lifetime-test.ts'
import type { Told } from './told.ts'

/**
 * | name | means |
 * |---|---|
 * | none | the server sees the address and port that we have, and everybody may answer |
 * | firewall | the same, but only those may answer who were asked |
 * | full-cone | mapping and filtering endpoint-independent |
 * | address-restricted | mapping endpoint-independent, filtering by address |
 * | port-restricted | mapping endpoint-independent, filtering by address and port |
 * | cone | mapping endpoint-independent; the filtering isn't known |
 * | linux | looks endpoint-independent until something collides: Linux, and what is made of it |
 * | symmetric | the mapping depends on the destination |
 * | unknown | the server can't tell, or there was no answer |
 *
 * The names are those of RFC 3489, kept because people know them; RFC 4787 has the words that are exact.
 */
export const NAT_NAMES = [
  'none',
  'firewall',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'cone',
  'linux',
  'symmetric',
  'unknown',
] as const
export type NatName = (typeof NAT_NAMES)[number]

export interface NatType {
  readonly name: NatName
  readonly server: Endpoint
  /** Its other address and port. */
  readonly other: Endpoint | null
  readonly local: Endpoint
  /** How the server sees us; null: no answer came, and nothing else is known. */
  readonly mapped: Endpoint | null
  readonly translated: Told<boolean>
  /** After all that was tried. */
  readonly mapping: Told<Dependence>
  /** As the tests of RFC 5780 alone have it. */
  readonly mappingAtFirst: Told<Dependence>
  readonly filtering: Told<Dependence>
  readonly hairpin: Told<Hairpin>
  readonly ports: Told<PortChoice>
  readonly inboundFirst: Told<InboundFirst>
  readonly collision: Told<Collision>
  readonly lifetime: Told<Lifetime>
  /** Something on the way rewrote the address within the answer: an application layer gateway. */
  readonly rewritesPayload: Told<boolean>
  /** There is another NAT behind the router: the carrier's, most often. */
  readonly carrierGrade: Told<boolean>
}

export function nameOf({
  translated,
  mapping,
  mappingAtFirst,
  filtering,
}: Pick<NatType, 'translated' | 'mapping' | 'mappingAtFirst' | 'filtering'>): NatName {
  if (!translated.known) return 'unknown'
  if (!translated.value)
    return filtering.known && filtering.value !== 'endpoint-independent' ? 'firewall' : 'none'
  if (!mapping.known) return 'unknown'
  if (mapping.value !== 'endpoint-independent')
    return mappingAtFirst.known && mappingAtFirst.value === 'endpoint-independent' ? 'linux' : 'symmetric'
  if (!filtering.known) return 'cone'
  return CONES[filtering.value]
}

const CONES = {
  'endpoint-independent': 'full-cone',
  'address-dependent': 'address-restricted',
  'address-and-port-dependent': 'port-restricted',
} as const satisfies Record<Dependence, NatName>
