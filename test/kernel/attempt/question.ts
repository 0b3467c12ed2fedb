/** What the asker is asked, and what it answers. */

import type { Known } from '../../../src/model/known.ts'
import type { NetworkInterface } from '../../../src/model/route.ts'
import type { RouteAnswer } from '../../../src/os/os.ts'
import type { Attempt, Pinged, Received, Seen, Tried } from '../../../src/os/reach.ts'

export interface Question {
  readonly ask: 'attempt' | 'ping' | 'way' | 'state'
  /** `tcp/10.0.2.2:80` of an attempt; else an address. */
  readonly to: string
  readonly from?: string
  readonly fromPort?: number
  readonly device?: string
  readonly hops?: number
  readonly size?: number
  readonly timeoutMs?: number
  /** Said over it, and then listened for so long. */
  readonly say?: string
  readonly listenMs?: number
  /** So many frames are waited for, for half a second. */
  readonly wait?: number
}

export interface Answer {
  readonly outcome?: Tried
  readonly atOnce?: boolean
  readonly ms?: number
  readonly local?: Attempt['local']
  readonly seen?: Seen
  readonly sent?: Tried
  readonly received?: Received | { readonly text: string }
  readonly pinged?: Pinged
  readonly way?: Known<RouteAnswer>
  readonly protocols?: Readonly<Record<string, number>>
  readonly devices?: Readonly<Record<string, { readonly queueDrops: Known<number> }>>
  readonly interfaces?: readonly NetworkInterface[]
}
