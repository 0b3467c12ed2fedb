/** What goes wrong with names, made to go wrong: resolvers of ours in a namespace, and the system's own library that asks them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { runInLab, whyNoLab } from '../nat/lab.ts'
import { NAME_ROWS } from './names-cases.ts'

interface Outcome {
  readonly status: number
  readonly err: string
  readonly answer: {
    readonly verdict: string
    readonly says: string
    readonly causes: readonly { readonly code: string; readonly certainty: string }[]
    readonly ms: number
  } | null
}

const why = whyNoLab()
const skip = why === null ? {} : { skip: why }
let running: Promise<Record<string, Outcome>> | undefined

for (const { name, verdict, first, healthy, says, below } of NAME_ROWS)
  test(name, skip, async () => {
    running ??= runInLab<Record<string, Outcome>>('../names/names-lab.ts', [], 240_000)
    const outcome = (await running)[name]!
    assert.ok(outcome.answer !== null, outcome.err)
    const { causes, ms } = outcome.answer
    const text = JSON.stringify(outcome.answer, null, 1)
    assert.equal(outcome.answer.verdict, verdict, text)
    const codes = causes.map(({ code, certainty }) => `${code} ${certainty}`)
    if (first !== undefined) assert.equal(codes[0], first, text)
    if (healthy) assert.deepEqual(codes, [], text)
    if (says !== undefined) assert.match(text, says)
    if (below !== undefined) assert.ok(ms < below, `${ms} ms`)
  })
