/** Says something to somebody, and writes where the answer came from and what it is. Arguments: tcp or udp, address, port, text. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

const [, , protocol = '', address = '', port = '', words = ''] = process.argv
if (protocol === 'tcp') {
  const socket = connect({ host: address, port: Number(port), allowHalfOpen: true })
  await once(socket, 'connect')
  const { localPort } = socket
  socket.end(words)
  process.stdout.write(`${localPort} ${await text(socket)}`)
} else {
  const socket = createSocket('udp4')
  const answer = once(socket, 'message')
  socket.send(words, Number(port), address)
  const [bytes, from] = await answer
  process.stdout.write(`${socket.address().port} ${from.address} ${bytes}`)
  socket.close()
}
