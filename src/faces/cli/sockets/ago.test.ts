import assert from 'node:assert/strict'
import test from 'node:test'
import { ago } from './ago.ts'

const [S, MIN, H, D] = [1000, 60_000, 3_600_000, 86_400_000]
const rows: readonly (readonly [ms: number, text: string])[] = [
  [-1, '0 s'],
  [0, '0 s'],
  [999, '0 s'],
  [S, '1 s'],
  [89 * S + 999, '89 s'],
  [90 * S, '1 min'],
  [2 * MIN - 1, '1 min'],
  [89 * MIN + 59 * S, '89 min'],
  [90 * MIN, '1 h'],
  [2 * H - 1, '1 h'],
  [48 * H - 1, '47 h'],
  [48 * H, '2 d'],
  [3 * D - 1, '2 d'],
  [400 * D, '400 d'],
]
for (const [ms, text] of rows) test(`${ms} ms ago is ${text}`, () => assert.equal(ago(ms), text))
