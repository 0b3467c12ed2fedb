/** What rules did to sets while a packet passed is there for the next one. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Element, NamedSet, Ruleset } from './ruleset.ts'
import { type ElementChange, withSetChanges } from './set-changes.ts'

const element = (value: number, to?: number): Element => ({
  key: { kind: 'value', value },
  ...(to === undefined ? {} : { value: { kind: 'datum', parts: [{ kind: 'value', value: to }] } }),
})
const set: NamedSet = {
  name: 's',
  key: ['ipv4_addr'],
  mapTo: [],
  flags: ['dynamic'],
  autoMerge: false,
  elements: [element(1), element(2)],
}
const rulesetOf = (one: NamedSet): Ruleset => ({
  tables: [
    {
      family: 'inet',
      name: 't',
      backend: 'nftables',
      dormant: false,
      chains: [],
      sets: [one],
      objects: [],
      flowtables: [],
    },
  ],
})
type Change = Omit<ElementChange, 'set'>

const ROWS: readonly (readonly [name: string, changes: readonly Change[], elements: readonly Element[]])[] = [
  ['a new one', [{ op: 'add', key: [3] }], [element(1), element(2), element(3)]],
  ['one that is there', [{ op: 'add', key: [2] }], [element(1), element(2)]],
  ['one is gone', [{ op: 'delete', key: [1] }], [element(2)]],
  ['one that isn’t there is gone', [{ op: 'delete', key: [9] }], [element(1), element(2)]],
  [
    'there and gone again',
    [
      { op: 'add', key: [3] },
      { op: 'delete', key: [3] },
    ],
    [element(1), element(2)],
  ],
  ['another datum', [{ op: 'add', key: [1], value: [7] }], [element(1, 7), element(2)]],
]

for (const [name, changes, wanted] of ROWS) {
  test(name, () => {
    const after = withSetChanges(
      rulesetOf(set),
      changes.map(change => ({ ...change, set })),
    )
    assert.deepEqual(after.tables[0]!.sets[0]!.elements, wanted)
  })
}

test('without changes it is the same rule set', () => {
  const ruleset = rulesetOf(set)
  assert.equal(withSetChanges(ruleset, []), ruleset)
})

test('a concatenation is found by its parts', () => {
  const pair: NamedSet = {
    ...set,
    elements: [
      {
        key: {
          kind: 'tuple',
          parts: [
            { kind: 'value', value: 1 },
            { kind: 'value', value: 22 },
          ],
        },
      },
    ],
  }
  const changes: ElementChange[] = [{ set: pair, op: 'delete', key: [1, 22] }]
  assert.deepEqual(withSetChanges(rulesetOf(pair), changes).tables[0]!.sets[0]!.elements, [])
})
