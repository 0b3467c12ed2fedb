/**
 * How long a mapping lasts without a packet from inside (RFC 5780 section 4.6): a second socket has the server answer to the
 * first one's outside port (RESPONSE-PORT), so that nothing from inside keeps that mapping. A packet that comes in may keep
 * it, too, so each length of time has a socket of its own; all wait at once.
 */
import type { Endpoint } from '../../../model/endpoint.ts'
import type { Clock } from '../../../os/os.ts'
import type { Asker } from './asker.ts'
import type { Sockets } from './sites.ts'
import { type Told, told, untold } from './told.ts'

export interface Lifetime {
  /** Seconds after which it was still there; 0: it was gone at the first look. */
  readonly atLeast: number
  /** Seconds after which it was gone; absent: it outlived the longest look. */
  readonly below?: number
}

/** Seconds: close together where NATs have their limits (30 of Linux, 120 of RFC 4787 REQ-5, 300 recommended). */
const RUNGS: readonly number[] = [
  1, 2, 3, 5, 7, 10, 15, 20, 25, 29, 35, 45, 59, 65, 90, 115, 125, 150, 175, 185, 240, 295, 305, 420, 590,
  610, 900, 1790, 1810,
]
/** Milliseconds that one question waits, and how often it is asked. */
const WAIT = 700
const TIMES = 3

/** `longestMs`: of the looks. Takes that long, and two seconds. */
export async function testLifetime(
  sockets: Sockets,
  a1: Endpoint,
  clock: Clock,
  longestMs: number,
  signal?: AbortSignal,
): Promise<Told<Lifetime>> {
  const prober = await sockets.open()
  if ((await prober.ask(a1)) === undefined) return untold('no-answer')
  const control = await sleeper(sockets, a1)
  if (control === undefined) return untold('no-answer')
  if (!(await isAwake(prober, control, a1))) return untold('no-response-port')
  const rungs = RUNGS.filter(seconds => seconds * 1000 <= longestMs)
  const looks = await Promise.all(
    rungs.map(async seconds => {
      const one = await sleeper(sockets, a1)
      if (one === undefined) return undefined
      await clock.sleep(seconds * 1000, signal)
      return isAwake(prober, one, a1)
    }),
  )
  if (looks.includes(undefined)) return untold('no-answer')
  const gone = looks.indexOf(false)
  if (gone === -1) return told({ atLeast: rungs.at(-1) ?? 0 })
  return told({ atLeast: gone === 0 ? 0 : rungs[gone - 1]!, below: rungs[gone]! })
}

interface Sleeper {
  readonly asker: Asker
  readonly outside: Endpoint
}

async function sleeper(sockets: Sockets, a1: Endpoint): Promise<Sleeper | undefined> {
  const asker = await sockets.open()
  const answer = await asker.ask(a1)
  return answer === undefined ? undefined : { asker, outside: answer.mapped }
}

/** Whether what the server sends to its outside port comes in. */
async function isAwake(prober: Asker, { asker, outside }: Sleeper, a1: Endpoint): Promise<boolean> {
  let transaction: Uint8Array | undefined
  for (let i = 0; i < TIMES; i++) {
    transaction = await prober.tell(a1, { responsePort: outside.port }, transaction)
    if ((await asker.hear(transaction, WAIT)) !== undefined) return true
  }
  return false
}
