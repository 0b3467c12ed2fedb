/**
 * `ports nat type` beside NATs whose behaviour is known, since nft made them so: each must be called what it is. The server
 * is coturn with two addresses.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { SCHEMAS } from '../../../src/faces/cli/schemas/schemas.ts'
import { validate } from '../../../src/faces/cli/schemas/validate.cases.ts'
import { runInLab, whyNoLab } from './lab.ts'
import { SET_UPS } from './nat-type-cases.ts'

interface Outcome {
  readonly status: number
  readonly answer: { readonly items: readonly Record<string, unknown>[] } | null
  readonly err: string
}

const why = whyNoLab('turnserver', 'conntrack')
const skip = why === null ? {} : { skip: why }
let running: Promise<Record<string, Outcome>> | undefined

for (const { name, status, expected } of SET_UPS) {
  test(name, skip, async () => {
    running ??= runInLab<Record<string, Outcome>>('./nat-type-lab.ts', [], 240_000)
    const outcome = (await running)[name]!
    assert.ok(outcome.answer !== null, outcome.err)
    const [item] = outcome.answer.items
    const told = Object.fromEntries(Object.keys(expected).map(key => [key, item![key]]))
    assert.deepEqual(told, expected, JSON.stringify(item))
    assert.equal(outcome.status, status)
    assert.deepEqual(validate(SCHEMAS['nat-type']!, outcome.answer), [])
  })
}
