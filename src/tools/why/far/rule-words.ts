/** A rule of a packet filter in words: where it stands and what it says; and what of a set in it fits the packet. */

import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { RuleReference } from '../../../model/filter/decision.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Pattern, Scalar } from '../../../model/filter/pattern.ts'
import type { Element, Ruleset } from '../../../model/filter/ruleset.ts'
import type { Evidence } from '../../../model/finding.ts'
import { type Difference, ruleKey } from '../evidence/difference.ts'

/** `inet filter input handle 4: tcp dport 8080 drop` */
export const ruleWords = ({ family, table, chain, handle, index, text }: RuleReference): string =>
  `${family} ${table} ${chain} ${handle === undefined ? `rule ${index + 1}` : `handle ${handle}`}: ${text}`

/** How many packets the rule counted during the attempt; undefined where it doesn't count, or that could not be read. */
export const countedBy = (
  { family, table, chain, index }: RuleReference,
  moved: Difference | undefined,
): number | undefined => moved?.counted.get(ruleKey(`${family} ${table} ${chain}`, index))

/** Named sets that the rule asks and that hold the packet's source: a list of those who are kept out. */
export function setEvidence(
  rule: RuleReference,
  { family, source }: Packet,
  { tables }: Ruleset,
  label: string,
): readonly Evidence[] {
  if (source === undefined) return []
  const table = tables.find(one => one.family === rule.family && one.name === rule.table)
  const address = scalarAddress(source as number | bigint, family)
  return (table?.sets ?? []).flatMap(set => {
    if (!rule.text.includes(`@${set.name}`)) return []
    const element = set.elements.find(
      ({ key }) => key !== '*' && covers(key, source, family === 'ipv4' ? 32 : 128),
    )
    if (element === undefined) return []
    return [{ source: `set ${set.name} of ${label}`, says: `it holds ${address}${expiry(element)}` }]
  })
}

const expiry = ({ expires, comment }: Element): string =>
  `${expires === undefined ? '' : `, for ${Math.round(expires)} s more`}${comment === undefined ? '' : ` (${comment})`}`

/** The source stands first where an element has several parts. */
function covers(pattern: Pattern, value: Scalar, bits: number): boolean {
  switch (pattern.kind) {
    case 'value':
      return pattern.value === value
    case 'range':
      return pattern.low <= value && value <= pattern.high
    case 'prefix': {
      const shift = BigInt(bits - pattern.length)
      return BigInt(pattern.address) >> shift === BigInt(value) >> shift
    }
    case 'tuple':
      return pattern.parts[0] !== undefined && covers(pattern.parts[0], value, bits)
    default:
      return false
  }
}
