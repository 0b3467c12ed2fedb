/**
 * Side by side with iptables-translate, for the rules that it knows: what it writes in nft's language, and what we make of
 * the same rule. Where it is known to be wrong, that stands here by name.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { isFault } from '../../src/model/fault.ts'
import type { Rule } from '../../src/model/filter/ruleset.ts'
import { agreementOf } from '../../src/tools/firewall/agreement.ts'
import { parseIptablesSave } from '../../src/wire/iptables-save/iptables-save.ts'
import { fileOf, RULES, type RuleCase } from '../../src/wire/iptables-save/rules.cases.ts'
import { parseNftText } from '../../src/wire/nft-text/nft-text.ts'

/** Why iptables-translate 1.8.9 isn't the same, by a piece of the rule. */
const DIFFERS: readonly (readonly [rule: RegExp, because: string])[] = [
  [/! -p udp/, 'it asks the field of the IPv4 header, which is the same for IPv4'],
  [/"quoted"|\\"quoted/, 'it puts quotation marks within quotation marks, which nft does not read'],
  [/-m statistic --mode random/, 'it takes 31 bits of meta random, which is the same chance'],
  [/--set-xmark 0x4000\/0x4000/, 'it sets the bits with "or", which comes to the same'],
  [/--set-tos/, 'it writes "ip6 dscp" in a rule for IPv4'],
  [/rpfilter/, 'it asks for the number of an interface instead of whether there is one'],
]

const skip =
  spawnSync('iptables-translate', ['--version']).error === undefined ? false : 'iptables is not installed'

function translate({ table, family, rule }: RuleCase): string | undefined {
  const program = family === 'ip' ? 'iptables-translate' : 'ip6tables-translate'
  // The arguments as iptables-save writes them; only comments and prefixes are quoted.
  const args = [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain!,
  )
  const { stdout } = spawnSync(program, ['-t', table, '-A', ...args], { encoding: 'utf8', timeout: 20_000 })
  return /^nft (?:'|")?add rule \S+ \S+ \S+ ?(.*?)(?:'|")?\n$/s.exec(stdout)?.[1]
}

let compared = 0
for (const one of RULES) {
  const { table, family, rule, nft } = one
  if (nft === null) continue
  test(`${family} ${table} ${rule}`, { skip }, t => {
    const text = translate(one)
    if (text === undefined) return t.diagnostic('iptables-translate has no words for it')
    const known = DIFFERS.find(([piece]) => piece.test(rule))
    if (known !== undefined) return t.diagnostic(known[1])
    compared++
    const [ours] = parseIptablesSave(fileOf(table, [rule]), {
      family,
      backend: 'iptables-nft',
    }).tables[0]!.chains.flatMap(chain => chain.rules)
    assert.equal(agreementOf(read(family, table, text), { ...ours!, text: `-A ${rule}` }), 'same', text)
  })
}

test('most of the rules were compared', { skip }, () => {
  assert.ok(compared > RULES.length / 2, `${compared} of ${RULES.length}`)
})

function read(family: 'ip' | 'ip6', table: RuleCase['table'], text: string): Rule {
  const type = table === 'nat' ? 'nat' : 'filter'
  const chains = `chain mine { }\n chain c { type ${type} hook prerouting priority 0; ${text}\n }`
  try {
    const { ruleset } = parseNftText(`table ${family} t { ${chains} }`)
    return ruleset.tables[0]!.chains.find(({ name }) => name === 'c')!.rules[0] ?? { statements: [] }
  } catch (error) {
    if (isFault(error)) throw new Error(`${text}: ${error.message}`, { cause: error })
    throw error
  }
}
