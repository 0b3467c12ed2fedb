/**
 * A program that opens and closes sockets of all sorts by the hundred a second, and keeps a log of them. When its stdin
 * ends it says what there has been, as one line of JSON. Ends after a minute in any case.
 */
import { randomInt } from 'node:crypto'
import {
  AF_INET,
  accept,
  bind,
  close,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  setNumbers,
  socket,
  socketpair,
} from './libc.ts'
import { client, inodeOf, listener, portOf } from './scene.ts'
import { ipAddress } from './socket-address.ts'

export interface ChurnLog {
  readonly pid: number
  readonly opened: number
  /** `protocol localPort peerPort` of every socket that ever was, by inode; ports that are still unknown are 0. */
  readonly ends: readonly (readonly [inode: number, ends: string])[]
  /** Both ports of every connection, from either end. */
  readonly connections: readonly string[]
}

const ADDRESS = '127.0.0.1'
/** Sockets that live on for a while, oldest first. */
const alive: number[] = []
const MOST_ALIVE = 60
const ends: [number, string][] = []
const connections: string[] = []

const timer = setInterval(() => {
  for (let i = 0; i < 5; i++) churn()
}, 10)
const enough = setTimeout(report, 60_000)
process.stdin.on('end', report).resume()
process.stdout.write('churning\n')

function report(): void {
  clearInterval(timer)
  clearTimeout(enough)
  const log: ChurnLog = { pid: process.pid, opened: ends.length, ends, connections }
  process.stdout.write(`${JSON.stringify(log)}\n`, () => process.exit())
}

function churn(): void {
  const server = listener(ADDRESS)
  const port = portOf(server)
  log(server, `tcp ${port} 0`)
  const caller = client(ADDRESS, port)
  const callerPort = portOf(caller)
  log(caller, `tcp ${callerPort} ${port}`)
  connections.push(`${callerPort} ${port}`, `${port} ${callerPort}`)
  const udp = socket(AF_INET, SOCK_DGRAM)
  bind(udp, ipAddress(ADDRESS, 0))
  log(udp, `udp ${portOf(udp)} 0`)
  for (const fd of socketpair(SOCK_STREAM)) {
    log(fd, 'unix 0 0')
    alive.push(fd)
  }
  // Some are never accepted, and some are torn down instead of closed.
  if (randomInt(4) > 0) {
    const called = accept(server)
    log(called, `tcp ${port} ${callerPort}`)
    if (randomInt(2) > 0) setNumbers(called, SOL_SOCKET, SO_LINGER, 1, 0)
    alive.push(called)
  }
  const lone = socket(AF_INET, SOCK_STREAM)
  bind(lone, ipAddress(ADDRESS, 0))
  log(lone, `tcp ${portOf(lone)} 0`)
  alive.push(server, caller, udp, lone)
  while (alive.length > MOST_ALIVE) close(alive.splice(randomInt(alive.length), 1)[0]!)
}

function log(fd: number, text: string): void {
  ends.push([inodeOf(fd), text])
}
