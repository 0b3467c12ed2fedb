/**
 * Ends one socket through SOCK_DESTROY of sock_diag(7).
 *
 * Needs CAP_NET_ADMIN and a kernel with CONFIG_INET_DIAG_DESTROY. The process finds its connection broken
 * (ECONNABORTED), the other end gets a reset (`tcp_abort`, net/ipv4/tcp.c).
 */
import { isUnixName, type Socket } from '../../model/socket.ts'
import { decodeAcknowledgement, encodeDestroyRequest } from '../../wire/sock-destroy.ts'
import type { DestroyOutcome } from '../acts.ts'
import type { TableReaders } from './sockets.ts'

const EPERM = 1
const ENOENT = 2
const EOPNOTSUPP = 95

export function destroySocket({ diag }: Pick<TableReaders, 'diag'>, socket: Socket): DestroyOutcome {
  const { protocol, family, local, peer, cookie } = socket
  if (
    protocol === 'unix' ||
    family === 'unix' ||
    isUnixName(local) ||
    (peer !== undefined && isUnixName(peer))
  )
    return { kind: 'unsupported', says: 'the kernel ends no unix sockets on demand' }
  if (socket.state === 'listen')
    return { kind: 'unsupported', says: 'a listener’s port would stay taken: stop its process' }
  if (diag === null) return { kind: 'unsupported', says: 'netlink can’t be used here: install koffi' }
  if (cookie === 0n) return { kind: 'unsupported', says: 'the socket’s cookie is not known' }
  const errno = diag.ask(
    encodeDestroyRequest({
      protocol,
      family,
      local,
      ...(peer === undefined ? {} : { peer }),
      interface: socket.interface,
      cookie,
    }),
    decodeAcknowledgement,
  )
  switch (errno) {
    case 0:
      return { kind: 'destroyed' }
    case ENOENT:
      return { kind: 'gone' }
    case EPERM:
      return { kind: 'denied', says: 'EPERM: it takes CAP_NET_ADMIN' }
    case EOPNOTSUPP:
      return {
        kind: 'unsupported',
        says: 'EOPNOTSUPP: the kernel was built without CONFIG_INET_DIAG_DESTROY, or can’t end this protocol',
      }
    default:
      return { kind: 'unsupported', says: `SOCK_DESTROY: errno ${errno}` }
  }
}
