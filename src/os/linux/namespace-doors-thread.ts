/** The thread that enters namespaces and opens netlink sockets in them. It never needs to come back. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Libc, offHeap, openLibc } from '../ffi.ts'
import type { Door, DoorRequest } from './namespace-doors.ts'
import { NETLINK_ROUTE, NETLINK_SOCK_DIAG, NetlinkSocket } from './netlink-socket.ts'

const O_RDONLY_CLOEXEC = 0o2000000
const CLONE_NEWNET = 0x40000000
const ENOSYS = 38

const ffi = openLibc()
const doors = (workerData as readonly DoorRequest[]).map(request =>
  'libc' in ffi ? open(ffi.libc, request) : { inode: request.inode, errno: ENOSYS },
)
parentPort?.postMessage(doors)

function open(libc: Libc, { inode, path }: DoorRequest): Door {
  const bytes = offHeap(path.length + 1)
  bytes[bytes.write(path, 'latin1')] = 0
  const fd = libc.open(bytes, O_RDONLY_CLOEXEC)
  if (fd < 0) return { inode, errno: libc.errno() }
  const entered = libc.setns(fd, CLONE_NEWNET)
  const errno = libc.errno()
  libc.close(fd)
  if (entered < 0) return { inode, errno }
  const diag = NetlinkSocket.open(libc, NETLINK_SOCK_DIAG)
  if ('errno' in diag) return { inode, errno: diag.errno }
  const route = NetlinkSocket.open(libc, NETLINK_ROUTE)
  if ('errno' in route) {
    diag.close()
    return { inode, errno: route.errno }
  }
  return { inode, diag: diag.fd, route: route.fd }
}
