/** What anybody writes first: `net.connect` to every port, 1,000 at a time, each given up after a second. Prints what is open. */
import { connect } from 'node:net'

const AT_ONCE = 1000
const LAST = 65_535
let next = 1

function step(): void {
  const port = next++
  if (port > LAST) return
  const socket = connect({ host: '127.0.0.1', port, timeout: 1000 })
  const end = (open: boolean): void => {
    socket.destroy()
    if (open) console.log(port)
    step()
  }
  socket.once('connect', () => end(true)).once('timeout', () => end(false))
  socket.once('error', () => end(false))
}

for (let i = 0; i < AT_ONCE; i++) step()
