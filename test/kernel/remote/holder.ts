/** For the remote tests: holds a TCP listener, a connection to it and a UDP socket until its input ends. Says what they are. */
import { createSocket } from 'node:dgram'
import { statSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'

export interface Held {
  readonly pid: number
  readonly netns: number
  readonly listen: number
  readonly client: number
  readonly udp: number
}

const server = createServer(socket => socket.on('error', () => {}))
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1', () => {
    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1', () => {
      const held: Held = {
        pid: process.pid,
        netns: statSync('/proc/self/ns/net').ino,
        listen: port,
        client: client.localPort!,
        udp: udp.address().port,
      }
      process.stdout.write(`${JSON.stringify(held)}\n`)
    })
  })
})
process.stdin.resume().on('end', () => process.exit(0))
