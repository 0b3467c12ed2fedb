/** Where a packet stops without an answer of the target: filters, black holes, neighbours, hops, IPsec. */
import { attempt, filter, type Row, SOON, SYN, V4, V6 } from './row.ts'

export const STOPPED_ROWS: readonly Row[] = [
  {
    name: 'the router drops: frames leave and nothing comes',
    nft: { router: filter('forward', 'tcp dport 80 drop') },
    ask: attempt(V4!, SOON),
    want: { outcome: 'timed-out', atOnce: false, icmp: [], frames: [SYN] },
  },
  {
    name: 'the router has a black hole',
    before: [['router', 'ip', 'route', 'add', 'blackhole', '10.0.9.0/24']],
    after: [['router', 'ip', 'route', 'del', 'blackhole', '10.0.9.0/24']],
    ask: attempt('tcp/10.0.9.9:80', SOON),
    want: { outcome: 'timed-out', icmp: [], frames: [SYN] },
  },
  ...['output', 'postrouting'].map(
    (hook): Row => ({
      name: `its own ${hook} drops: no frame leaves`,
      nft: { client: filter(hook, 'tcp dport 80 drop') },
      ask: attempt(V4!, SOON),
      want: { outcome: 'timed-out', atOnce: false, icmp: [], frames: [] },
    }),
  ),
  {
    name: 'its own output drops a datagram: the sender is told',
    nft: { client: filter('output', 'udp dport 53 drop') },
    ask: attempt('udp/10.0.2.2:53', { say: 'x', listenMs: 0 }),
    want: { outcome: 'yes', sent: 'denied EPERM', received: 'nothing', icmp: [], frames: [] },
  },
  {
    name: 'its own output resets: all over loopback',
    nft: { client: filter('output', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: ['out lo AR 64', 'in lo AR 64'] },
  },
  {
    name: 'its own output rejects: the error is its own, over loopback',
    nft: { client: filter('output', 'tcp dport 80 reject with icmp type admin-prohibited') },
    ask: attempt(V4!),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/13 from 10.0.1.2 EHOSTUNREACH'],
      frames: ['out lo 3/13 64', 'in lo 3/13 64'],
    },
  },
  {
    name: 'its own input drops the answer, which is seen all the same',
    nft: { client: filter('input', 'tcp sport 80 drop') },
    ask: attempt(V4!, SOON),
    want: { outcome: 'timed-out', icmp: [], frames: [SYN, 'in router SA 63'] },
  },
  {
    name: 'nobody on its own link has the address: no frame leaves',
    ask: attempt('tcp/10.0.1.77:80'),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      atOnce: false,
      icmp: ['3/1 from 10.0.1.2 EHOSTUNREACH'],
      frames: ['out lo 3/1 64', 'in lo 3/1 64'],
    },
  },
  {
    name: 'nobody on the last link has the address: the router says so',
    ask: attempt('tcp/10.0.2.77:80'),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/1 from 10.0.1.1 EHOSTUNREACH'],
      frames: [SYN, 'in router 3/1 64'],
    },
  },
  {
    name: 'one hop: the router says that it ran out',
    ask: attempt(V4!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
      frames: ['out router S 1', 'in router 11/0 64'],
    },
  },
  {
    name: 'one hop, by IPv6',
    ask: attempt(V6!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/0 from fd00:1::1 EHOSTUNREACH'],
      frames: ['out router S 1', 'in router 3/0 64'],
    },
  },
  {
    name: 'two hops are enough',
    ask: attempt(V4!, { hops: 2, wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: ['out router S 2', 'in router SA 63', 'out router A 2'] },
  },
  {
    name: 'UDP, one hop',
    ask: attempt('udp/10.0.2.2:53', { hops: 1, say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'failed unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
    },
  },
  {
    name: 'IPsec wants it blocked',
    before: [['client', 'ip', 'xfrm', 'policy', 'add', 'dst', '10.0.2.2', 'dir', 'out', 'action', 'block']],
    after: [['client', 'ip', 'xfrm', 'policy', 'flush']],
    ask: attempt(V4!),
    want: { outcome: 'denied EPERM', atOnce: true, frames: [] },
  },
]
