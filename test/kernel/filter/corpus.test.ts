/**
 * The corpus through the running kernel: what `nft -j` lists is read, printed, loaded again and read once more, and is
 * the same; and each rule is printed as `nft list ruleset` shows it.
 */
import assert from 'node:assert/strict'
import test, { after, before, describe } from 'node:test'
import { isFault } from '../../../src/model/fault.ts'
import { printRule, printRuleset } from '../../../src/model/filter/print/print.ts'
import type { Ruleset, Table } from '../../../src/model/filter/ruleset.ts'
import { decodeNftJson } from '../../../src/wire/nft-json/nft-json.ts'
import { hasUnsupported } from './construct-facts.ts'
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
      const sections = sectionsOf(file)
      const together = sections.filter(
        ({ notes }) => notes.refused === undefined && notes.unread === undefined,
      )
      if (together.length > 0) {
        const views = viewsOf(room, together)
        for (const [place, section] of together.entries())
          await context.test(section.name, () => judge(section, views, `t${place}`))
      }
      for (const section of sections)
        if (!together.includes(section)) await context.test(section.name, () => judgeAlone(room, section))
    })
  }
})

/** What nft showed of all sections, each in a table of its own, and again after loading what we print. */
interface Views {
  readonly text: string
  readonly read: Ruleset
  readonly printed: string
  readonly again: Ruleset
}

function viewsOf(room: NftRoom, sections: readonly Section[]): Views {
  load(room, sections.map((section, place) => renamed(section, `t${place}`)).join('\n'))
  const text = room.nft(['-a', 'list', 'ruleset'])
  const read = withDevices(decode(room), text)
  const reloaded = read.tables.filter(
    ({ name }) => sections[Number(name.slice(1))]!.notes.reloaded === undefined,
  )
  const printed = printRuleset({ tables: reloaded })
  load(room, printed)
  const again = withDevices(decode(room), room.nft(['-a', 'list', 'ruleset']))
  return { text, read, printed, again }
}

function load(room: NftRoom, text: string): void {
  room.nft(['flush', 'ruleset'])
  try {
    room.nft(['-f', '-'], text)
  } catch (error) {
    throw new Error(`${String(error)}\n${numbered(text)}`, { cause: error })
  }
}

const numbered = (text: string): string =>
  text
    .split('\n')
    .map((line, place) => `${place + 1}\t${line}`)
    .join('\n')

function judge(section: Section, { text, read, printed, again }: Views, name: string): void {
  const table = read.tables.find(each => each.name === name)!
  assert.equal(hasUnsupported(table), section.notes.unsupported !== undefined)
  if (section.notes.listed === undefined) {
    const listed = listedRules(text, table)
    for (const chain of table.chains)
      for (const rule of chain.rules) assert.equal(printRule(rule, table), listed.get(rule.handle!))
  }
  if (section.notes.reloaded !== undefined) return
  const second = again.tables.filter(each => each.name === name)
  assert.deepEqual(comparable({ tables: second }), comparable({ tables: [table] }), printed)
}

/** Where nft refuses it, or writes JSON of it that can't be read, and it is known why. */
function judgeAlone(room: NftRoom, section: Section): void {
  room.nft(['flush', 'ruleset'])
  try {
    room.nft(['-f', '-'], renamed(section, 't0'))
  } catch (error) {
    assert.ok(error instanceof NftRefusal && section.notes.refused !== undefined, String(error))
    return
  }
  if (section.notes.unread === undefined) judge(section, viewsOf(room, [section]), 't0')
  else
    assert.throws(
      () => decode(room),
      error => isFault(error) && error.code === 'E_RULES_SYNTAX',
    )
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
