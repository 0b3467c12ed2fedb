/** Opens connections, or sends datagrams from sockets of their own, says so, and holds them: protocol, address, port, how many. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'

const [protocol, address, port, count] = process.argv.slice(2) as [string, string, string, string]
for (let i = 0; i < Number(count); i++) {
  if (protocol === 'tcp') {
    const socket = connect(Number(port), address).on('error', () => {})
    await once(socket, 'connect')
  } else {
    const socket = createSocket('udp4').on('error', () => {})
    await new Promise(resolve => socket.send('x', Number(port), address, resolve))
  }
}
process.stdout.write('sent\n')
process.stdin.resume()
