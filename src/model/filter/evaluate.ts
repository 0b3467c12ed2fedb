/**
 * Whether a packet passes a hook, and which rule decides: every base chain that it meets there, gone through as the kernel
 * does, with the whole walk.
 *
 * What isn't known, or not understood, is taken both ways. If both come to the same, that is the answer; if not, the answer
 * is `depends` or `unsupported`, with the fact and both outcomes. Never a guess.
 *
 * Follows nft_do_chain, nf_hook_slow and nf_nat_inet_fn of Linux 6.18; the running kernel judges it (test/kernel/filter).
 */
import type { Decision } from './decision.ts'
import { joinLeaves } from './join-leaves.ts'
import type { Packet, Surroundings } from './packet.ts'
import type { Hook, Ruleset } from './ruleset.ts'
import { explore, type Layer, newTraversal, type WalkOptions, walkHook } from './walk/walk.ts'

export interface EvaluateOptions extends WalkOptions {
  /** So many ways are looked at, at most, before the answer is that it depends. 512 where absent. */
  readonly ways?: number
  /** `bridge`: the chains of a bridge at the hook. IP's where absent. */
  readonly layer?: Layer
}

export interface Evaluated {
  readonly decision: Decision
  /** As the packet is afterwards. */
  readonly packet: Packet
  readonly surroundings: Surroundings
}

export const MOST_WAYS = 512

export function decideAtHook(
  ruleset: Ruleset,
  hook: Hook,
  packet: Packet,
  surroundings: Surroundings,
  options: EvaluateOptions = {},
): Evaluated {
  const { leaves, complete } = explore(choices => {
    const t = newTraversal(ruleset, hook, packet, surroundings, choices, options)
    t.layer = options.layer ?? 'ip'
    const result = walkHook(t)
    return { result, walk: t.steps, packet: t.packet, surroundings: t.surroundings }
  }, options.ways ?? MOST_WAYS)
  const decision = joinLeaves(
    leaves.map(({ choices, result: { result, walk } }) => ({ choices, result, walk })),
    complete,
  )
  const first = leaves[0]!.result
  return { decision, packet: first.packet, surroundings: first.surroundings }
}
