import assert from 'node:assert/strict'
import test from 'node:test'
import { rank } from './rank.ts'
import { type Claim, Suspects } from './suspects.ts'

const claim = (code: Claim['code'], is: Claim['is'], more: Partial<Claim> = {}): Claim => ({
  code,
  is,
  because: 'it is a test',
  ...more,
})
const after = (...claims: readonly Claim[]): Suspects => {
  const suspects = new Suspects()
  for (const one of claims) suspects.claim('test', one, 'target')
  return suspects
}
const told = (suspects: Suspects): string[] =>
  rank(suspects.left).map(({ code, certainty }) => `${code} ${certainty}`)

const here = (stage: string): Partial<Claim> => ({ where: { host: 'this host', stage } })

const ROWS: readonly (readonly [name: string, claims: readonly Claim[], told: readonly string[]])[] = [
  [
    'the more certain first',
    [claim('nobody-listens', 'possible'), claim('filter-reject', 'likely')],
    ['filter-reject likely', 'nobody-listens possible'],
  ],
  [
    'what blocks first, first',
    [claim('accept-queue-full', 'proven'), claim('no-route', 'proven')],
    ['no-route proven', 'accept-queue-full proven'],
  ],
  [
    'what merely fits is explained by what is proven',
    [claim('accept-queue-full', 'possible'), claim('no-route', 'proven')],
    ['no-route proven'],
  ],
  [
    'but not what stands behind it',
    [claim('neighbour-silent', 'proven'), claim('host-down', 'possible', { behind: 'neighbour-silent' })],
    ['neighbour-silent proven', 'host-down possible'],
  ],
  [
    'nor what blocks nothing',
    [claim('no-route', 'proven'), claim('resolver-slow', 'likely')],
    ['no-route proven', 'resolver-slow likely'],
  ],
  [
    'a weaker hint takes nothing back',
    [claim('no-route', 'likely'), claim('no-route', 'possible')],
    ['no-route likely'],
  ],
  ['an exclusion does', [claim('no-route', 'likely'), claim('no-route', 'excluded')], []],
  [
    'and only proof brings it back',
    [claim('no-route', 'likely'), claim('no-route', 'excluded'), claim('no-route', 'likely')],
    [],
  ],
  [
    'which it does',
    [claim('no-route', 'likely'), claim('no-route', 'excluded'), claim('no-route', 'proven')],
    ['no-route proven'],
  ],
  ['an exclusion alone raises nobody', [claim('no-route', 'excluded')], []],
  [
    'stages of one host are apart',
    [
      claim('filter-drop', 'possible', here('output')),
      claim('filter-drop', 'proven', here('input')),
      claim('filter-drop', 'excluded', here('output')),
    ],
    ['filter-drop proven'],
  ],
  [
    'without a place all of that code are meant',
    [
      claim('filter-drop', 'possible', here('output')),
      claim('filter-drop', 'likely', { where: { host: 'router' } }),
      claim('filter-drop', 'excluded'),
    ],
    [],
  ],
  [
    'a leg of its own puts a filter where it is',
    [
      claim('filter-drop', 'proven', { ...here('input'), leg: 'here-back' }),
      claim('no-return-route', 'proven'),
    ],
    ['no-return-route proven', 'filter-drop proven'],
  ],
]

for (const [name, claims, expected] of ROWS)
  test(name, () => assert.deepEqual(told(after(...claims)), expected))

test('each move is kept, with who made it', () => {
  const suspects = new Suspects()
  suspects.claim('one', claim('no-route', 'possible'), 'here')
  suspects.claim('two', claim('no-route', 'proven'), 'here')
  assert.deepEqual(
    suspects.all[0]!.moves.map(({ check, to }) => `${check} ${to}`),
    ['one possible', 'two proven'],
  )
})

test('words fill titles, and what nobody said is told in general', () => {
  const [said, unsaid] = [
    rank(after(claim('interface-down', 'proven', { words: { device: 'eth7' } })).left)[0]!,
    rank(after(claim('interface-down', 'proven')).left)[0]!,
  ]
  assert.match(said.title, /eth7/)
  assert.doesNotMatch(unsaid.title + unsaid.remedy, /[{}|]/)
})
