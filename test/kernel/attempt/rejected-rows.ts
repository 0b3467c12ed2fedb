/** What a router's rules answer, and what a Linux client makes of it (`icmp_err_convert`, net/ipv4/icmp.c; `tab_unreach`, net/ipv6/icmp.c). */
import { attempt, filter, type Row, SYN, V4, V6 } from './row.ts'

/** An error of the router: how it rejects, what comes, and what a client makes of it. */
const REJECTS: readonly (readonly [family: 'v4' | 'v6', how: string, icmp: string, outcome: string])[] = [
  ['v4', 'icmp type net-unreachable', '3/0', 'unreachable ENETUNREACH'],
  ['v4', 'icmp type host-unreachable', '3/1', 'unreachable EHOSTUNREACH'],
  ['v4', 'icmp type prot-unreachable', '3/2', 'broken ENOPROTOOPT'],
  ['v4', 'icmp type port-unreachable', '3/3', 'refused ECONNREFUSED'],
  ['v4', 'icmp type net-prohibited', '3/9', 'unreachable ENETUNREACH'],
  ['v4', 'icmp type host-prohibited', '3/10', 'unreachable EHOSTUNREACH'],
  ['v4', 'icmp type admin-prohibited', '3/13', 'unreachable EHOSTUNREACH'],
  ['v6', 'icmpv6 type no-route', '1/0', 'unreachable ENETUNREACH'],
  ['v6', 'icmpv6 type admin-prohibited', '1/1', 'denied EACCES'],
  ['v6', 'icmpv6 type addr-unreachable', '1/3', 'unreachable EHOSTUNREACH'],
  ['v6', 'icmpv6 type port-unreachable', '1/4', 'refused ECONNREFUSED'],
  ['v6', 'icmpv6 type policy-fail', '1/5', 'denied EACCES'],
  ['v6', 'icmpv6 type reject-route', '1/6', 'denied EACCES'],
]

export const REJECTED_ROWS: readonly Row[] = REJECTS.flatMap(([family, how, icmp, outcome]): Row[] => {
  const to = family === 'v4' ? V4! : V6!
  const from = family === 'v4' ? '10.0.1.1' : 'fd00:1::1'
  const errors = [`${icmp} from ${from} ${outcome.split(' ')[1]}`]
  const nft = (protocol: string, port: number) => ({
    router: filter('forward', `${protocol} dport ${port} reject with ${how}`),
  })
  return [
    {
      name: `TCP: the router answers ${how}`,
      nft: nft('tcp', 80),
      ask: attempt(to),
      want: { outcome, atOnce: false, icmp: errors, frames: [SYN, `in router ${icmp} 64`] },
    },
    {
      name: `UDP: the router answers ${how}`,
      nft: nft('udp', 53),
      ask: attempt(to.replace('tcp', 'udp').replace(/:80$/, ':53'), { say: 'x' }),
      want: { outcome: 'yes', sent: 'yes', received: `failed ${outcome}`, icmp: errors },
    },
  ]
})
