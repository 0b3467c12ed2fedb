/**
 * From where a socket can be reached in effect: its bind address, what rules translate, and what the packet filter lets in,
 * put together.
 *
 * Answers by the rules of this machine. Does not answer for what lies between it and others: routers, the filters of a cloud.
 */

export {
  type Bound,
  type EffectiveExposure,
  effectiveExposure,
  type FilterInEffect,
  judgeOf,
} from './effective-exposure.ts'
export { type Opened, type OpenedPorts, openedPorts } from './opened-ports.ts'
export { type PortQuestion, type RegionAnswer, reachPort } from './reach-port.ts'
export { type Region, regionsOf } from './regions.ts'
