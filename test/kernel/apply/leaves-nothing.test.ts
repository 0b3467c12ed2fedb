/** A question leaves nothing behind: no folder for notes, no lock, no file that was only looked at. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { Berth, skip } from './berth.ts'
import { NEW, OLD } from './scenery.ts'

const QUESTIONS: readonly (readonly string[])[] = [
  ['show'],
  ['status'],
  ['open', '443', '--dry-run'],
  ['close', '443', '--dry-run'],
  ['apply', 'NEW', '--dry-run'],
  ['apply', 'NEW', '--dry-run', '--persist'],
]

test('what is only asked or planned leaves nothing in /run', { skip }, async () => {
  const berth = await Berth.open()
  try {
    await berth.load(OLD)
    const own = await berth.own()
    const rules = berth.file('new.nft', NEW)
    for (const words of QUESTIONS) {
      const { status, err } = await berth.fw(...words.map(word => (word === 'NEW' ? rules : word)))
      assert.equal(status, 0, `${words.join(' ')}: ${err}`)
      assert.equal(await berth.must('find', '/run', '-mindepth', '1'), '', words.join(' '))
    }
    // A text that nft refuses, too.
    const wrong = await berth.fw(
      'apply',
      berth.file('wrong.nft', NEW.replace('accept', 'acept')),
      '--dry-run',
    )
    assert.equal(wrong.status, 2, wrong.err)
    assert.equal(await berth.must('find', '/run', '-mindepth', '1'), '')
    assert.equal(await berth.own(), own)
  } finally {
    await berth.close()
  }
})
