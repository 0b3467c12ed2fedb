/** The table beside a Map, over random additions and removals. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { array, assert as holds, integer, property, record } from 'fast-check'
import { TupleIndex } from './tuple-index.ts'

const word = integer({ min: -2, max: 2 })
const tuple = record({ source: word, destination: word, ports: word, kind: word })
const act = record({ tuple, adds: integer({ min: 0, max: 3 }) })

test('it finds what a Map finds', () => {
  void holds(
    property(array(act, { maxLength: 600 }), acts => {
      const index = new TupleIndex()
      const oracle = new Map<string, number>()
      for (const [i, { tuple: one, adds }] of acts.entries()) {
        const { source, destination, ports, kind } = one
        const key = `${source} ${destination} ${ports} ${kind}`
        if (adds > 0 && !oracle.has(key)) {
          index.add(source, destination, ports, kind, i)
          oracle.set(key, i)
        } else if (adds === 0) {
          index.remove(source, destination, ports, kind)
          oracle.delete(key)
        }
        assert.equal(index.find(source, destination, ports, kind), oracle.get(key) ?? -1)
      }
      assert.equal(index.size, oracle.size)
      for (const [key, value] of oracle) {
        const [source, destination, ports, kind] = key.split(' ').map(Number) as [
          number,
          number,
          number,
          number,
        ]
        assert.equal(index.find(source, destination, ports, kind), value)
      }
    }),
    { numRuns: 60 },
  )
})

test('it grows, and keeps all that it has', () => {
  const index = new TupleIndex()
  for (let i = 0; i < 20_000; i++) index.add(i, -i, i * 3, 6, i)
  for (let i = 0; i < 20_000; i += 3) index.remove(i, -i, i * 3, 6)
  for (let i = 0; i < 20_000; i++) assert.equal(index.find(i, -i, i * 3, 6), i % 3 === 0 ? -1 : i)
})
