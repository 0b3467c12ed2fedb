/** Findings on rules and chains that could be left out without any change. */
import type { Finding } from '../../finding.ts'
import type { Chain, Table } from '../ruleset.ts'
import { chainName, siteName, siteText } from './rule-site.ts'
import type { RuleFacts } from './rule-study.ts'

export function redundantFinding({ site, reached, redundant, instead }: RuleFacts): readonly Finding[] {
  if (reached !== 'yes' || redundant !== 'yes') return []
  const subject = siteName(site)
  const other = instead === undefined ? [] : [{ source: siteName(instead), says: siteText(instead) }]
  const counts = site.rule?.statements.some(({ kind }) => kind === 'counter') ?? false
  const after = instead === undefined ? 'what comes after it does' : `${siteName(instead)} does`
  return [
    {
      code: 'rule-redundant',
      severity: 'note',
      certainty: 'proven',
      subject,
      says: `without it nothing would change: ${after} the same with all packets that come to it${counts ? '; only its counter would be missed' : ''}`,
      evidence: [{ source: subject, says: siteText(site) }, ...other],
      disprovedBy: 'a packet that another verdict would meet without it',
      remedy:
        'Take it out, unless it is there for the reader or for speed; one such rule at a time, and look again.',
    },
  ]
}

export const unusedChain = (table: Table, chain: Chain): Finding => ({
  code: 'chain-unused',
  severity: 'low',
  certainty: 'proven',
  subject: chainName(table, chain),
  says: `nothing leads to it, so its ${chain.rules.length === 1 ? 'rule does' : `${chain.rules.length} rules do`} nothing`,
  evidence: [
    {
      source: chainName(table, chain),
      says: 'no base chain, and no rule of its table jumps to it or goes there',
    },
  ],
  remedy: 'Jump to it where it is meant to be, or take it out.',
})
