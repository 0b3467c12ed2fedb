import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { neighbourChains, neighbourText } from './firewall.ts'

const arp = (chains: string, flags = ''): string => `table arp a {\n${flags}\n${chains}\n}\n`
const base = (rules: string, policy = 'accept', hook = 'input'): string =>
  `chain i {\n type filter hook ${hook} priority 0; policy ${policy};\n ${rules}\n}\n`

const ROWS: readonly (readonly [name: string, rules: string, wanted: string])[] = [
  ['no table', '', ''],
  ['all accepted', arp(base('arp operation request accept')), ''],
  ['a policy', arp(base('', 'drop')), 'i input'],
  ['a rule', arp(base('arp saddr ip 10.0.0.9 drop', 'accept', 'output')), 'i output'],
  ['a map of verdicts', arp(base('arp operation vmap { request : drop, reply : accept }')), 'i input'],
  ['a chain that is called', arp(`chain sub {\n drop\n}\n${base('jump sub')}`), 'i input'],
  ['a chain that nobody calls', arp(`chain sub {\n drop\n}\n${base('accept')}`), ''],
  ['a table that sleeps', arp(base('drop'), 'flags dormant'), ''],
  [
    'another family',
    'table inet a {\nchain i {\n type filter hook input priority 0; policy drop;\n}\n}\n',
    '',
  ],
]
for (const [name, rules, wanted] of ROWS) {
  test(`arp chains that may drop: ${name}`, () => {
    const found = neighbourChains(parseNftText(rules).ruleset)
    assert.equal(found.map(({ chain, hook }) => `${chain} ${hook}`).join(), wanted)
    for (const one of found) assert.match(neighbourText(one), /^arp a i \(hook (?:input|output)\) may drop/)
  })
}
