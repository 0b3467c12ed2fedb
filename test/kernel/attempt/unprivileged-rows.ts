/** What is left to see without any right. */
import { attempt, filter, type Row, V4 } from './row.ts'

export const UNPRIVILEGED_ROWS: readonly Row[] = [
  {
    name: 'as nobody: the outcome and who refused are told, frames are not',
    as: 'nobody',
    nft: { router: filter('forward', 'tcp dport 80 reject with icmp type admin-prohibited') },
    ask: attempt(V4!),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/13 from 10.0.1.1 EHOSTUNREACH'],
      frames: 'denied',
    },
  },
  {
    name: 'as nobody: a hop search needs no right',
    as: 'nobody',
    ask: attempt(V4!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
      frames: 'denied',
    },
  },
  {
    name: 'as nobody: a device may be chosen (Linux 5.7)',
    as: 'nobody',
    ask: attempt(V4!, { device: 'router' }),
    want: { outcome: 'yes', frames: 'denied' },
  },
]
