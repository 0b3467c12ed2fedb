/** TCP on port 80 that says back what it hears, UDP on port 53 likewise; ends when its stdin does. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

const server = createServer(socket => socket.on('error', () => {}).pipe(socket)).listen(80, '::')
const datagrams = createSocket('udp6').bind(53)
datagrams.on('message', (bytes, from) => datagrams.send(bytes, from.port, from.address))
await Promise.all([once(server, 'listening'), once(datagrams, 'listening')])
process.stdout.write('ready\n')
process.stdin.resume().on('end', () => process.exit())
