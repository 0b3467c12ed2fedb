import assert from 'node:assert/strict'
import test from 'node:test'
import { parseDuration, parseSeconds } from './duration.ts'

const read: readonly (readonly [text: string, ms: number])[] = [
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2', 2000],
  ['0.5s', 500],
]
for (const [text, ms] of read) test(`${text} is ${ms} ms`, () => assert.equal(parseDuration(text), ms))

for (const text of ['', '0', '0s', '-1s', '1d', 's', '1 s', '1e3', '99999999999', '1.2345s', 'soon']) {
  test(`"${text}" is no length of time`, () => {
    assert.throws(() => parseDuration(text), { code: 'E_DURATION_SYNTAX' })
  })
}

test('seconds are a thousandth of that', () => assert.equal(parseSeconds('1500ms'), 1.5))
