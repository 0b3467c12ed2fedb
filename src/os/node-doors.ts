/** Node's own sockets as the doors that passing on and listening need. */
import { createSocket } from 'node:dgram'
import { createConnection, createServer } from 'node:net'
import { nodeReach } from './node-reach.ts'
import type { Doors } from './relay-doors.ts'

/** Silent so long, a peer is asked whether it is still there (tcp(7), TCP_KEEPIDLE), milliseconds. */
const KEEP_ALIVE_MS = 60_000

export const nodeDoors: Doors = {
  server: (options, onConnection) =>
    createServer({ ...options, keepAliveInitialDelay: KEEP_ALIVE_MS }, onConnection),
  stream: options => createConnection({ ...options, keepAliveInitialDelay: KEEP_ALIVE_MS }),
  packets: options => createSocket(options),
  resolve: name => nodeReach.resolve(name),
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
