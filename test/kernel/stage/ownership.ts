/** Sockets with several holders, with unlikely ones, and with none. */
import {
  bind,
  close,
  cookieOf,
  listen,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  sendDescriptor,
  setNumber,
  socket,
  socketpair,
} from './libc.ts'
import { firstLine, inodeOf, listener, portOf, type Scene } from './scene.ts'
import { ipAddress } from './socket-address.ts'

const ADDRESS = '127.0.0.1'

export async function stageOwnership(scene: Scene): Promise<void> {
  shared(scene)
  inFlight(scene)
  await Promise.all([prefork(scene), stray(scene), inThread(scene), moved(scene)])
}

const listening = (port: number) =>
  ({ protocol: 'tcp', family: 'ipv4', state: 'listen', local: ADDRESS, port }) as const

/** Two listeners on one port (SO_REUSEPORT, socket(7)). */
function shared(scene: Scene): void {
  const reuse = (fd: number): void => setNumber(fd, SOL_SOCKET, SO_REUSEPORT, 1)
  const first = listener(ADDRESS, 16, reuse)
  const second = socket(2, SOCK_STREAM)
  reuse(second)
  bind(second, ipAddress(ADDRESS, portOf(first)))
  listen(second, 7)
  scene.held('first listener of a shared port', first, {
    ...listening(portOf(first)),
    acceptQueue: { length: 0, limit: 16 },
  })
  scene.held('second listener of a shared port', second, {
    ...listening(portOf(first)),
    acceptQueue: { length: 0, limit: 7 },
  })
}

/** Three processes that hold one listener, one of them by two descriptors. */
async function prefork(scene: Scene): Promise<void> {
  const fd = listener(ADDRESS)
  const workers = [scene.start('cat', [], [fd]), scene.start('cat', [], [fd, fd])]
  const pids = [process.pid, ...workers.map(({ pid }) => pid!)]
  scene.held('listener with three holders', fd, { ...listening(portOf(fd)), pids })
}

/** A listener whose program has died, and whose child lives on with it. */
async function stray(scene: Scene): Promise<void> {
  const fd = listener(ADDRESS)
  const [inode, cookie, port] = [inodeOf(fd), String(cookieOf(fd)), portOf(fd)]
  // The child reads from a line of its own, which ends when we do: its parent's stdin ends with the parent.
  const [, line] = socketpair(SOCK_STREAM)
  const parent = scene.start('sh', ['-c', 'cat <&4 >/dev/null & echo $!'], [fd, line])
  const pid = Number(await firstLine(parent))
  scene.pids.add(pid)
  await ended(parent)
  close(fd)
  close(line)
  scene.add({
    label: 'listener inherited from a dead parent',
    ...listening(port),
    inode,
    cookie,
    uid: 0,
    pids: [pid],
    name: 'cat',
  })
}

const ended = (child: {
  exitCode: number | null
  once(event: 'exit', done: () => void): unknown
}): Promise<void> =>
  child.exitCode === null ? new Promise(resolve => child.once('exit', resolve)) : Promise.resolve()

async function inThread(scene: Scene): Promise<void> {
  const { pids, inode, cookie, port } = await scene.holder({ thread: true })
  scene.add({ label: 'listener of one thread alone', ...listening(port), inode, cookie, pids })
}

/** On the way from one process to another it is nobody's (SCM_RIGHTS, unix(7)). */
function inFlight(scene: Scene): void {
  const fd = listener(ADDRESS)
  const truth = {
    inode: inodeOf(fd),
    cookie: String(cookieOf(fd)),
    uid: process.getuid!(),
    ...listening(portOf(fd)),
  }
  const [from] = socketpair(SOCK_DGRAM)
  sendDescriptor(from, fd)
  close(fd)
  scene.add({ label: 'listener on its way in a message', ...truth, pids: [], noOwner: 'kernel' })
}

/** A socket remembers the control group that it was opened in (sock_cgroup_data, include/linux/cgroup-defs.h). */
async function moved(scene: Scene): Promise<void> {
  const label = 'listener of a process that has left its control group'
  if ('why' in scene.group) {
    scene.absent.push({ label, reason: scene.group.why })
    return
  }
  const { path, home } = scene.group
  const { pids, inode, cookie, port } = await scene.holder({ group: { path, home } })
  scene.add({ label, ...listening(port), inode, cookie, pids, unit: path.slice(path.lastIndexOf('/') + 1) })
}
