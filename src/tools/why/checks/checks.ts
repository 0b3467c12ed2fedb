/** The checks, in the order in which they run. */
import type { AddressCheck, Check, NameCheck, WholeCheck } from '../check.ts'
import { attemptCheck } from './attempt.ts'
import { conversation } from './conversation.ts'
import { farCounters } from './far-counters.ts'
import { farWay } from './far-way.ts'
import { listenerState } from './listener-state.ts'
import { localhostFamily } from './localhost-family.ts'
import { lookUp } from './look-up.ts'
import { otherSources } from './other-sources.ts'
import { outcome } from './outcome.ts'
import { plainTarget } from './plain-target.ts'
import { route } from './route.ts'
import { targetListener } from './target-listener.ts'
import { tls } from './tls.ts'

export const NAME_CHECKS: readonly NameCheck[] = [lookUp]

export const ADDRESS_CHECKS: readonly AddressCheck[] = [
  // before
  plainTarget,
  route,
  // attempt
  attemptCheck,
  // after
  outcome,
  conversation,
  tls,
  farCounters,
  farWay,
  targetListener,
  listenerState,
]

export const WHOLE_CHECKS: readonly WholeCheck[] = [localhostFamily, otherSources]

/** All of them, for documentation and tests. */
export const CHECKS: readonly Check[] = [...NAME_CHECKS, ...ADDRESS_CHECKS, ...WHOLE_CHECKS]
