/** One stage of a packet's way through a host, and how the packet looks after it. */
import type { Packet } from '../filter/packet.ts'
import type { Hook } from '../filter/ruleset.ts'
import type { HookResult } from '../filter/walk/walk.ts'
import type { RouteAnswer } from './routing.ts'

export type Stage =
  | {
      readonly kind: 'hook'
      readonly hook: Hook
      readonly result: HookResult['kind']
      readonly packet: Packet
    }
  | { readonly kind: 'routing'; readonly route: RouteAnswer; readonly packet: Packet }
