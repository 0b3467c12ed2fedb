/** Connections that no program has taken yet: in the accept queue, before it, and outside of a full one. */
import { close, setNumber, startConnect, TCP, TCP_DEFER_ACCEPT, tcpStateOf } from './libc.ts'
import { client, listener, portOf, type Scene } from './scene.ts'
import { ipAddress } from './socket-address.ts'

const ADDRESS = '127.0.0.1'
const SYN_SENT = 2

export async function stageQueues(scene: Scene): Promise<void> {
  await full(scene)
  halfOpen(scene)
  await ofAnotherUser(scene)
}

const listening = (fd: number, rest: object) =>
  ({ protocol: 'tcp', family: 'ipv4', state: 'listen', local: ADDRESS, port: portOf(fd), ...rest }) as const

const calling = (fd: number, peerPort: number, state: 'established' | 'syn-sent') =>
  ({
    protocol: 'tcp',
    family: 'ipv4',
    state,
    local: ADDRESS,
    port: portOf(fd),
    peer: ADDRESS,
    peerPort,
  }) as const

/** A backlog of one holds two (sk_acceptq_is_full, include/net/sock.h); three of five callers are not heard. */
async function full(scene: Scene): Promise<void> {
  const server = listener(ADDRESS, 1)
  const port = portOf(server)
  const call = (): number => startConnect(2, ipAddress(ADDRESS, port))
  const heard = [call(), call()]
  while (heard.some(fd => tcpStateOf(fd) === SYN_SENT)) await new Promise(resolve => setTimeout(resolve, 1))
  const callers = [...heard, call(), call(), call()]
  scene.held(
    'listener whose accept queue is full',
    server,
    listening(server, { acceptQueue: { length: 2, limit: 1 }, drops: true }),
  )
  for (const [i, fd] of callers.entries()) {
    const label = `caller ${i + 1} of five`
    if (i > 1) {
      scene.held(label, fd, { ...calling(fd, port, 'syn-sent'), timer: 'retransmit' })
      continue
    }
    scene.held(label, fd, calling(fd, port, 'established'))
    scene.add({
      label: `not accepted, caller ${i + 1}`,
      inode: 0,
      pids: [],
      noOwner: 'not-accepted',
      ...calling(fd, port, 'established'),
      port,
      peerPort: portOf(fd),
    })
  }
  const called = listener(ADDRESS)
  const gone = client(ADDRESS, portOf(called))
  const gonePort = portOf(gone)
  close(gone)
  scene.held(
    'listener with a caller who gave up',
    called,
    listening(called, { acceptQueue: { length: 1, limit: 16 } }),
  )
  scene.add({
    label: 'not accepted, and the caller gave up',
    protocol: 'tcp',
    family: 'ipv4',
    state: 'close-wait',
    local: ADDRESS,
    port: portOf(called),
    peer: ADDRESS,
    peerPort: gonePort,
    inode: 0,
    pids: [],
    noOwner: 'not-accepted',
  })
}

/** A listener that wants to hear something first: its handshakes stay half-open until it does (tcp(7)). */
function halfOpen(scene: Scene): void {
  const server = listener(ADDRESS, 16, fd => setNumber(fd, TCP, TCP_DEFER_ACCEPT, 120))
  const port = portOf(server)
  const fd = client(ADDRESS, port)
  scene.held('listener that waits for data', server, listening(server, {}))
  scene.held('caller who says nothing', fd, calling(fd, port, 'established'))
  scene.add({
    label: 'half-open',
    protocol: 'tcp',
    family: 'ipv4',
    state: 'syn-recv',
    local: ADDRESS,
    port,
    peer: ADDRESS,
    peerPort: portOf(fd),
    inode: 0,
    pids: [],
    noOwner: 'half-open',
  })
}

/** Nobody (65534) on Debian; any user that isn't root will do. */
export const ANOTHER_USER = 65_534

async function ofAnotherUser(scene: Scene): Promise<void> {
  const {
    pids,
    inode,
    cookie,
    port,
    client: caller,
  } = await scene.holder({ uid: ANOTHER_USER, client: true })
  const shared = { protocol: 'tcp', family: 'ipv4', local: ADDRESS, uid: ANOTHER_USER } as const
  scene.add({ label: 'listener of another user', ...shared, state: 'listen', port, inode, cookie, pids })
  scene.add({
    label: 'caller of another user',
    ...shared,
    state: 'established',
    port: caller!.port,
    peer: ADDRESS,
    peerPort: port,
    inode: caller!.inode,
    pids,
  })
  scene.add({
    label: 'not accepted, of another user',
    ...shared,
    state: 'established',
    port,
    peer: ADDRESS,
    peerPort: caller!.port,
    inode: 0,
    pids: [],
    noOwner: 'not-accepted',
  })
}
