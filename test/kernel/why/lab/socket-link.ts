/** A link to an agent behind a unix socket. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { fault } from '../../../../src/model/fault.ts'
import type { Link } from '../../../../src/os/remote/link.ts'

export async function socketLink(path: string, place: string): Promise<Link> {
  const socket = connect(path)
  await once(socket, 'connect')
  socket.on('error', () => {})
  return {
    place,
    login: place,
    input: socket,
    write: text => void socket.write(text),
    why: async () => fault('E_REMOTE_LOST', { place, why: 'the socket ended' }),
    async close() {
      socket.destroy()
    },
  }
}
