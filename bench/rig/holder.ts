/**
 * A program that holds many TCP sockets: connections to itself over loopback, both ends. Says a line when it has them all,
 * and ends with its stdin. Run by `rig.ts` with the number of connections, and a port to listen on as well or 0.
 */
import {
  AF_INET,
  accept,
  bind,
  connect,
  listen,
  nameOf,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
  setNumber,
  socket,
} from '../../test/kernel/stage/libc.ts'
import { ipAddress, portIn } from '../../test/kernel/stage/socket-address.ts'

/** The kernel finds a free port slowly once half of the range is taken for one address. */
const MOST_FOR_A_LISTENER = 8000
const ADDRESS = '127.0.0.1'

process.stdin.on('end', () => process.exit()).resume()
const [connections = 0, port = 0] = process.argv.slice(2).map(Number)
if (port !== 0) listenOn(port)
for (let left = connections; left > 0; left -= MOST_FOR_A_LISTENER) hold(Math.min(left, MOST_FOR_A_LISTENER))
process.stdout.write('holding\n')

function hold(count: number): void {
  const server = listenOn(0)
  const target = ipAddress(ADDRESS, portIn(nameOf(server)))
  for (let i = 0; i < count; i++) {
    connect(socket(AF_INET, SOCK_STREAM), target)
    accept(server)
  }
}

function listenOn(number: number): number {
  const fd = socket(AF_INET, SOCK_STREAM)
  setNumber(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  bind(fd, ipAddress(ADDRESS, number))
  listen(fd, 16)
  return fd
}
