/** A journey as one stretch of it sees it: the packet at this point, and what can be done with it. */
import type { Hook } from '../filter/ruleset.ts'
import type { Inserted, Traversal } from '../filter/walk/walk.ts'
import type { Host } from './host.ts'
import type { RouteAnswer } from './routing.ts'

export interface Passing {
  readonly t: Traversal
  readonly host: Host
  /** The device that somebody said it leaves by. */
  readonly wantedOut: string | undefined
  /** Whether it gets through the chains of the hook. */
  pass(hook: Hook, inserted?: Inserted): boolean
  /** The way for where it goes now. */
  wayOf(inputInterface: string): RouteAnswer
  leaveBy(device: string): void
  /** Assumed, one way and the other. */
  suppose(what: string): boolean
  /** One of a bridge's ports: each is looked at, where rules may tell them apart. Undefined of none. */
  choosePort(bridge: string, ports: readonly string[]): string | undefined
}
