import assert from 'node:assert/strict'
import test from 'node:test'
import { parseTrial, parseTrialEnd, type Trial, type TrialEnd } from './trial.ts'

const by = { pid: 1, uid: 0, from: 'console tty1' }
const trial: Trial = {
  id: '1-2',
  boot: 'b',
  phase: 'applied',
  what: 'apply rules.nft',
  before: 'table inet portolan {\n}\n',
  begunAt: 1,
  windowMs: 60_000,
  deadline: 61_000,
  by,
  connections: ['18446744073709551615'],
}
const end: TrialEnd = { id: '1-2', what: 'x', outcome: 'rolled-back', reason: 'deadline', endedAt: 9, by }

test('a note is read as it was written', () => {
  assert.deepEqual(parseTrial(JSON.stringify(trial)), trial)
  assert.deepEqual(parseTrial(JSON.stringify({ ...trial, before: null, persist: true })), {
    ...trial,
    before: null,
    persist: true,
  })
  assert.deepEqual(parseTrialEnd(JSON.stringify(end)), end)
})

test('a note that is cut off anywhere, or lacks anything, is none', () => {
  for (const [text, parse] of [
    [JSON.stringify(trial), parseTrial],
    [JSON.stringify(end), parseTrialEnd],
  ] as const) {
    for (let length = 0; length < text.length; length++) assert.equal(parse(text.slice(0, length)), null)
    for (const key of Object.keys(JSON.parse(text))) {
      const { [key]: _, ...rest } = JSON.parse(text) as Record<string, unknown>
      assert.equal(parse(JSON.stringify(rest)), null, key)
    }
  }
  for (const text of ['null', '[]', '"x"', '7']) assert.equal(parseTrial(text), null)
})
