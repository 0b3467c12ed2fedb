/**
 * A program that plays a part around a port: a server, one that ignores SIGTERM, one that shares its socket with a child,
 * a client, a supervisor, one that waits to take the port over. Says `{ pid, port }` as a line once it stands, and ends
 * when its stdin does. The order is its argument, as JSON.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface ActorOrder {
  readonly part: 'server' | 'stubborn' | 'sharing' | 'client' | 'supervisor' | 'heir' | 'holder'
  readonly port?: number
  readonly host?: string
}

const { part, port = 0, host = '127.0.0.1' } = JSON.parse(process.argv[2]!) as ActorOrder
const children = new Set<ChildProcess>()
let ending = false

process.stdin.resume().on('end', () => {
  ending = true
  for (const child of children) child.kill('SIGKILL')
  process.exit(0)
})

const say = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`)
const stands = (server: Server): void =>
  say({ pid: process.pid, port: (server.address() as AddressInfo).port })

function serve(): Server {
  const server = createServer(socket => socket.on('error', () => {}))
  server.listen({ port, host }, () => stands(server))
  return server
}

function start(order: ActorOrder, more: readonly number[] = []): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit', ...more],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

switch (part) {
  case 'server':
    serve()
    break
  case 'stubborn':
    process.on('SIGTERM', () => {})
    serve()
    break
  case 'sharing': {
    const server = createServer()
    server.listen({ port, host }, () => {
      const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle
      const child = start({ part: 'holder' }, [fd])
      child.stdout!.once('data', () => {
        say({ pid: process.pid, port: (server.address() as AddressInfo).port, child: child.pid })
      })
    })
    break
  }
  case 'holder':
    say({ pid: process.pid })
    break
  case 'client': {
    const socket = connect({ port, host })
    socket.once('connect', () => say({ pid: process.pid, port: socket.localPort }))
    socket.on('error', error => say({ ended: (error as NodeJS.ErrnoException).code }))
    socket.on('close', () => say({ ended: 'close' }))
    break
  }
  case 'supervisor': {
    const keep = (): void => {
      const child = start({ part: 'server', port, host })
      child.stdout!.on('data', bytes => say({ ...JSON.parse(String(bytes)), supervisor: process.pid }))
      child.once('exit', () => {
        if (!ending) keep()
      })
    }
    keep()
    break
  }
  case 'heir': {
    const server = createServer()
    server.on('error', () => setImmediate(() => server.listen({ port, host })))
    server.once('listening', () => stands(server))
    say({ pid: process.pid })
    server.listen({ port, host })
    break
  }
}
