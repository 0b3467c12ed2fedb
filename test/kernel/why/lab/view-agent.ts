/** A host's view for who asks from another host of the lab: our own agent, behind a unix socket that both can see. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { openOS, serveAgent } from '../../../../src/os/open.ts'

const server = createServer(async socket => {
  socket.on('error', () => {})
  const streams = { input: socket, write: (text: string) => void socket.write(text) }
  await serveAgent(await openOS(), streams, { program: 'portolan 0', uid: process.getuid!() })
  socket.end()
}).listen(process.argv[2])
await once(server, 'listening')
process.stdout.write('ready\n')
process.stdin.resume().on('end', () => process.exit())
