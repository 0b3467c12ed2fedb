/** Routes that lead nowhere, the router's and the client's own (`fib_props`, net/ipv4/fib_semantics.c). */
import { attempt, type Row, SYN, V4 } from './row.ts'

export const ROUTED_ROWS: readonly Row[] = (
  [
    ['unreachable', '3/1', 'EHOSTUNREACH'],
    ['prohibit', '3/13', 'EHOSTUNREACH'],
    ['throw', '3/0', 'ENETUNREACH'],
  ] as const
).map(([kind, icmp, errno]) => ({
  name: `the router has a route of type ${kind}`,
  before: [['router', 'ip', 'route', 'add', kind, '10.0.9.0/24']],
  after: [['router', 'ip', 'route', 'del', kind, '10.0.9.0/24']],
  ask: attempt('tcp/10.0.9.9:80'),
  want: {
    outcome: `unreachable ${errno}`,
    icmp: [`${icmp} from 10.0.1.1 ${errno}`],
    frames: [SYN, `in router ${icmp} 64`],
  },
}))

export const REFUSED_HERE_ROWS: readonly Row[] = (
  [
    ['unreachable', 'unreachable EHOSTUNREACH'],
    ['prohibit', 'denied EACCES'],
    ['blackhole', 'broken EINVAL'],
    ['throw', 'unreachable ENETUNREACH'],
  ] as const
).map(([kind, outcome]) => ({
  name: `the client has a route of type ${kind}`,
  before: [
    ['client', 'ip', 'route', 'add', kind, '10.0.2.0/24'],
    ...(kind === 'throw' ? [['client', 'ip', 'route', 'del', 'default']] : []),
  ],
  after: [
    ['client', 'ip', 'route', 'del', kind, '10.0.2.0/24'],
    ...(kind === 'throw' ? [['client', 'ip', 'route', 'add', 'default', 'via', '10.0.1.1']] : []),
  ],
  ask: attempt(V4!),
  want: { outcome, atOnce: true, icmp: [], frames: [] },
}))
