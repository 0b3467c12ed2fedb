/**
 * What is said of the target's host by its name takes the place of what an attempt alone had said of its address: it is the same
 * suspect, seen better.
 */
import type { Inquiry } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import type { ReadView } from '../view.ts'
import { targetViews } from './arrivals.ts'

export function sharpened(inquiry: Inquiry, view: ReadView, claims: readonly Claim[]): readonly Claim[] {
  if (!targetViews(inquiry).includes(view)) return claims
  const said = new Set(claims.filter(({ is }) => is === 'proven' || is === 'likely').map(({ code }) => code))
  return [
    ...[...said].map(
      (code): Claim => ({
        code,
        is: 'excluded',
        because: `it is told of ${view.label} itself`,
        where: { host: inquiry.address },
      }),
    ),
    ...claims,
  ]
}
