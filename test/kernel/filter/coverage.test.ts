/** Every construct that is evaluated is in a row that the kernel judges: the table of constructs, its corpus, and the rows together. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../../src/wire/nft-text/nft-text.ts'
import { TABLES } from './cases/cases.ts'
import { LINK_BRIDGES } from './cases/link-bridges.ts'
import { LINK_DEVICES } from './cases/link-devices.ts'
import { LINK_HANDED } from './cases/link-handed.ts'
import { LINK_LENT } from './cases/link-lent.ts'
import { factsOf } from './construct-facts.ts'
import { corpusFiles, sectionsOf } from './corpus-sections.ts'
import { wordsOf } from './coverage.ts'
import { CONSTRUCTS } from './nft-constructs.ts'
import { NftRefusal, openRoom, whyNoRoom } from './nft-room.ts'
import { OF_ARP, UNJUDGED } from './unjudged.ts'

const rows = [...Object.values(TABLES).flat(), ...LINK_BRIDGES, ...LINK_DEVICES, ...LINK_HANDED, ...LINK_LENT]
const judged = new Set(rows.flatMap(({ rules }) => [...wordsOf(parseNftText(rules).ruleset)]))
const excepted = new Set([...UNJUDGED.flatMap(({ words }) => words), ...OF_ARP])
const sections = corpusFiles().flatMap(sectionsOf)

for (const { manual, what, shown, evaluated } of CONSTRUCTS) {
  if (evaluated !== undefined) continue
  test(`judged by the kernel: ${manual}: ${what}`, () => {
    const rulesets = sections.filter(({ name }) => shown.test(name)).map(section => factsOf(section).ruleset)
    const words = new Set(rulesets.flatMap(ruleset => (ruleset === undefined ? [] : [...wordsOf(ruleset)])))
    assert.ok(words.size > 0, 'the corpus shows nothing of it')
    assert.deepEqual(
      [...words].filter(word => !judged.has(word) && !excepted.has(word)),
      [],
      'no row has these: write one',
    )
  })
}

test('what is excepted is in no row', () => {
  assert.deepEqual(
    [...excepted].filter(word => judged.has(word)),
    [],
  )
})

test('what is excepted for want of it is still wanting', { skip: whyNoRoom() ?? false }, async () => {
  const room = await openRoom()
  try {
    for (const { words, reason, sample } of UNJUDGED) {
      assert.throws(() => room.nft(['-f', '-'], sample), NftRefusal, `${words.join(', ')}: not "${reason}"`)
    }
  } finally {
    await room.close()
  }
})

test('there are three hundred rule sets in the tables, and a thousand packets', () => {
  const packets = rows.flatMap(({ packets }) => packets.split(/[;\n]/).filter(line => line.trim() !== ''))
  assert.ok(rows.length >= 300, `${rows.length} rule sets`)
  assert.ok(packets.length >= 1000, `${packets.length} packets`)
})

test('words are found wherever they stand', () => {
  const { ruleset } = parseNftText(`table inet t {
    counter seen { }
    map m { type inet_service : verdict; flags interval; elements = { 1-5 : jump c, * : drop } }
    chain c { tcp dport 22 meta mark set ct mark counter name "seen" }
    chain in { type filter hook input priority 0; policy drop; tcp option window exists limit rate 1/second tcp dport vmap @m }
  }`)
  const wanted = [
    'family inet',
    'object counter',
    'map',
    'set interval',
    'element *',
    'value range',
    'verdict jump',
    'verdict drop',
    'tcp dport',
    'set meta mark',
    'ct mark',
    'chain filter input',
    'policy drop',
    'tcp-option window',
    'tcp-option exists',
    'statement limit',
    'statement verdict-map',
  ]
  const words = wordsOf(ruleset)
  assert.deepEqual(
    wanted.filter(word => !words.has(word)),
    [],
  )
})
