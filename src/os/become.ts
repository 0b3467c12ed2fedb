/** To become another program. Interfaces only. */
import type { KeptSocket } from './bind-request.ts'

export interface BecomeRequest {
  /** The program, as a path or a name that is looked for in `PATH` of `env`. */
  readonly program: string
  readonly words: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Made to listen and handed over as descriptor 3, the first after standard error (sd_listen_fds(3)). */
  readonly listener?: KeptSocket
}
