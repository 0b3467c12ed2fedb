/** What comes back from where nothing is in the way, and from whoever refuses. */
import { attempt, filter, type Row, SYN, V4, V6 } from './row.ts'

export const ANSWERED_ROWS: readonly Row[] = [
  {
    name: 'somebody listens',
    ask: attempt(V4!, { wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'somebody listens, by IPv6',
    ask: attempt(V6!, { wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'what is said comes back',
    ask: attempt(V4!, { say: 'hello' }),
    want: { outcome: 'yes', sent: 'yes', received: 'hello' },
  },
  {
    name: 'a closed port: the server resets, one hop behind the router',
    ask: attempt('tcp/10.0.2.2:81'),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 63'] },
  },
  {
    name: 'the router resets: no hop is missing',
    nft: { router: filter('forward', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 64'] },
  },
  {
    name: 'the server’s filter resets: as a closed port',
    nft: { server: filter('input', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 63'] },
  },
  {
    name: 'UDP: somebody answers',
    ask: attempt('udp/10.0.2.2:53', { say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'x',
      icmp: [],
      frames: ['out router udp 64', 'in router udp 63'],
    },
  },
  {
    name: 'UDP: a closed port',
    ask: attempt('udp/10.0.2.2:54', { say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'failed refused ECONNREFUSED',
      icmp: ['3/3 from 10.0.2.2 ECONNREFUSED'],
      frames: ['out router udp 64', 'in router 3/3 63'],
    },
  },
  {
    name: 'UDP: nobody says anything',
    nft: { server: filter('input', 'udp dport 53 drop') },
    ask: attempt('udp/10.0.2.2:53', { say: 'x', listenMs: 200 }),
    want: { outcome: 'yes', sent: 'yes', received: 'nothing', icmp: [], frames: ['out router udp 64'] },
  },
]
