/** Edges of translation: both families, both hooks, maps, protocols without ports (nft(8), "NAT STATEMENTS"). */
import { type Case, hook, inet } from '../case.ts'

const dnat = (...rules: readonly string[]): string => hook('pre', 'prerouting -100 accept nat', ...rules)
const snat = (...rules: readonly string[]): string => hook('post', 'postrouting 100 accept nat', ...rules)
export const EDGE_TRANSLATIONS: readonly Case[] = [
  {
    name: 'destination NAT for both families of an inet table',
    rules: inet(dnat('tcp dport 80 dnat ip to 10.2.0.2:8080', 'tcp dport 80 dnat ip6 to [fd02::2]:8080')),
    packets: `tcp a:4000 > me:80 syn = accept as a:4000 > b:8080; tcp a6:4000 > me6:80 syn = accept as [fd01::2]:4000 > [fd02::2]:8080
      tcp b6:8080 > a6:4000 syn+ack seq=5000 acks=1001 = accept as [fd01::1]:80 > [fd01::2]:4000`,
  },
  {
    name: 'to a port alone the address stays',
    rules: inet(dnat('tcp dport 80 dnat to :8080', 'udp dport 53 dnat to :5000')),
    packets:
      'tcp a > me:80 = accept as a:4000 > me:8080; tcp a6 > b6:80 = accept as [fd01::2]:4000 > [fd02::2]:8080; udp a > b:53 = accept as a:4000 > b:5000',
  },
  {
    name: 'a translation in a later chain of an earlier hook has the last word of routing',
    rules: inet(
      dnat('tcp dport 80 dnat ip to 10.1.0.1'),
      hook('in', 'input', 'tcp dport 80 ip daddr 10.1.0.1 ct original ip daddr 10.2.0.2 drop'),
    ),
    packets: 'tcp a > b:80 = drop by in/1; tcp a > me:80 = accept',
  },
  {
    name: 'redirect and snat are each for their hooks’ ends',
    rules: inet(
      dnat('tcp dport 80 redirect to :8080'),
      hook('nin', 'input 100 accept nat', 'tcp dport 8080 snat ip to 10.1.0.99'),
    ),
    packets: 'tcp a > me:80 = accept as 10.1.0.99:4000 > me:8080; tcp a > me:22 = accept as a:4000 > me:22',
  },
  {
    name: 'an established connection isn’t redirected by what comes later',
    rules: inet(dnat('ct mark 0 udp dport 53 counter'), hook('fw', 'forward', 'ct mark set 1')),
    packets: 'udp a > b:53 = accept; udp a > b:53 = accept; udp b:53 > a:4000 = accept',
  },
  {
    name: 'masquerade with ports, and its answers',
    rules: inet(snat('oifname "t1" meta l4proto { tcp, udp } masquerade to :5000-5000')),
    packets: 'udp a:4000 > b:53 = accept as me2:5000 > b:53; udp b:53 > me2:5000 = accept as b:53 > a:4000',
  },
  {
    name: 'source NAT by a map of addresses',
    rules: inet(snat('snat ip to ip saddr map { 10.1.0.2 : 10.2.0.41, 10.1.0.3 : 10.2.0.42 }', 'drop')),
    packets:
      'tcp a > b:443 = accept as 10.2.0.41:4000 > b:443; tcp 10.1.0.3 > b:443 = accept as 10.2.0.42:4000 > b:443; tcp 10.1.0.4 > b:443 = drop by post/2',
  },
  {
    name: 'what is translated to itself is not translated',
    rules: inet(dnat('tcp dport 80 dnat ip to 10.2.0.2'), hook('fw', 'forward', 'ct status dnat drop')),
    packets: 'tcp a > b:80 = accept as a:4000 > b:80; tcp a:4001 > me:80 = drop by fw/1',
  },
  {
    name: 'ICMP is translated by its addresses',
    rules: inet(dnat('icmp type echo-request dnat ip to 10.2.0.2'), snat('oifname "t1" masquerade')),
    packets: 'icmp a > me 8/0 id=7 = accept as me2 > b; icmp b > me2 0/0 id=7 = accept as me > a',
  },
  {
    name: 'other protocols are translated by their addresses',
    rules: inet(dnat('meta l4proto 47 dnat ip to 10.2.0.2'), snat('meta l4proto 47 snat ip to 10.2.0.9')),
    packets: '47 a > me = accept as 10.2.0.9 > b; 47 b > 10.2.0.9 = accept as me > a',
  },
  {
    name: 'SCTP is translated by ports, too',
    rules: inet(dnat('sctp dport 80 dnat ip to 10.2.0.2:5000')),
    packets: 'sctp a:4000 > me:80 = accept as a:4000 > b:5000',
  },
  {
    name: 'without conntrack there is no translation',
    rules: inet(
      hook('raw', 'prerouting -300', 'tcp dport 80 notrack'),
      dnat('tcp dport { 80, 443 } dnat ip to 10.2.0.2'),
    ),
    packets: 'tcp a > me:80 = accept as a:4000 > me:80; tcp a > me:443 = accept as a:4000 > b:443',
  },
  {
    name: 'what made here is for this host, is masqueraded on its way round',
    rules: inet(
      hook('out', 'output -100 accept nat', 'tcp dport 80 dnat ip to 127.0.0.1:8080'),
      hook('in', 'input', 'iif lo tcp dport 8080 drop'),
    ),
    packets: 'tcp me > far:80 = drop by in/1; tcp lo > lo:80 = drop by in/1; tcp me > far:22 = accept',
  },
]
