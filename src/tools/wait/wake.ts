/** When to look again: at once when a socket of the port has ended, where the host tells; else after a pause. */
import type { OS } from '../../os/os.ts'

export interface Wake {
  /** Fulfilled at the next end of a socket with that port. */
  next(): Promise<void>
  stop(): void
}

export function wakeOf(os: OS, port: number, signal: AbortSignal): Wake {
  const stop = new AbortController()
  let wake = (): void => {}
  let missed = false
  const listen = async (): Promise<void> => {
    for await (const columns of os.endings({ signal: AbortSignal.any([signal, stop.signal]) })) {
      if (!columns.localPort.subarray(0, columns.length).includes(port)) continue
      missed = true
      wake()
    }
  }
  // A host that can't tell endings is looked at after pauses, as all others are.
  listen().catch(() => {})
  return {
    async next() {
      if (!missed)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      missed = false
    },
    stop: () => stop.abort(),
  }
}

const FIRST_MS = 20
const GROWTH = 1.5

/** Pauses grow from 20 ms by a half each time, up to `most` milliseconds. */
export const nextLook = (attempts: number, most: number): number =>
  Math.min(most, FIRST_MS * GROWTH ** Math.min(attempts - 1, 30))
