/**
 * Address and port translation as a model: NATs by the RFCs, Linux's own as its kernel does it, deterministic plans both
 * ways, and how many addresses a number of hosts needs.
 *
 * Answers for IPv4, Linux's for IPv6, too. Follows RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP), RFC 6888 and RFC 7422 (many behind one),
 * RFC 7857 (what they got wrong).
 */

export type { Host, Route, RoutingRule } from '../path/host.ts'
export { LinuxRouter, type LinuxRouterOptions, type Passing } from '../path/linux-router.ts'
export type { Path } from '../path/path.ts'
export {
  DEPENDENCES,
  type Dependence,
  type NatBehaviour,
  type NatTimers,
  type PortPool,
} from './behaviour.ts'
export {
  type DeterministicPlan,
  hostOfPort,
  type PortRange,
  rangeOfHost,
  sharesOf,
  whyNotDeterministic,
} from './deterministic.ts'
export {
  CONNTRACK_DEFAULTS,
  type ConntrackCounters,
  type ConntrackSettings,
  ConntrackTable,
  type Entry,
  settingsOf,
  TCP_STATES,
} from './linux/linux.ts'
export {
  NatBox,
  type NatBoxOptions,
  type NatLogRecord,
  type NatPacket,
  type Translation,
  type WhyDropped,
} from './nat-box.ts'
export { type NatPlan, type NatPlanRequest, planNat } from './plan/plan.ts'
export { NAT_PROFILES, type NatProfileName } from './profiles.ts'
