/**
 * What is printed reads back as the same value, for every section of the corpus that can be printed; needs neither nft nor a kernel.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { printRuleset } from '../../../src/model/filter/print/print.ts'
import { parseNftText } from '../../../src/wire/nft-text/nft-text.ts'
import { factsOf } from './construct-facts.ts'
import { corpusFiles, sectionsOf } from './corpus-sections.ts'
import { comparable } from './listing.ts'

for (const file of corpusFiles()) {
  test(`${file}: printed and read again`, async context => {
    for (const section of sectionsOf(file)) {
      const { ruleset } = factsOf(section)
      if (ruleset === undefined || section.notes.reloaded !== undefined) continue
      await context.test(section.name, () => {
        const printed = printRuleset(ruleset)
        assert.deepEqual(comparable(parseNftText(printed).ruleset), comparable(ruleset), printed)
      })
    }
  })
}
