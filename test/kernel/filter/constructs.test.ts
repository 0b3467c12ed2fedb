/**
 * The table of constructs is true: complete against nft(8), and each claim against what is done with the corpus.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { generateConstructsDoc } from '../../../scripts/generate-constructs-doc.ts'
import { factsOf, type SectionFacts } from './construct-facts.ts'
import { corpusFiles, type Section, sectionsOf } from './corpus-sections.ts'
import { CONSTRUCTS, OTHER_HEADINGS } from './nft-constructs.ts'

const sections = corpusFiles().flatMap(sectionsOf)
const known = new Map<Section, SectionFacts>()
const facts = (section: Section): SectionFacts => {
  const found = known.get(section) ?? factsOf(section)
  known.set(section, found)
  return found
}

for (const construct of CONSTRUCTS) {
  test(`${construct.manual}: ${construct.what}`, () => {
    const shown = sections.filter(({ name }) => construct.shown.test(name))
    assert.ok(shown.length > 0, 'no section of the corpus shows it')
    // What nft itself refuses for how it is written needn't be read.
    const right = shown.filter(({ notes }) => notes.refused === undefined || /kernel/.test(notes.refused))
    assert.ok(right.length > 0, 'no section that shows it is right')
    const notRead = right.filter(section => !facts(section).text).map(({ name }) => name)
    if (construct.text === undefined) assert.deepEqual(notRead, [])
    else assert.notDeepEqual(notRead, [], 'it is read by now')
    const notEvaluated = right.filter(section => !facts(section).evaluated).map(({ name }) => name)
    if (construct.evaluated === undefined) assert.deepEqual(notEvaluated, [])
    const notInJson = right.filter(
      ({ notes }) => notes.unread !== undefined || notes.unsupported !== undefined,
    )
    if (construct.json === undefined) assert.deepEqual(notInJson, [])
  })
}

test('docs/firewall-constructs.md is what the table says', () => {
  const text = readFileSync(new URL('../../../docs/firewall-constructs.md', import.meta.url), 'utf8')
  assert.equal(text, generateConstructsDoc(), 'run "npm run generate"')
})

const manual = spawnSync('man', ['nft'], {
  encoding: 'utf8',
  env: { ...process.env, MANPAGER: 'cat', MANWIDTH: '200', LC_ALL: 'C', MAN_KEEP_FORMATTING: '' },
})
const hasManual = manual.error === undefined && manual.status === 0

test('every heading of nft(8) is in the table', {
  skip: !hasManual && 'there is no manual of nft here',
}, () => {
  // Overstruck letters are how man writes bold ones.
  const plain = manual.stdout.replace(/.\u0008/g, '')
  const headings = [...plain.matchAll(/^ {3}([A-Z][A-Z0-9 /-]+)$/gm)].map(([, heading]) => heading!)
  assert.ok(headings.length > 50, String(headings.length))
  const rows = new Set([...CONSTRUCTS.map(each => each.manual), ...Object.keys(OTHER_HEADINGS)])
  assert.deepEqual(
    headings.filter(heading => !rows.has(heading)),
    [],
  )
})
