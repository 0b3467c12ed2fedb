/** The suspects of an outcome's row, by where each stands: on this host, at who sent the error, at the target, on the way. */
import type { RowSuspect } from './outcomes.ts'

export const here = (code: RowSuspect['code'], is: RowSuspect['is'], stage?: string): RowSuspect => ({
  code,
  is,
  at: 'here',
  ...(stage === undefined ? {} : { stage }),
})

type Standing = (code: RowSuspect['code'], is: RowSuspect['is'], leg?: RowSuspect['leg']) => RowSuspect

const standing =
  (at: RowSuspect['at']): Standing =>
  (code, is, leg) => ({ code, is, at, ...(leg === undefined ? {} : { leg }) })

export const sender: Standing = standing('sender')
export const target: Standing = standing('target')
export const way: Standing = standing('way')
