/**
 * The mathematics of running out of ports: what a rate of connections holds, what a pool bears, when it is full, and
 * how many are turned away; and plans on paper made of it.
 *
 * Answers for numbers that it is given. Doesn't measure: that is `tools/capacity`. Sources: Little's law, Erlang's loss
 * formula, RFC 9293 section 3.6.1 for TIME_WAIT, and the Linux functions that each file names.
 */
export { erlangB, portsForBlocking } from './erlang-b.ts'
export { type Forecast, forecastOf, type Observation } from './forecast.ts'
export { GATEWAY_NAMES, GATEWAYS, type Gateway, type GatewayName } from './gateways.ts'
export { type CapacityPlan, DEFAULT_RANGE, type PlanRequest, planCapacity } from './plan.ts'
export { isFirstChoice, isOdd, readRange, sizeOf } from './port-search.ts'
export { SNAT_PROBES, snatMissShare, snatUsable } from './snat.ts'
export { heldAt, spreadOf, sustainableRate, withinNoiseOf } from './steady-state.ts'
export { type Filling, heldAfter, holdOf, isBeyond, secondsLeft, TIME_WAIT_SECONDS } from './time-left.ts'
