/** Sources, devices and targets that can't be, and what the host itself is short of. */
import { attempt, filter, type Row, SOON, SYN, V4, V6 } from './row.ts'

export const ODD_ROWS: readonly Row[] = [
  {
    name: 'a source that isn’t ours',
    ask: attempt(V4!, { from: '10.0.1.99' }),
    want: { outcome: 'unreachable EADDRNOTAVAIL', atOnce: true, icmp: [], frames: [] },
  },
  {
    name: 'a source that is ours',
    ask: attempt(V4!, { from: '10.0.1.2', wait: 3 }),
    want: { outcome: 'yes', frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'a device that isn’t there',
    ask: attempt(V4!, { device: 'nowhere' }),
    want: { outcome: 'broken ENODEV', atOnce: true, frames: [] },
  },
  {
    name: 'a device that leads there',
    ask: attempt(V4!, { device: 'router' }),
    want: { outcome: 'yes' },
  },
  {
    name: 'a broadcast address',
    ask: attempt('tcp/10.0.1.255:80'),
    want: { outcome: 'unreachable ENETUNREACH', atOnce: true, frames: [] },
  },
  {
    name: 'a multicast address',
    ask: attempt('tcp/224.0.0.1:80'),
    want: { outcome: 'unreachable ENETUNREACH', atOnce: true, frames: [] },
  },
  {
    name: 'an address of a link, without the link',
    ask: attempt('tcp/[fe80::1]:80'),
    want: { outcome: 'broken EINVAL', atOnce: true, frames: [] },
  },
  {
    name: 'an address of a link that isn’t there',
    ask: attempt('tcp/[fe80::1%nowhere]:80'),
    want: { outcome: 'broken ENODEV', atOnce: true, frames: [] },
  },
  {
    name: 'it calls from the very port that it calls: it doesn’t take itself for somebody',
    ask: attempt('tcp/127.0.0.1:4000', { fromPort: 4000 }),
    want: { outcome: 'refused ECONNREFUSED' },
  },
  {
    name: 'IPsec wants it sealed and has no key: no frame leaves',
    before: [
      [
        'client',
        ...'ip xfrm policy add dst 10.0.2.2 dir out tmpl src 10.0.1.2 dst 10.0.2.2 proto esp mode tunnel'.split(
          ' ',
        ),
      ],
    ],
    after: [['client', 'ip', 'xfrm', 'policy', 'flush']],
    ask: attempt(V4!, SOON),
    want: { outcome: 'timed-out', atOnce: false, icmp: [], frames: [] },
  },
  {
    name: 'IPv6 is off',
    before: [['client', 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1']],
    after: [
      ['client', 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=0'],
      ['client', ...'ip -6 address add fd00:1::2/64 dev router nodad'.split(' ')],
      ['client', ...'ip -6 route add default via fd00:1::1'.split(' ')],
    ],
    ask: attempt(V6!),
    want: { outcome: 'unreachable EADDRNOTAVAIL', atOnce: true, frames: [] },
  },
  {
    name: 'its own interface is down',
    before: [['client', 'ip', 'link', 'set', 'router', 'down']],
    after: [
      ['client', 'ip', 'link', 'set', 'router', 'up'],
      ['client', ...'ip route add default via 10.0.1.1'.split(' ')],
      ['client', ...'ip -6 address replace fd00:1::2/64 dev router nodad'.split(' ')],
      ['client', ...'ip -6 route replace default via fd00:1::1'.split(' ')],
    ],
    ask: attempt(V4!),
    want: { outcome: 'unreachable ENETUNREACH', atOnce: true, frames: [] },
  },
  {
    name: 'data that nobody acknowledges',
    nft: { router: filter('forward', 'tcp dport 80 tcp flags & psh != 0 drop') },
    ask: attempt(V4!, { say: 'hello', listenMs: 400 }),
    want: { outcome: 'yes', sent: 'yes', received: 'nothing', icmp: [] },
  },
]
