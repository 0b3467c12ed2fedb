/** A connection to a server of logins: what comes in is sent, what comes back is written. */
import { connect } from 'node:net'

const [, , address, port] = process.argv
const socket = connect({ host: address!, port: Number(port) }, () => console.log('"connected"'))
socket.on('error', error => {
  console.log(JSON.stringify({ failed: (error as NodeJS.ErrnoException).code }))
  process.exit()
})
process.stdin.pipe(socket)
socket.pipe(process.stdout)
