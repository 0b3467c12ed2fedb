/** The suspects of an outcome's row, by where each stands: on this host, at who sent the error, at the target, on the way. */
import type { RowSuspect } from './outcomes.ts'

export const here = (code: RowSuspect['code'], is: RowSuspect['is'], stage?: string): RowSuspect => ({
  code,
  is,
  at: 'here',
  ...(stage === undefined ? {} : { stage }),
})
export const sender = (
  code: RowSuspect['code'],
  is: RowSuspect['is'],
  leg?: RowSuspect['leg'],
): RowSuspect => ({
  code,
  is,
  at: 'sender',
  ...(leg === undefined ? {} : { leg }),
})
export const target = (
  code: RowSuspect['code'],
  is: RowSuspect['is'],
  leg?: RowSuspect['leg'],
): RowSuspect => ({
  code,
  is,
  at: 'target',
  ...(leg === undefined ? {} : { leg }),
})
export const way = (code: RowSuspect['code'], is: RowSuspect['is']): RowSuspect => ({ code, is, at: 'way' })
