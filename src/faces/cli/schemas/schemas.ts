/** Every document that the command writes, by name. */
import { canBind } from './can-bind.ts'
import { capacity, plan } from './capacity.ts'
import { events } from './events.ts'
import { explanation } from './explanation.ts'
import { fault } from './fault.ts'
import { fwDiff, fwExplain, fwFind, fwLint, fwShow, fwTest } from './firewall.ts'
import { firewallChange } from './firewall-change.ts'
import { firewallRules } from './firewall-rules.ts'
import { forward, forwardPlan, listen } from './forward.ts'
import { leases } from './leases.ts'
import { names, registry } from './names.ts'
import { nat, natEvents, natRules, natSources, natType } from './nat.ts'
import { natPlan } from './nat-plan.ts'
import type { Schema } from './parts.ts'
import { platform } from './platform.ts'
import { scan, scanPlan } from './scan.ts'
import { self } from './self.ts'
import { counts, rates, sockets, tallies } from './sockets.ts'
import { ended, stop, wait } from './stop.ts'
import { trace } from './trace.ts'
import { why } from './why.ts'

export const SCHEMAS: Readonly<Record<string, Schema>> = Object.freeze({
  sockets,
  explanation,
  events,
  counts,
  tallies,
  rates,
  capacity,
  plan,
  'nat-plan': natPlan,
  names,
  registry,
  leases,
  platform,
  'can-bind': canBind,
  stop,
  ended,
  wait,
  scan,
  'scan-plan': scanPlan,
  'fw-show': fwShow,
  'fw-test': fwTest,
  'fw-explain': fwExplain,
  'fw-find': fwFind,
  'fw-lint': fwLint,
  'fw-diff': fwDiff,
  forward,
  'forward-plan': forwardPlan,
  listen,
  trace,
  why,
  'firewall-change': firewallChange,
  'firewall-rules': firewallRules,
  nat,
  'nat-events': natEvents,
  'nat-rules': natRules,
  'nat-sources': natSources,
  'nat-type': natType,
  self,
  fault,
})
export const SCHEMA_NAMES: readonly string[] = Object.keys(SCHEMAS)
