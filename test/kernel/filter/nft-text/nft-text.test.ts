/**
 * The parser of nft's language beside nft and the kernel: a file is loaded, and what we make of the file, of nft's listing
 * of it in several ways, and of nft's JSON is the same rule set.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test, { describe } from 'node:test'
import { decodeNftJson } from '../../../../src/wire/nft-json/nft-json.ts'
import { parseNftText } from '../../../../src/wire/nft-text/nft-text.ts'
import { corpusFiles, sectionsOf } from '../corpus-sections.ts'
import { whyNoRoom } from '../nft-room.ts'
import { asHeld } from './as-held.ts'
import type { Answer } from './ask-nft.ts'
import { HAND_WRITTEN } from './hand-written.ts'
import { QUIRKS } from './known-quirks.ts'
import { askNft } from './nft-asked.ts'
import { CASES, type Case } from './rule-tables.ts'

const skip = whyNoRoom() ?? false

describe('rules, one of each kind', { skip }, () => {
  judgeAll(CASES, answer => assert.equal(answer.refused, undefined))
})

describe('files as people write them', { skip }, () => {
  judgeAll(HAND_WRITTEN, answer => assert.equal(answer.refused, undefined))
})

describe('the corpus', { skip }, () => {
  const cases = corpusFiles()
    .flatMap(sectionsOf)
    .filter(({ notes }) => notes.refused === undefined && notes.unread === undefined)
  assert.ok(cases.length >= 150)
  judgeAll(cases, answer => assert.equal(answer.refused, undefined))
})

/** Examples delete a table that isn't there. */
const loadable = (text: string): string => text.replace(/^delete table (\w+)$/m, 'add table $1\n$&')

/** Examples that come with nft itself. */
const EXAMPLES = '/usr/share/doc/nftables/examples'

describe('the examples of nftables', { skip }, () => {
  const files = readdirSync(EXAMPLES).filter(name => name.endsWith('.nft') && name !== 'all-in-one.nft')
  const cases = files.map(name => ({ name, text: loadable(readFileSync(`${EXAMPLES}/${name}`, 'utf8')) }))
  const refused: string[] = []
  judgeAll(cases, (answer, { name }) => {
    if (answer.refused !== undefined) refused.push(name)
  })
  // load_balancing.nft has a nat chain before conntrack, secmark.nft needs SELinux.
  test('but two load here', () => assert.deepEqual(refused.sort(), ['load_balancing.nft', 'secmark.nft']))
})

test('each quirk of nft is of a case that there is', () => {
  const names = new Set([...CASES, ...corpusFiles().flatMap(sectionsOf)].map(({ name }) => name))
  assert.deepEqual(
    Object.keys(QUIRKS).filter(name => !names.has(name)),
    [],
  )
})

function judgeAll(cases: readonly Case[], loaded: (answer: Answer, of: Case) => void): void {
  const answers = skip === false ? askNft(cases.map(({ text }) => ({ text }))) : []
  for (const [at, each] of cases.entries())
    test(each.name, () => {
      const answer = answers[at]!
      loaded(answer, each)
      if (answer.refused === undefined) judge(each, answer)
    })
}

const SERVICES: Readonly<Record<string, number>> = { ssh: 22, domain: 53, http: 80, https: 443 }

const read = (text: string) => parseNftText(text, { serviceNumber: name => SERVICES[name] }).ruleset

function judge({ name, text }: Case, { listings, json }: Answer): void {
  const written = read(text)
  const quirk = QUIRKS[name]?.of
  if (quirk === 'listing') return
  for (const { way, text: listing } of listings) {
    if (quirk === 'json' && way.includes('-n')) continue
    const counts = way.includes('-s')
    assert.deepEqual(asHeld(read(listing), { counts }), asHeld(written, { counts }), way.join(' '))
  }
  // Chains without names are no JSON.
  if (quirk === 'json' || /(?:jump|goto) \{/.test(listings[0]!.text)) return
  const decoded = decodeNftJson(json).ruleset
  assert.deepEqual(asHeld(read(listings[0]!.text), { json: true }), asHeld(decoded, { json: true }), json)
}
