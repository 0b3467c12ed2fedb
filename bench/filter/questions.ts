/** What is asked of the synthetic rules, and how they are read. */
import type { Ruleset } from '../../src/model/filter/ruleset.ts'
import { findPacket, parseCondition } from '../../src/model/filter/search/search.ts'
import { chainOf } from '../../src/model/filter/search/synthetic.cases.ts'
import { parseNftText } from '../../src/wire/nft-text/nft-text.ts'

export const CONDITION = 'tcp dport 22 not saddr 10.0.0.0/8'

export const rulesOf = (lines: readonly string[]): Ruleset => parseNftText(chainOf(lines)).ruleset

export function search(ruleset: Ruleset): void {
  findPacket(ruleset, { hook: 'input', wanted: ['accept'], condition: parseCondition(CONDITION) })
}
