/** The rows of `rows.ts`: what they say is what the kernel does, and what the model says. */
import test from 'node:test'
import { whyNoJudge } from '../filter/kernel.ts'
import { judgeRows } from './judge-rows.ts'
import { BOUNDS, CLOSED, ERRORS, HAIRPIN, PORTS } from './rows.ts'

const skip = whyNoJudge() ?? false

for (const [table, rows] of Object.entries({ PORTS, CLOSED, BOUNDS, ERRORS, HAIRPIN })) {
  test(`${table.toLowerCase()}, by the kernel and by the model`, { skip }, t => judgeRows(t, rows))
}
