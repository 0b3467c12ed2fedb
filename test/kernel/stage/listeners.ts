/** Listeners and what they take: both families or one, one interface, one link; and sockets that are only bound. */
import {
  AF_INET,
  accept,
  bind,
  connect,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  listen,
  SO_BINDTODEVICE,
  SOCK_STREAM,
  SOL_SOCKET,
  setNumber,
  setText,
  socket,
} from './libc.ts'
import { familyOf, indexOf, listener, portOf, type Scene } from './scene.ts'
import { ipAddress } from './socket-address.ts'

export const v6only = (on: boolean) => (fd: number) => setNumber(fd, IPPROTO_IPV6, IPV6_V6ONLY, Number(on))

export function stageListeners(scene: Scene): void {
  const add = (label: string, local: string, fd: number, rest = {}): void =>
    scene.held(label, fd, {
      protocol: 'tcp',
      family: local.includes(':') ? 'ipv6' : 'ipv4',
      state: 'listen',
      local,
      port: portOf(fd),
      acceptQueue: { length: 0, limit: 16 },
      ...rest,
    })
  add('listener on IPv4 loopback', '127.0.0.1', listener('127.0.0.1'))
  add('listener on all of IPv4', '0.0.0.0', listener('0.0.0.0'))
  add('listener on IPv6 loopback', '::1', listener('::1'))
  add('listener on both families', '::', listener('::', 16, v6only(false)), { v6only: false })
  add('listener on IPv6 only', '::', listener('::', 16, v6only(true)), { v6only: true })
  add('listener on a mapped address', '::ffff:127.0.0.1', listener('::ffff:127.0.0.1', 16, v6only(false)))
  add('listener on an address of an interface', '10.99.0.1', listener('10.99.0.1'))
  add(
    'listener on a link-local address',
    `fe80::1%${scene.device}`,
    listener('fe80::1', 16, () => {}, indexOf(scene.device)),
    {
      interface: scene.device,
    },
  )
  const toDevice = (fd: number): void => setText(fd, SOL_SOCKET, SO_BINDTODEVICE, scene.device)
  add('listener bound to an interface', '0.0.0.0', listener('0.0.0.0', 16, toDevice), {
    interface: scene.device,
  })
  const v6onlyToDevice = (fd: number): void => {
    v6only(true)(fd)
    toDevice(fd)
  }
  add('IPv6 listener bound to an interface', '::', listener('::', 16, v6onlyToDevice), {
    interface: scene.device,
    v6only: true,
  })
  for (const [label, address] of [
    ['bound, not listening', '127.0.0.1'],
    ['bound on IPv6, not listening', '::1'],
  ] as const) {
    const fd = socket(familyOf(address), SOCK_STREAM)
    bind(fd, ipAddress(address, 0))
    add(label, address, fd, { state: 'bound', acceptQueue: undefined, queue: { receive: 0, send: 0 } })
  }
}

/** Of Go's making since its version 1.24. In the table stands the TCP socket under the one that the program holds. */
export function stageMultipath(scene: Scene): void {
  const address = '127.0.0.1'
  let server: number
  try {
    server = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
  } catch {
    scene.absent.push({ label: 'MPTCP', reason: 'the kernel has no MPTCP' })
    return
  }
  bind(server, ipAddress(address, 0))
  listen(server, 16)
  const shared = { protocol: 'tcp', family: 'ipv4', local: address, cookie: undefined } as const
  scene.held('MPTCP listener', server, { ...shared, state: 'listen', port: portOf(server) })
  const caller = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)
  connect(caller, ipAddress(address, portOf(server)))
  const called = accept(server)
  const [port, peerPort] = [portOf(caller), portOf(server)]
  scene.held('MPTCP caller', caller, { ...shared, state: 'established', port, peer: address, peerPort })
  scene.held('MPTCP called', called, {
    ...shared,
    state: 'established',
    port: peerPort,
    peer: address,
    peerPort: port,
  })
}

const IPPROTO_MPTCP = 262
