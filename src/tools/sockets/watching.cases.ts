/** A watch that is turned by hand, and its events as text, for tests of what it tells. */
import type { HolderDescription, MemoryOS, SocketDescription } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import type { SocketItem } from './item.ts'
import { type WatchEvent, type WatchRequest, watch } from './watch.ts'

export const INTERVAL = 1000

export const listen = (port: number, ...by: (number | HolderDescription)[]): SocketDescription => ({
  listen: `tcp 0.0.0.0:${port}`,
  by: by.length === 0 ? 812 : by,
})

export const flow = (port: number, rest: object = {}): SocketDescription => ({
  established: `tcp 10.0.0.7:${port} > 10.0.0.9:443`,
  by: 812,
  tcp: { bytesAcked: 7 },
  ...rest,
})

export interface Watching {
  /** All so far. */
  readonly events: readonly WatchEvent[]
  /** As texts, those that have not been told yet. */
  told(): string[]
  /** Lets one interval pass, or that many milliseconds, and gives what is told then. */
  turn(ms?: number): Promise<string[]>
  stop(reason?: unknown): void
  /** Settles when the watch has ended. */
  readonly ended: Promise<void>
}

/** Begins to watch, and stops after the test. `host` is the machine with the clock; `os` what is watched. */
export async function watching(
  t: { after(done: () => Promise<void>): void },
  host: MemoryOS,
  request: Partial<WatchRequest> = {},
  os: OS = host,
): Promise<Watching> {
  const stop = new AbortController()
  const events: WatchEvent[] = []
  let said = 0
  const ended = (async () => {
    const watched = watch(os, { interval: INTERVAL, services: () => null, signal: stop.signal, ...request })
    for await (const event of watched) events.push(event)
  })()
  t.after(async () => {
    stop.abort()
    await ended.catch(() => {})
  })
  const settled = () => Promise.race([host.clock.whenSomebodySleeps(), ended])
  await settled()
  const told = (): string[] => {
    const texts = events.slice(said).map(text)
    said = events.length
    return texts
  }
  return {
    events,
    told,
    ended,
    stop: reason => stop.abort(reason),
    async turn(ms = INTERVAL) {
      told()
      // What the machine tells of endings arrives first.
      await new Promise(resolve => setImmediate(resolve))
      await host.clock.advance(ms)
      await settled()
      return told()
    },
  }
}

/** `closed established :5 by 812, 7 bytes, unseen` */
function text(event: WatchEvent): string {
  switch (event.type) {
    case 'watching':
    case 'looked':
      return `${event.type} ${event.count}`
    case 'opened':
      return `opened ${socketText(event.socket)}`
    case 'owner-changed':
      return `changed ${socketText(event.socket)}, was ${holders(event.before)}`
    case 'closed': {
      const final = event.final === undefined ? '' : `, ${event.final.bytesAcked} bytes`
      return `closed ${socketText(event.socket)}${final}${event.seen ? '' : ', unseen'}`
    }
  }
}

const socketText = (socket: SocketItem): string =>
  `${socket.state} :${'port' in socket.local ? socket.local.port : ''} by ${holders(socket)}`

const holders = ({ owners, ownersUnknown }: SocketItem): string =>
  owners === null ? String(ownersUnknown) : owners.map(({ pid }) => pid).join(' ')
