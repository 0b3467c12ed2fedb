/** Values for completion that come from the running host: the ports that somebody listens on, and who. */
import { SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { OS } from '../../os/os.ts'
import type { Candidate } from './complete.ts'
import type { CliContext } from './context.ts'

/** A person waits with a finger on the key: names that take longer than this are left out. */
const PATIENCE_MS = 25
const MOST = 200

/** Listening ports that begin with `partial`, ascending. Empty where the host can't tell. */
export async function livePorts(context: CliContext, partial: string): Promise<readonly Candidate[]> {
  let os: OS | undefined
  try {
    os = await context.openOS()
    const listeners = await listening(os, partial)
    const names = await processNames(
      os,
      [...listeners.values()].flatMap(listener => listener.inodes),
    )
    return [...listeners]
      .sort(([a], [b]) => a - b)
      .slice(0, MOST)
      .map(([port, { protocols, inodes }]) => {
        const holders = new Set(inodes.flatMap(inode => names.get(inode) ?? []))
        return { text: String(port), brief: [[...protocols].join(' '), ...holders].join(' ') }
      })
  } catch {
    return [] // completion has nobody to tell about failures
  } finally {
    await os?.close()
  }
}

interface Listener {
  readonly protocols: Set<string>
  readonly inodes: number[]
}

async function listening(os: OS, partial: string): Promise<Map<number, Listener>> {
  const ports = new Map<number, Listener>()
  const query = { protocols: ['tcp', 'udp'], states: ['listen', 'bound'] } as const
  for await (const batch of os.sockets(query)) {
    for (let row = 0; row < batch.length; row++) {
      const port = batch.localPort[row]!
      if (port === 0 || !String(port).startsWith(partial)) continue
      const listener = ports.get(port) ?? { protocols: new Set(), inodes: [] }
      ports.set(port, listener)
      listener.protocols.add(SOCKET_PROTOCOLS[batch.protocol[row]!]!)
      listener.inodes.push(batch.inode[row]!)
    }
  }
  return ports
}

/** What holds each inode, as far as it can be found out in time. */
async function processNames(
  os: OS,
  inodes: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, string[]>()
  if (inodes.length === 0) return found
  try {
    const holders = await os.owners({ inodes: new Set(inodes) }, { signal: deadline(os) })
    const processes = await os.processes([...new Set(holders.pid.subarray(0, holders.length))])
    for (let i = 0; i < holders.length; i++) {
      const holder = processes.get(holders.pid[i]!)
      if (holder?.known !== true) continue
      const inode = holders.inode[i]!
      found.set(inode, [...(found.get(inode) ?? []), holder.value.name])
    }
  } catch {
    // too slow or not allowed: the ports alone are worth having
  }
  return found
}

/** A walk that never yields can't hear a timer, but it asks its signal: this one looks at the clock when asked. */
function deadline(os: OS): AbortSignal {
  const controller = new AbortController()
  const end = os.clock.monotonic() + PATIENCE_MS
  const { signal } = controller
  return Object.defineProperty(signal, 'throwIfAborted', {
    value() {
      if (os.clock.monotonic() > end) controller.abort()
      AbortSignal.prototype.throwIfAborted.call(signal)
    },
  })
}
