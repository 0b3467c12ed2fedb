/** Passing on through Node's own streams and datagrams, on any system that it runs on. */
import { nodeDoors } from './node-doors.ts'
import { relayOver } from './relay-over.ts'
import type { RelayOutcome, RelayPlan } from './relay-plan.ts'

export const nodeRelay = (plan: RelayPlan): Promise<RelayOutcome> => relayOver(nodeDoors, plan)
