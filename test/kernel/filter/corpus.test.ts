/**
 * The corpus through the running kernel: what `nft -j` lists is read, printed, loaded again and read once more, and is
 * the same; and each rule is printed as `nft list ruleset` shows it.
 */
import assert from 'node:assert/strict'
import test, { after, before, describe } from 'node:test'
import { printRule, printRuleset } from '../../../src/model/filter/print/print.ts'
import type { Ruleset, Table } from '../../../src/model/filter/ruleset.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { corpusFiles, renamed, type Section, sectionsOf } from './corpus-sections.ts'
import { comparable, listedDevices, listedRules } from './listing.ts'
import { NftRefusal, type NftRoom, openRoom, whyNoRoom } from './nft-room.ts'

const files = corpusFiles()

test('the corpus is large, and each of its sections has a name of its own', () => {
  const sections = files.flatMap(sectionsOf)
  assert.ok(sections.length >= 150, String(sections.length))
  for (const file of files) {
    const names = sectionsOf(file).map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)])
  }
})

describe('in a namespace', { skip: whyNoRoom() ?? false }, () => {
  let room: NftRoom
  before(async () => {
    room = await openRoom()
  })
  after(() => room.close())

  for (const file of files) {
    test(file, async context => {
      for (const section of sectionsOf(file)) await context.test(section.name, () => judge(room, section))
    })
  }
})

function judge(room: NftRoom, section: Section): void {
  const { notes } = section
  if (!loads(room, section)) return
  const text = room.nft(['-a', 'list', 'ruleset'])
  if (notes.unread !== undefined) {
    assert.throws(() => decodeNftJson(room.nft(['-j', 'list', 'ruleset'])))
    return
  }
  const ruleset = withDevices(decode(room), text)
  if (notes.listed === undefined) {
    for (const table of ruleset.tables) {
      const listed = listedRules(text, table)
      for (const chain of table.chains)
        for (const rule of chain.rules) assert.equal(printRule(rule, table), listed.get(rule.handle!))
    }
  }
  if (notes.reloaded !== undefined) return
  const printed = printRuleset(ruleset)
  room.nft(['flush', 'ruleset'])
  try {
    room.nft(['-f', '-'], printed)
  } catch (error) {
    throw new Error(`${String(error)}\n${printed}`, { cause: error })
  }
  const again = withDevices(decode(room), room.nft(['-a', 'list', 'ruleset']))
  assert.deepEqual(comparable(again), comparable(ruleset), printed)
}

/** False where nft refuses it and it is known why. */
function loads(room: NftRoom, section: Section): boolean {
  room.nft(['flush', 'ruleset'])
  try {
    room.nft(['-f', '-'], renamed(section, 't'))
    return true
  } catch (error) {
    if (error instanceof NftRefusal && section.notes.refused !== undefined) return false
    throw error
  }
}

function decode(room: NftRoom): Ruleset {
  const { ruleset } = decodeNftJson(room.nft(['-j', 'list', 'ruleset']))
  return ruleset
}

/** nft before 1.1.0 leaves the devices out of its JSON: they are taken from the text, as whoever reads a machine must. */
function withDevices(ruleset: Ruleset, text: string): Ruleset {
  return {
    tables: ruleset.tables.map(
      (table): Table => ({
        ...table,
        chains: table.chains.map(chain => {
          const devices = listedDevices(text, table, chain.name)
          return chain.base === undefined || devices.length === 0
            ? chain
            : { ...chain, base: { ...chain.base, devices } }
        }),
      }),
    ),
  }
}
