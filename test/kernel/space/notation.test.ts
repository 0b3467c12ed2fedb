import assert from 'node:assert/strict'
import test from 'node:test'
import { generate } from './generate.ts'
import { parseLine, parseWanted, printAction, printOutcome } from './notation.ts'
import { PROFILE_NAMES } from './profile.ts'

test('what is printed of an action is read as that action', () => {
  for (const name of PROFILE_NAMES) {
    for (let seed = 0; seed < 50; seed++) {
      for (const action of generate(seed, name).actions) {
        const text = printAction(action)
        assert.deepEqual(parseLine(text), [{ action, wanted: { errno: 'OK' } }], text)
      }
    }
  }
})

const OUTCOMES = [
  [{ errno: 'EADDRINUSE', local: { address: '::', port: 0 } }, 'EADDRINUSE [::]:0'],
  [
    { errno: 'OK', local: { address: '127.0.0.1', port: 9 }, peer: { address: '::1', port: 8 } },
    'OK 127.0.0.1:9 from [::1]:8',
  ],
  [{ errno: 'OK', receiver: null }, 'OK -> nobody'],
  [{ errno: 'OK', receiver: 27 }, 'OK -> b1'],
] as const
for (const [outcome, text] of OUTCOMES) {
  test(`an outcome is written ${text}`, () => assert.equal(printOutcome(outcome), text))
}

test('a row says as much or as little as it wants', () => {
  assert.deepEqual(parseWanted(''), { errno: 'OK' })
  assert.deepEqual(parseWanted('*:8-10'), { errno: 'OK', ports: [8, 9, 10] })
  assert.deepEqual(parseWanted('[::1]:{8,10} -> a|nobody'), {
    errno: 'OK',
    address: '::1',
    ports: [8, 10],
    receivers: [0, null],
  })
})

for (const text of ['a', 'a jump', 'a set RX', 'a +RX', 'a shutdown all', '7 listen', 'a bind 127.0.0.1']) {
  test(`"${text}" is refused`, () => assert.throws(() => parseLine(text)))
}
test('an outcome that says nothing we know is refused', () =>
  assert.throws(() => parseLine('a listen = maybe')))
