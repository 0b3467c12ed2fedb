/**
 * What hosts that are seen say of a flow: its way through all of them and back, where it is stopped, who takes what arrives.
 *
 * Answers by their rules, routes, neighbours and sockets as they are, without sending anything.
 */
export { followedBy } from './follow-way.ts'
export { type Stopped, stoppedAt } from './stopped-at.ts'
