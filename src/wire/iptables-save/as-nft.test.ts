/** What iptables' rules come to, beside what nft's own language says for the same. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../nft-text/nft-text.ts'
import { parseIptablesSave } from './iptables-save.ts'
import { fileOf, RULES } from './rules.cases.ts'

for (const { table, family, rule, nft } of RULES) {
  if (nft === null) continue
  test(`${family} ${table} ${rule}: ${nft || 'nothing but a counter'}`, () => {
    const [ours] = parseIptablesSave(fileOf(table, [rule]), {
      family,
      backend: 'iptables-nft',
    }).tables[0]!.chains.flatMap(chain => chain.rules)
    // nft has no way to write a quotation mark in a comment.
    const written = nft.replace(/ comment ".*"$/, '')
    const type = table === 'nat' ? 'nat' : 'filter'
    const text = `table ${family} t { chain mine { }\n chain c { type ${type} hook prerouting priority 0; ${written}\n } }`
    const chain = parseNftText(text).ruleset.tables[0]!.chains.find(({ name }) => name === 'c')!
    // Nor one for where xtables' NOTRACK differs from its own.
    const { statements } = ours!
    const plain = statements.map(one => (one.kind === 'notrack' ? { kind: one.kind } : one))
    assert.deepEqual(plain, chain.rules[0]?.statements ?? [])
  })
}
