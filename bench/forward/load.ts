/** What goes through a relay while it is timed: one stream of bytes, or many short connections. Both ends are in this process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Command } from '../run.ts'

export interface Passed {
  readonly ms: number
  /** Of the processor, by the relay. */
  readonly cpuMs: number
}

/** Starts a relay towards a fresh port, sends that through it, and ends it. */
export async function through(
  relay: (port: number) => Command,
  serve: (socket: Socket) => void,
  load: (port: number) => Promise<void>,
): Promise<Passed> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  const child = start(relay((server.address() as AddressInfo).port))
  try {
    const port = await portOf(child)
    const before = processorMs(child.pid!)
    const began = performance.now()
    await load(port)
    return { ms: performance.now() - began, cpuMs: processorMs(child.pid!) - before }
  } finally {
    child.kill('SIGKILL')
    await ended(child, server)
  }
}

function start([program, ...words]: Command): ChildProcess {
  return spawn(program!, words, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface(child.stdout!)) return JSON.parse(line).listen[0].port
  throw new Error('the relay never listened')
}

async function ended(child: ChildProcess, server: Server): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  await new Promise(resolve => server.close(resolve))
}

/** So many MiB one way, until the other end has seen the last of them. */
export const bytes =
  (mebibytes: number) =>
  async (port: number): Promise<void> => {
    const chunk = Buffer.alloc(1024 * 1024)
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.resume()
    for (let i = 0; i < mebibytes; i++) if (!socket.write(chunk)) await once(socket, 'drain')
    socket.end()
    await once(socket, 'close')
  }

export const swallow = (socket: Socket): void => void socket.resume().once('end', () => socket.end())

export const echo = (socket: Socket): void => void socket.on('error', () => {}).pipe(socket)

/** So many connections, so many at a time, each with a byte there and back. */
export const connections =
  (count: number, atOnce: number) =>
  async (port: number): Promise<void> => {
    let left = count
    const one = async (): Promise<void> => {
      while (left-- > 0) {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true })
        socket.write('x')
        await once(socket, 'data')
        socket.destroy()
        await once(socket, 'close')
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  }

/** User and system time so far, of all threads (proc_pid_stat(5)); ticks are 10 ms. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
