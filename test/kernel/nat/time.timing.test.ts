/** Rows about time itself: how long connections are remembered, and that their ports are free then. */
import test from 'node:test'
import { whyNoJudge } from '../filter/kernel.ts'
import { judgeRows } from './judge-rows.ts'
import { TIME } from './rows.ts'

test('time, by the kernel and by the model', { skip: whyNoJudge() ?? false }, t => judgeRows(t, TIME))
