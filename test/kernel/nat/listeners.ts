/** Listens on TCP ports, says so, and keeps what connects until it is ended. */
import { once } from 'node:events'
import { createServer } from 'node:net'

for (const port of process.argv.slice(2)) {
  const server = createServer(socket => socket.on('error', () => {})).listen(Number(port), '0.0.0.0')
  await once(server, 'listening')
}
process.stdout.write('listening\n')
