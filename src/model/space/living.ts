/** What a space that lives has and a space that judges hasn't: chance and age. */
import type { Draw } from './draw-port.ts'
import type { TimeWait } from './space-socket.ts'

export interface Living {
  /** From 0 up to and without 1: ports are drawn instead of all that might be chosen being told. */
  readonly draw: Draw
  /** Whether connect()'s search may take a port from that TIME_WAIT (`tcp_tw_reuse`); never when left out. */
  mayTake?(old: TimeWait): boolean
}
