import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QUANTITIES, type Quantity, readQuantity, writeQuantity } from './quantity.ts'

const ROWS: readonly [kind: Quantity, text: string, value: number | undefined][] = [
  ['duration', '0', 0],
  ['duration', '50ms', 50],
  ['duration', '0.25ms', 0.25],
  ['duration', '10s', 10_000],
  ['duration', '5m', 300_000],
  ['duration', '1.5h', 5_400_000],
  ['duration', '2d', 172_800_000],
  ['duration', '60', undefined],
  ['duration', '1w', undefined],
  ['duration', '1M', undefined],
  ['duration', '-1s', undefined],
  ['duration', '1e3s', undefined],
  ['duration', '1h30m', undefined],
  ['duration', '99999999999d', undefined],
  ['bytes', '0', 0],
  ['bytes', '1500', 1500],
  ['bytes', '1k', 1000],
  ['bytes', '1K', 1000],
  ['bytes', '1kB', 1000],
  ['bytes', '64Ki', 65_536],
  ['bytes', '64ki', 65_536],
  ['bytes', '1MiB', 1_048_576],
  ['bytes', '1.5M', 1_500_000],
  ['bytes', '1G', 1e9],
  ['bytes', '1m', undefined],
  ['bytes', '0.5', undefined],
  ['bytes', '1 M', undefined],
  ['percent', '80%', 80],
  ['percent', '99.5%', 99.5],
  ['percent', '80', undefined],
  ['count', '100', 100],
  ['count', '10k', 10_000],
  ['count', '10%', undefined],
]

for (const [kind, text, value] of ROWS) {
  test(`${kind} ${text} is ${value ?? 'refused'}`, () => assert.equal(readQuantity(kind, text), value))
}

test('law: what is written reads back', () => {
  const text = fc
    .tuple(
      fc.nat({ max: 9_999_999 }),
      fc.option(fc.nat({ max: 999 })),
      fc.constantFrom('ms', 's', 'm', 'h', 'd', 'k', 'Ki', 'M', 'Gi', '%', ''),
    )
    .map(([whole, part, unit]) => `${whole}${part === null ? '' : `.${part}`}${unit}`)
  fc.assert(
    fc.property(fc.constantFrom(...QUANTITIES), text, (kind, given) => {
      const value = readQuantity(kind, given)
      if (value !== undefined) assert.equal(readQuantity(kind, writeQuantity(kind, value)), value)
    }),
    { numRuns: 3000 },
  )
})
