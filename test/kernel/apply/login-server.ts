/**
 * A server of logins, as sshd is one: hands each connection to a process of its own, which runs what it is told and
 * gives back what it wrote. `ssh`: says so in the environment, as sshd does.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PORTS } from '../stage/troupe.ts'

const [, , part, address = '127.0.0.1'] = process.argv

if (part === 'session') {
  process.on('message', (_: unknown, socket: Socket) => {
    const { remoteAddress, remotePort, localAddress, localPort } = socket
    const flow = `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
    createInterface(socket).on('line', line => {
      const { words, ssh } = JSON.parse(line) as { words: string[]; ssh: boolean }
      const env = { ...process.env, NO_COLOR: '1', ...(ssh ? { SSH_CONNECTION: flow } : {}) }
      const child = spawn(process.execPath, [PORTS, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      let out = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', more => (out += more))
      child.on('close', status => socket.write(`${JSON.stringify({ status, out })}\n`))
    })
    socket.on('close', () => process.exit())
    socket.on('error', () => process.exit())
    socket.resume()
  })
} else {
  const sessions = new Set<ChildProcess>()
  const server = createServer({ pauseOnConnect: true }, socket => {
    const session = fork(fileURLToPath(import.meta.url), ['session'])
    sessions.add(session)
    session.send('login', socket)
  })
  server.listen(0, address, () => console.log(JSON.stringify(server.address())))
  process.stdin.resume().on('end', () => {
    for (const session of sessions) session.kill()
    process.exit()
  })
}
