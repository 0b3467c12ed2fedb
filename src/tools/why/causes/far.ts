import type { Cause } from './cause.ts'

/** At the target's host. */
export const FAR_CAUSES = {
  'host-down': {
    leg: 'far',
    title: '{address|the target} does not answer on its own link',
    shownBy: 'ICMP 3/1 or ICMPv6 1/3 from the last router, after about three seconds',
    disprovedBy: 'any answer of that address',
    remedy: 'Switch {address|the host} on, or look whether it has that address and is on that link.',
  },
  'md5-required': {
    leg: 'far',
    title: 'the listener wants signed segments (TCP-MD5, TCP-AO)',
    shownBy: 'TCPMD5NotFound that rises with each attempt at the target',
    disprovedBy: 'a counter that stays',
    remedy: 'Give both ends the same key, or take the key from the listener.',
  },
  'listener-loopback': {
    leg: 'far',
    title: 'the server listens on {listens|a loopback address} only, for its own host',
    shownBy:
      'the socket table at the target: a listener of that port on a loopback address, none for {address|the target}',
    disprovedBy: 'a listener on that address or on all',
    remedy: 'Have it listen on {target|the address that was asked} or on all addresses.',
  },
  'listener-other-family': {
    leg: 'far',
    title: 'the server listens for {family|the other family} only',
    shownBy: 'the socket table at the target: a listener of that port for the other family',
    disprovedBy: 'a listener of both families',
    remedy:
      'Have it listen on {target|the address that was asked} as well, or name an address of {family|the family that it has}.',
  },
  'listener-other-address': {
    leg: 'far',
    title: 'the server listens on {listens|another address}, not on {address|the target}',
    shownBy: 'the socket table at the target',
    disprovedBy: 'a listener on that address or on all',
    remedy:
      'Have it listen on {target|the address that was asked} or on all addresses, or ask for {listens|another address}.',
  },
  'listener-other-device': {
    leg: 'far',
    title: 'the server takes only what comes in by {device|the interface}',
    shownBy: 'the socket table at the target: a listener bound to that interface (SO_BINDTODEVICE)',
    disprovedBy: 'a listener without an interface',
    remedy: 'Bind it to no interface, or come in by {device|the interface}.',
  },
  'listener-other-namespace': {
    leg: 'far',
    title: 'the server listens in another network namespace, {namespace|unnamed}',
    shownBy: 'the socket tables of the namespaces of the target’s machine',
    disprovedBy: 'a listener in the namespace that has the address',
    remedy: 'Publish the port of that container or namespace, or ask for its own address.',
  },
  'listener-other-protocol': {
    leg: 'far',
    title: 'the server listens on that port of {protocol|another protocol}',
    shownBy: 'the socket table at the target',
    disprovedBy: 'a listener of the protocol that was asked for',
    remedy: 'Ask by {protocol|another protocol}.',
  },
  'nobody-listens': {
    leg: 'far',
    title: 'nobody listens on {target|that port}',
    shownBy:
      'a reset that has come as far as the host’s other packets; at the target, a socket table without a listener',
    disprovedBy: 'a listener on that port',
    remedy: 'Start the service that is to listen on {target|that port}, or ask for the port that it has.',
  },
  'syn-queue-full': {
    leg: 'far',
    title: 'the listener has too many half-open connections',
    shownBy:
      'TCPReqQFullDrop or ListenDrops that rises with each attempt at the target, and sockets in SYN-RECV',
    disprovedBy: 'counters that stay',
    remedy: 'Switch SYN cookies on, raise the backlog, and find out why handshakes don’t end.',
    commands: ['sysctl -w net.ipv4.tcp_syncookies=1'],
  },
  'accept-queue-full': {
    leg: 'far',
    title: 'the queue of connections that wait to be accepted is full',
    shownBy:
      'ListenOverflows that rises with each attempt at the target, and a listener with more waiting than its backlog',
    disprovedBy: 'a queue with room',
    remedy:
      'Start the program again, which does not accept: it is stuck, stopped or out of descriptors; or give listen() a larger backlog.',
  },
  'process-stopped': {
    leg: 'far',
    title: 'the process that listens is stopped',
    shownBy: 'state T of the process that holds the listener',
    disprovedBy: 'a process that runs',
    remedy: 'Continue it.',
    commands: ['kill -CONT {pid|PID}'],
  },
  'socket-filter': {
    leg: 'far',
    title: 'a filter on the socket drops it',
    shownBy: 'a program attached to the listener (SO_ATTACH_FILTER), and silence that no rule explains',
    disprovedBy: 'a socket without a filter',
    remedy: 'Ask the program’s maker what its filter lets in.',
  },
  'deferred-accept': {
    leg: 'after',
    title: 'the server waits for the client to speak first',
    shownBy: 'TCP_DEFER_ACCEPT at the listener, TCPDeferAcceptDrop that rises',
    disprovedBy: 'an answer before the client has spoken',
    remedy: 'Let the client speak first, or take TCP_DEFER_ACCEPT from the listener.',
  },
  'reuseport-sibling': {
    leg: 'after',
    title: 'some of the sockets that share the port don’t answer',
    shownBy:
      'of several attempts some are answered and some aren’t; several listeners with SO_REUSEPORT at the target',
    disprovedBy: 'all of many attempts answered alike',
    remedy: 'End the process that holds a listener and doesn’t serve it.',
    lets: true,
  },
  'receive-buffer-full': {
    leg: 'far',
    title: 'the server reads its datagrams too slowly',
    shownBy: 'UdpRcvbufErrors, or drops of that socket, that rise with each datagram at the target',
    disprovedBy: 'counters that stay',
    remedy: 'Start the program again, which does not read, or give its socket a larger buffer.',
  },
  'udp-closed': {
    leg: 'far',
    title: 'nobody listens on UDP {target|that port}',
    shownBy: 'ICMP 3/3 or ICMPv6 1/4 from the target itself',
    disprovedBy: 'an answer, or a socket on that port',
    remedy: 'Start the service that is to listen on {target|that port}, or ask for the port that it has.',
  },
  'udp-silent': {
    leg: 'far',
    title: 'nothing came back to the datagrams',
    shownBy: 'silence, which alone means little: open, filtered or lost',
    disprovedBy: 'an answer to a question of that protocol',
    remedy: 'Ask with the protocol’s own client, or look at the target with --at.',
  },
} as const satisfies Readonly<Record<string, Cause>>
