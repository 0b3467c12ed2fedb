/**
 * The commands about sockets against golden files, `test/golden/commands/*.golden`. To add one, write what stands
 * above its line of dashes; PORTOLAN_UPDATE_GOLDEN=1 writes the rest, to be read before it is committed.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { MACHINES } from '../../../test/golden/machines.ts'
import { formatGolden, type GoldenCase, parseCase, runCase, wordsOf } from './golden.cases.ts'
import { displayWidth } from './render/width.ts'
import { wrongWithJson } from './schemas/wrong-with-json.cases.ts'

const FOLDER = new URL('../../../test/golden/commands/', import.meta.url)
const update = process.env.PORTOLAN_UPDATE_GOLDEN === '1'

/** All that `clean` takes away, but the ends of lines and the tabs between plain fields. */
const UNSAFE = /(?![\t\n]|\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** What may be copied stays in one piece. */
const COPIED = /^ {2}(?:command|folder) {2}|^ {2}\w+(?: \S+)+$/

/** Events, and what was asked for whole, are not fitted to a terminal. */
const UNFITTED: ReadonlySet<string> = new Set(['--wide', 'watch'])

const files = readdirSync(FOLDER).filter(file => file.endsWith('.golden'))
const cases = new Map<string, GoldenCase>()

for (const file of files) {
  const url = new URL(file, FOLDER)
  const golden = readFileSync(url, 'utf8')
  const asked = parseCase(golden)
  cases.set(file, asked)
  let running: ReturnType<typeof runCase> | undefined
  const outcome = () => {
    running ??= runCase(asked)
    return running
  }

  test(`${file}: ${asked.command}`, async () => {
    const text = formatGolden(asked, await outcome())
    if (update) writeFileSync(url, text)
    else assert.equal(text, golden)
  })

  test(`${file} lets nothing through that could drive a terminal`, async () => {
    const { out, err } = await outcome()
    for (const text of [out, err]) assert.doesNotMatch(withoutStyles(text, asked), UNSAFE)
  })

  if (isJson(asked)) {
    test(`${file} is as the schema of its document says`, async () => {
      assert.deepEqual(wrongWithJson((await outcome()).out), [])
    })
  } else if (asked.terminal !== null && !wordsOf(asked.command).some(word => UNFITTED.has(word))) {
    test(`${file} fits into ${asked.terminal} columns`, async () => {
      for (const line of withoutStyles((await outcome()).out, asked).split('\n'))
        assert.ok(displayWidth(line) <= asked.terminal! || COPIED.test(line), line)
    })
  }
}

test('every machine is used', () => {
  const used = new Set(Array.from(cases.values(), ({ machine }) => machine))
  assert.deepEqual(
    Object.keys(MACHINES),
    Object.keys(MACHINES).filter(name => used.has(name)),
  )
})

test('no two golden files ask the same', () => {
  const asked = Array.from(cases.values(), one => JSON.stringify(one))
  assert.equal(new Set(asked).size, asked.length)
})

/** Our own styles (ECMA-48 section 8.3.117), where styles may be. */
const withoutStyles = (text: string, { terminal, env }: GoldenCase): string =>
  terminal === null && env.FORCE_COLOR === undefined ? text : text.replace(/\x1b\[[\d;]*m/g, '')

function isJson({ command }: GoldenCase): boolean {
  return /--json| -o (?:nd)?json/.test(command)
}
