/**
 * A packet's way through a rule set alone, without the host that it is for: which hooks it meets is said, not found out
 * from addresses and routes. Interfaces that aren't named are unknown, and what depends on them depends.
 */
import type { Decision } from '../filter/decision.ts'
import { type EvaluateOptions, MOST_WAYS } from '../filter/evaluate.ts'
import { joinLeaves } from '../filter/join-leaves.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Hook, Ruleset } from '../filter/ruleset.ts'
import {
  type Choices,
  explore,
  type HookResult,
  newTraversal,
  type Traversal,
  walkHook,
} from '../filter/walk/walk.ts'

/** For the machine itself, through it, or made by it. */
export type Way = 'in' | 'through' | 'out'

const HOOKS_OF: Readonly<Record<Way, readonly Hook[]>> = {
  in: ['ingress', 'prerouting', 'input'],
  through: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'],
  out: ['output', 'postrouting', 'egress'],
}

export interface WayAnswer {
  readonly decision: Decision
  readonly packet: Packet
  /** `in` becomes `through` where a rule gave the packet another destination. */
  readonly way: Way
}

export function decideOnWay(
  ruleset: Ruleset,
  way: Way,
  packet: Packet,
  surroundings: Surroundings,
  options: EvaluateOptions = {},
): WayAnswer {
  const { leaves, complete } = explore(
    choices => walkWay(ruleset, way, packet, surroundings, choices, options),
    options.ways ?? MOST_WAYS,
  )
  const decision = joinLeaves(
    leaves.map(({ choices, result: { result, t } }) => ({ choices, result, walk: t.steps })),
    complete,
  )
  const first = leaves[0]!.result
  return { decision, packet: first.t.packet, way: first.way }
}

function walkWay(
  ruleset: Ruleset,
  asked: Way,
  packet: Packet,
  surroundings: Surroundings,
  choices: Choices,
  options: EvaluateOptions,
): { readonly result: HookResult; readonly t: Traversal; readonly way: Way } {
  let way = asked
  let decided: HookResult = { kind: 'accept' }
  const t = newTraversal(
    ruleset,
    HOOKS_OF[way][0]!,
    packet,
    beforeRouting(way, surroundings),
    choices,
    options,
  )
  for (let at = 0; at < HOOKS_OF[way].length; at++) {
    const hook = HOOKS_OF[way][at]!
    // Chains of a device can't be entered without knowing it.
    if ((hook === 'ingress' || hook === 'egress') && deviceAt(t, hook) === undefined) continue
    t.hook = hook
    const result = walkHook(t)
    if (result.kind !== 'accept') return { result, t, way }
    if (result.handedTo !== undefined) return handedOver(t, result)
    if (result.rule !== undefined || (result.policy !== undefined && decided.rule === undefined))
      decided = result
    if (hook === 'prerouting') {
      if (way === 'in' && leadsElsewhere(t, packet)) way = 'through'
      t.surroundings = routed(way, t.surroundings, surroundings)
    }
  }
  return { result: decided, t, way }
}

/** A rule gives it to another device: it leaves by that, through what stands there. */
function handedOver(t: Traversal, result: HookResult): ReturnType<typeof walkWay> {
  t.surroundings = { ...t.surroundings, outputInterface: result.handedTo ?? null }
  t.hook = 'egress'
  const left = result.handedTo == null ? result : walkHook(t)
  return { result: left.kind === 'accept' ? result : left, t, way: 'through' }
}

/** Where it goes isn't decided before routing; what is made here came in by nothing. */
function beforeRouting(way: Way, { outputInterface, ...rest }: Surroundings): Surroundings {
  if (way === 'out') return { ...rest, inputInterface: null, ...(outputInterface ? { outputInterface } : {}) }
  return { ...rest, outputInterface: null }
}

function routed(way: Way, now: Surroundings, { outputInterface }: Surroundings): Surroundings {
  const { outputInterface: _, ...rest } = now
  if (way === 'in') return { ...rest, outputInterface: null }
  return { ...rest, ...(outputInterface ? { outputInterface } : {}) }
}

const deviceAt = ({ surroundings }: Traversal, hook: 'ingress' | 'egress'): string | null | undefined =>
  hook === 'ingress' ? surroundings.inputInterface : surroundings.outputInterface

/** A redirect leads to the machine itself, by an address of its own that a rule set doesn't tell. */
function leadsElsewhere({ packet: { destination } }: Traversal, before: Packet): boolean {
  if (destination === undefined || destination === before.destination) return false
  return typeof destination === 'bigint' ? destination !== 1n : Number(destination) >>> 24 !== 127
}
