/** The checks, in the order in which they run. */
import type { AddressCheck, Check, NameCheck, WholeCheck } from '../check.ts'
import { again } from './again.ts'
import { answersAgain } from './answers-again.ts'
import { attemptCheck } from './attempt.ts'
import { conversation } from './conversation.ts'
import { datagramPaths } from './datagram-paths.ts'
import { datagrams } from './datagrams.ts'
import { families } from './families.ts'
import { farCounters } from './far-counters.ts'
import { farLater } from './far-later.ts'
import { farWay } from './far-way.ts'
import { fragments } from './fragments.ts'
import { hopSearch } from './hop-search.ts'
import { hostAnswers } from './host-answers.ts'
import { largePackets } from './large-packets.ts'
import { listenerState } from './listener-state.ts'
import { lookUp } from './look-up.ts'
import { nextHop } from './next-hop.ts'
import { onLink } from './on-link.ts'
import { otherSources } from './other-sources.ts'
import { outcome } from './outcome.ts'
import { ownCounters } from './own-counters.ts'
import { ownFilter } from './own-filter.ts'
import { ownLimits } from './own-limits.ts'
import { ownRoute } from './own-route.ts'
import { ownTranslation } from './own-translation.ts'
import { plainTarget } from './plain-target.ts'
import { route } from './route.ts'
import { steadiness } from './steadiness.ts'
import { targetArrival } from './target-arrival.ts'
import { targetListener } from './target-listener.ts'
import { tls } from './tls.ts'

export const NAME_CHECKS: readonly NameCheck[] = [lookUp]

export const ADDRESS_CHECKS: readonly AddressCheck[] = [
  // before
  plainTarget,
  route,
  // attempt
  attemptCheck,
  outcome,
  // after: what was counted during the attempt, before other attempts count as well
  farCounters,
  // errors that come late, and an answer that was lost
  again,
  // what comes after the connection, and of datagrams
  conversation,
  tls,
  answersAgain,
  datagrams,
  fragments,
  // this host
  nextHop,
  ownRoute,
  ownLimits,
  ownTranslation,
  ownFilter,
  ownCounters,
  // what is seen from elsewhere
  farLater,
  datagramPaths,
  farWay,
  onLink,
  targetArrival,
  targetListener,
  listenerState,
  // what others say of themselves
  hostAnswers,
  hopSearch,
  // what takes many packets
  largePackets,
  steadiness,
]

export const WHOLE_CHECKS: readonly WholeCheck[] = [families, otherSources]

/** All of them, for documentation and tests. */
export const CHECKS: readonly Check[] = [...NAME_CHECKS, ...ADDRESS_CHECKS, ...WHOLE_CHECKS]
