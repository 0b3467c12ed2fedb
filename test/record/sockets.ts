/** One socket of each sort, and what each of them is by the word of the program that opened it. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { type Libc, offHeap } from '../../src/os/ffi.ts'

export interface Truth {
  readonly what: string
  readonly protocol: string
  readonly family: 'ipv4' | 'ipv6' | 'unix'
  readonly state: string
  readonly local: string
  readonly port?: number
  readonly peer?: string
  readonly peerPort?: number
  readonly v6only?: boolean
  readonly kind?: string
}

/** Bytes sent and received by one end of the pair `conversation`. */
export const SENT = 1000
export const RECEIVED = 300

export async function openSockets(libc: Libc): Promise<{ truth: Truth[]; close: () => void }> {
  const truth: Truth[] = []
  const closers: (() => void)[] = []
  const tcp = async (what: string, options: ListenOptions): Promise<[Server, number]> => {
    const server = createServer({ allowHalfOpen: true })
    server.listen(options)
    await once(server, 'listening')
    closers.push(() => server.close())
    const { address, port, family } = server.address() as { address: string; port: number; family: string }
    truth.push({
      what,
      protocol: 'tcp',
      family: family === 'IPv4' ? 'ipv4' : 'ipv6',
      state: 'listen',
      local: address,
      port,
      ...(family === 'IPv4' ? {} : { v6only: options.ipv6Only === true }),
    })
    return [server, port]
  }
  const pair = async (server: Server, host: string, port: number): Promise<[Socket, Socket]> => {
    const client = connect({ host, port, allowHalfOpen: true })
    const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
      [Socket],
      [],
    ]
    for (const socket of [client, accepted]) socket.on('error', () => {}).resume()
    closers.push(
      () => client.destroy(),
      () => accepted.destroy(),
    )
    return [client, accepted]
  }
  const ends = (what: string, socket: Socket, family: 'ipv4' | 'ipv6', state: string): void => {
    const { localAddress, localPort, remoteAddress, remotePort } = socket
    truth.push({
      what,
      protocol: 'tcp',
      family,
      state,
      local: localAddress!,
      port: localPort!,
      peer: remoteAddress!,
      peerPort: remotePort!,
    })
  }

  const [server4, port4] = await tcp('IPv4 listener', { host: '127.0.0.1', port: 0, backlog: 5 })
  await tcp('IPv4 listener on all addresses', { host: '0.0.0.0', port: 0 })
  const [dual, dualPort] = await tcp('dual-stack listener', { host: '::', port: 0 })
  await tcp('IPv6-only listener', { host: '::', port: 0, ipv6Only: true })

  const [talker, listener] = await pair(server4, '127.0.0.1', port4)
  talker.write(Buffer.alloc(SENT))
  listener.write(Buffer.alloc(RECEIVED))
  ends('conversation', talker, 'ipv4', 'established')
  ends('conversation, other end', listener, 'ipv4', 'established')
  const [client6, accepted6] = await pair(dual, '::1', dualPort)
  ends('IPv6 client', client6, 'ipv6', 'established')
  ends('IPv6 accepted', accepted6, 'ipv6', 'established')
  const [clientMapped, acceptedMapped] = await pair(dual, '127.0.0.1', dualPort)
  ends('IPv4 client of the dual-stack listener', clientMapped, 'ipv4', 'established')
  ends('mapped, accepted', acceptedMapped, 'ipv6', 'established')
  const [halfOpen, halfClosed] = await pair(server4, '127.0.0.1', port4)
  ends('has closed', halfClosed, 'ipv4', 'fin-wait-2')
  ends('has been closed', halfOpen, 'ipv4', 'close-wait')
  halfClosed.end()
  const [first, second] = await pair(server4, '127.0.0.1', port4)
  ends('closed first', first, 'ipv4', 'time-wait')
  first.end()
  await once(second, 'end')
  second.end()
  const calling = connect({ host: '192.0.2.99', port: 7, localAddress: '192.0.2.1' }).on('error', () => {})
  closers.push(() => calling.destroy())
  truth.push({
    what: 'calls somebody who does not answer',
    protocol: 'tcp',
    family: 'ipv4',
    state: 'syn-sent',
    local: '192.0.2.1',
    peer: '192.0.2.99',
    peerPort: 7,
  })

  const udp = async (
    what: string,
    type: 'udp4' | 'udp6',
    address: string,
    peerPort?: number,
  ): Promise<void> => {
    const socket: UdpSocket = createSocket({ type })
    socket.bind(0, address)
    await once(socket, 'listening')
    if (peerPort !== undefined) {
      socket.connect(peerPort, address)
      await once(socket, 'connect')
    }
    closers.push(() => socket.close())
    const row = {
      what,
      protocol: 'udp',
      family: type === 'udp4' ? ('ipv4' as const) : ('ipv6' as const),
      local: address,
    }
    const port = socket.address().port
    if (peerPort === undefined) truth.push({ ...row, state: 'bound', port })
    else truth.push({ ...row, state: 'connected', port, peer: address, peerPort })
  }
  await udp('UDP on all addresses', 'udp4', '0.0.0.0')
  await udp('UDP connected', 'udp4', '127.0.0.1', 9)
  await udp('UDP on IPv6', 'udp6', '::1')

  for (const [what, path, shown] of [
    ['unix listener', 'harbour.sock', 'harbour.sock'],
    ['unix listener with odd path', 'a b\n@c é.sock', 'a b\n@c é.sock'],
    ['abstract listener', '\0berth', '@berth'],
  ] as const) {
    const server = createServer().listen(path)
    await once(server, 'listening')
    closers.push(() => server.close())
    truth.push({ what, protocol: 'unix', family: 'unix', state: 'listen', local: shown, kind: 'stream' })
  }
  const bare = (what: string, type: number, name: string, kind: string): void => {
    const fd = libc.socket(1, type, 0)
    const address = offHeap(128)
    const bytes = Buffer.from(name)
    address.writeUInt16LE(1, 0)
    bytes.copy(address, 2)
    if (libc.bind(fd, address, 2 + bytes.length) !== 0) throw new Error(`bind ${what}: errno ${libc.errno()}`)
    closers.push(() => libc.close(fd))
    const shown = name.startsWith('\0') ? name.replaceAll('\0', '@') : name
    truth.push({ what, protocol: 'unix', family: 'unix', state: 'unconnected', local: shown, kind })
  }
  bare('datagram with NULs in its abstract name', 2, '\0pi\0lot\0', 'datagram')
  bare('seqpacket', 5, 'sea', 'seqpacket')
  const raw = libc.socket(2, 3, 1)
  closers.push(() => libc.close(raw))
  truth.push({ what: 'raw ICMP', protocol: 'raw', family: 'ipv4', state: 'bound', local: '0.0.0.0', port: 1 })
  return { truth, close: () => closers.forEach(close => void close()) }
}
