/** Unix sockets of every kind and name, and none (unix(7)). */
import { join } from 'node:path'
import { bind, connect, listen, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair } from './libc.ts'
import type { Scene } from './scene.ts'
import { unixAddress } from './socket-address.ts'

const AF_UNIX = 1
const unix = (state: 'listen' | 'connected' | 'unconnected', kind: string, local = '') =>
  ({ protocol: 'unix', family: 'unix', state, kind, local }) as const

export function stageUnixSockets(scene: Scene): void {
  const named = (type: number, name: string): number => {
    const fd = socket(AF_UNIX, type)
    bind(fd, unixAddress(name))
    return fd
  }
  for (const [label, name, shown] of [
    ['unix listener', join(scene.folder, 'plain.sock'), undefined],
    ['unix listener with an odd path', join(scene.folder, 'a b\n@c é:1.sock'), undefined],
    ['unix listener with an abstract name', `\0pt-rig-${process.pid}`, `@pt-rig-${process.pid}`],
    ['unix listener with NULs in its name', `\0pt\0rig\0${process.pid}\0`, `@pt@rig@${process.pid}@`],
  ] as const) {
    const fd = named(SOCK_STREAM, name)
    listen(fd, 3)
    scene.held(label, fd, {
      ...unix('listen', 'stream', shown ?? name),
      acceptQueue: { length: 0, limit: 3 },
    })
  }
  const packets = join(scene.folder, 'packets.sock')
  const server = named(SOCK_SEQPACKET, packets)
  listen(server, 3)
  scene.held('unix listener for packets', server, {
    ...unix('listen', 'seqpacket', packets),
    acceptQueue: { length: 1, limit: 3 },
  })
  const caller = socket(AF_UNIX, SOCK_SEQPACKET)
  connect(caller, unixAddress(packets))
  scene.held('unix caller who was not accepted', caller, unix('connected', 'seqpacket'))

  const letters = join(scene.folder, 'letters.sock')
  scene.held('unix datagrams', named(SOCK_DGRAM, letters), unix('unconnected', 'datagram', letters))
  const sender = socket(AF_UNIX, SOCK_DGRAM)
  connect(sender, unixAddress(letters))
  scene.held('unix datagrams, connected', sender, unix('connected', 'datagram'))
  for (const [kind, type] of [
    ['stream', SOCK_STREAM],
    ['datagram', SOCK_DGRAM],
    ['seqpacket', SOCK_SEQPACKET],
  ] as const) {
    for (const [i, fd] of socketpair(type).entries()) {
      scene.held(`unix pair, ${kind}, ${i + 1}`, fd, unix('connected', kind))
    }
  }
}
