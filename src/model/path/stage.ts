/** One stage of a packet's way through a host, and how the packet looks after it. */
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Hook } from '../filter/ruleset.ts'
import type { HookResult, PlacePassed } from '../filter/walk/walk.ts'
import type { RouteAnswer } from './routing.ts'

export type Stage =
  | {
      readonly kind: 'hook'
      readonly hook: Hook
      readonly result: HookResult['kind']
      /** Every place of the hook, up to the one where it ended. */
      readonly passed: readonly PlacePassed[]
      /** Devices it came in by and goes out by, as far as that is settled. */
      readonly surroundings: Surroundings
      readonly packet: Packet
    }
  | { readonly kind: 'routing'; readonly route: RouteAnswer; readonly packet: Packet }
