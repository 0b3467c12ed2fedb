/** What is said twice of one place is told once, with the evidence of both. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { rank } from './rank.ts'
import { type Claim, Suspects } from './suspects.ts'
import { toldOnce } from './told-once.ts'

const claim = (
  code: Claim['code'],
  is: Claim['is'],
  host: string,
  more: Partial<Claim['where']> = {},
): Claim => ({
  code,
  is,
  because: `said of ${host}`,
  where: { host, ...more },
  evidence: [{ source: host, says: 'seen' }],
})

const ROWS: readonly (readonly [name: string, claims: readonly Claim[], told: readonly string[]])[] = [
  [
    'an attempt’s, and that of a look at the target',
    [
      claim('reuseport-sibling', 'likely', '192.0.2.1'),
      claim('reuseport-sibling', 'proven', 'sv', { stage: 'socket' }),
    ],
    ['reuseport-sibling proven sv: sv, 192.0.2.1'],
  ],
  [
    'the surer stays, whatever it is told of',
    [claim('reuseport-sibling', 'likely', '192.0.2.1'), claim('reuseport-sibling', 'possible', 'sv')],
    ['reuseport-sibling likely 192.0.2.1: 192.0.2.1', 'reuseport-sibling possible sv: sv'],
  ],
  [
    'of another host',
    [claim('filter-drop', 'likely', '192.0.2.1'), claim('filter-drop', 'likely', 'ro', { stage: 'forward' })],
    ['filter-drop likely 192.0.2.1: 192.0.2.1', 'filter-drop likely ro: ro'],
  ],
  [
    'two rules of one host',
    [
      claim('filter-drop', 'likely', 'sv', { stage: 'input', rule: 'a' }),
      claim('filter-drop', 'likely', 'sv', { stage: 'output', rule: 'b' }),
    ],
    ['filter-drop likely sv: sv', 'filter-drop likely sv: sv'],
  ],
]

for (const [name, claims, told] of ROWS)
  test(name, () => {
    const suspects = new Suspects()
    for (const one of claims) suspects.claim('test', one, '192.0.2.1')
    assert.deepEqual(
      toldOnce(rank(suspects.left), ['sv'], ['192.0.2.1']).map(
        ({ code, certainty, where: { host }, evidence }) =>
          `${code} ${certainty} ${host}: ${evidence.map(({ source }) => source).join(', ')}`,
      ),
      told,
    )
  })
