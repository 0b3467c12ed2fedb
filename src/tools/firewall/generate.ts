/**
 * The least rule set for a policy, in the language of nft, of iptables, or as commands of ufw.
 *
 * What a machine can't do without always gets through, whatever the policy: loopback, answers and ICMP errors of what
 * it began, neighbour discovery and the ICMPv6 that must not be filtered (RFC 4890, section 4.4), packet-too-big
 * (RFC 8201), and answers to its DHCP and DHCPv6 clients (RFC 2131, RFC 8415). Only what comes in is filtered.
 */
import type { Policy } from '../../model/filter/policy.ts'
import { iptablesRules } from './generate-iptables.ts'
import { nftRules } from './generate-nft.ts'
import { ufwCommands } from './generate-ufw.ts'

export const RULE_LANGUAGES = ['nft', 'iptables', 'ufw'] as const
export type RuleLanguage = (typeof RULE_LANGUAGES)[number]

export interface GeneratedFile {
  /** `portolan.nft`, `rules.v4` … */
  readonly name: string
  readonly text: string
  /** The command that loads it. */
  readonly load: string
}

export function generateRules(policy: Policy, language: RuleLanguage): readonly GeneratedFile[] {
  switch (language) {
    case 'nft':
      return [{ name: 'portolan.nft', text: nftRules(policy), load: 'ports fw apply portolan.nft' }]
    case 'iptables':
      return [
        {
          name: 'rules.v4',
          text: iptablesRules(policy, 'ipv4'),
          load: 'iptables-restore --noflush rules.v4',
        },
        {
          name: 'rules.v6',
          text: iptablesRules(policy, 'ipv6'),
          load: 'ip6tables-restore --noflush rules.v6',
        },
      ]
    case 'ufw':
      return [{ name: 'ufw.sh', text: ufwCommands(policy), load: 'sh ufw.sh' }]
  }
}
