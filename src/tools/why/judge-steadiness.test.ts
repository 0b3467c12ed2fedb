/**
 * Losing packets and limiting connections, told apart: RFC 6298 section 2 sends a SYN again after a second; a limit of new connections
 * (nft's `ct state new limit rate`) drops only those, and what is said over one that stands is never sent again.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judgeSteadiness, type Steadiness } from './judge-steadiness.ts'

type Made = Steadiness['made'][number]
const made = (letters: string): readonly Made[] => [...letters].map(letter => MADE[letter]!)
const MADE: Readonly<Record<string, Made>> = {
  a: { end: 'answered', resent: false, late: false, ms: 1 },
  r: { end: 'answered', resent: true, late: false, ms: 1 },
  l: { end: 'answered', resent: false, late: true, ms: 1_020 },
  f: { end: 'failed', resent: false, late: true, ms: 3_400 },
}
const ROWS: readonly (readonly [
  name: string,
  made: string,
  claims: readonly string[],
  more?: Partial<Steadiness>,
])[] = [
  ['all is well', 'aaaaaaaaaa', []],
  ['a limit of new connections', 'alalalal', []],
  ['a limit that is reached for good', 'aaffff', []],
  ['a limit that others before had reached', 'la', [], { before: { made: 2, resent: 0, unsteady: 1 } }],
  ['what is said is said again', 'araraaaaaa', ['loss likely']],
  ['once', 'araaaaaaaa', ['loss possible']],
  ['once, and a second try', 'arlaaaaaaa', ['loss likely']],
  ['once, and once before', 'araaaaaaaa', ['loss likely'], { before: { made: 6, resent: 1, unsteady: 0 } }],
  ['the very first took a second try', 'aaaaaaaaaa', ['loss possible'], { tookAnother: true }],
  ['the very first and another', 'aaalaaaaaa', ['loss likely'], { tookAnother: true }],
  ['all take their time', 'llll', ['slow proven', 'loss excluded'], { first: { ms: 1_010, resent: false } }],
]
for (const [name, letters, claims, more] of ROWS)
  test(name, () => {
    const judged = judgeSteadiness({
      first: { ms: 1, resent: false },
      tookAnother: false,
      before: undefined,
      made: made(letters),
      ...more,
    })
    assert.deepEqual(
      (judged.claims ?? [])
        .filter(({ is, code }) => is !== 'excluded' || code === 'loss')
        .map(({ code, is }) => `${code} ${is}`),
      claims,
      judged.says,
    )
  })

test('who answers some of them isn’t silent, where something was lost', () => {
  const steady = { first: { ms: 1, resent: false }, tookAnother: false, before: undefined }
  const judged = judgeSteadiness({ ...steady, made: made('rar') })
  assert.ok(judged.claims?.some(({ code, is }) => code === 'silent' && is === 'excluded'))
  const healthy = judgeSteadiness({ ...steady, made: made('a') })
  assert.deepEqual(healthy.claims, [])
})
