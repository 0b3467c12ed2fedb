/**
 * What other hosts tell: the target's and those between, and this host where it is the target itself.
 *
 * Answers which way a packet takes through all that are seen and how its answer comes back, by their rules, routes, neighbours and
 * bridges; who takes what arrives; what holds a listener back; what each counted during the attempt. Sends nothing. Of a router that
 * nobody sees it is taken that it changes nothing.
 */
export { type Arrival, arrivalDevice, arrivalsAt, targetViews } from './arrivals.ts'
export { followedBy } from './followed-by.ts'
export type { FollowedWay } from './followed-way.ts'
export { type Listening, listenersFor } from './listening.ts'
export { takersOf, unfitOf } from './take-in.ts'
export { beginWatching, movedDuring, movedSince, roleOf, seenFromAfar } from './watching.ts'
