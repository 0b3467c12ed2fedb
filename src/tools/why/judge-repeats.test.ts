import assert from 'node:assert/strict'
import test from 'node:test'
import { judgeRepeats, type Repeats } from './judge-repeats.ts'

type Row = readonly [
  name: string,
  first: Repeats['first'],
  /** a answered, s silent, f failed, u unable. */
  same: string,
  small: string,
  claims: readonly string[],
  again?: number,
]
const ENDS = { a: 'answered', s: 'silent', f: 'failed', u: 'unable' } as const
const ends = (letters: string): Repeats['same'] =>
  [...letters].map(letter => ENDS[letter as keyof typeof ENDS])

const ROWS: readonly Row[] = [
  ['all are silent', 'silent', 'ssssssss', 'ss', ['reuseport-sibling excluded']],
  [
    'small ones alone are answered',
    'silent',
    'ssssssss',
    'aa',
    [
      'mtu-black-hole proven',
      'silent excluded',
      'process-stopped excluded',
      'reuseport-sibling excluded',
      'data-lost excluded',
      'deferred-accept excluded',
    ],
  ],
  ['one small one of two', 'silent', 'ssssssss', 'as', ['reuseport-sibling excluded']],
  ['small ones can’t be asked for', 'silent', 'ssssssss', 'uu', ['reuseport-sibling excluded']],
  [
    'some are answered, and the first was not',
    'silent',
    'asasasas',
    'as',
    ['reuseport-sibling likely', 'silent excluded', 'process-stopped excluded', 'deferred-accept excluded'],
  ],
  [
    'some are silent, and the first was not',
    'answered',
    'aaasaa',
    '',
    ['reuseport-sibling likely', 'silent excluded', 'process-stopped excluded', 'deferred-accept excluded'],
  ],
  ['all are answered', 'answered', 'aaaaaa', '', ['reuseport-sibling excluded']],
  [
    'all but the first are answered',
    'silent',
    'aaaaaaaa',
    'aa',
    ['silent excluded', 'process-stopped excluded', 'deferred-accept excluded'],
  ],
  [
    'some are silent, and others sent again',
    'answered',
    'aasaas',
    '',
    [
      'loss likely',
      'silent excluded',
      'process-stopped excluded',
      'deferred-accept excluded',
      'data-lost excluded',
    ],
    3,
  ],
  ['all are silent, and sent again', 'silent', 'ssssssss', 'ss', ['reuseport-sibling excluded'], 10],
  ['others are turned away', 'answered', 'ffffff', '', []],
]
for (const [name, first, same, small, claims, again = 0] of ROWS)
  test(name, () => {
    const judged = judgeRepeats({ first, same: ends(same), small: ends(small), again, spoken: 'HTTP' })
    assert.deepEqual(
      judged.claims.map(({ code, is }) => `${code} ${is}`),
      claims,
      judged.says,
    )
  })
