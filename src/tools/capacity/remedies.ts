/** What helps against a full range of ports, in the order in which it should be tried. */
export const REUSE_FIRST = [
  'Reuse connections: keep-alive, a pool, several requests over one.',
  'Let the other side close first: only who closes first keeps the port in TIME_WAIT.',
  'Add destinations or source addresses: each pair has the whole range.',
  'Widen net.ipv4.ip_local_port_range, to bounds of different parity, and reserve the ports of every server in it first.',
  'Set net.ipv4.tcp_tw_reuse=1 where both sides have timestamps: a port is free again after a second.',
] as const
