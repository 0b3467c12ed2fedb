/** Translations: which chain, when, and what the packet is afterwards (nft(8), "NAT STATEMENTS"). */
import { type Case, hook, inet } from '../case.ts'

const dnat = (...rules: readonly string[]): string => hook('pre', 'prerouting -100 accept nat', ...rules)
const snat = (...rules: readonly string[]): string => hook('post', 'postrouting 100 accept nat', ...rules)

export const TRANSLATIONS: readonly Case[] = [
  {
    name: 'a port published: to another host',
    rules: inet(dnat('tcp dport 8080 dnat ip to 10.2.0.2:80')),
    packets: `tcp a:4000 > me:8080 syn = accept by nothing as a:4000 > b:80
      tcp b:80 > a:4000 syn+ack seq=5000 acks=1001 = accept by nothing as me:8080 > a:4000
      tcp a:4000 > me:8080 ack seq=1001 acks=5001 = accept by nothing as a:4000 > b:80
      tcp a:4001 > me:80 syn = accept by nothing as a:4001 > me:80`,
  },
  {
    name: 'forward and input see what it has become',
    rules: inet(
      dnat('tcp dport 8080 dnat ip to 10.2.0.2:80'),
      hook('fw', 'forward', 'tcp dport 80 drop'),
      hook('in', 'input', 'tcp dport 8080 drop'),
    ),
    packets: 'tcp a:4000 > me:8080 syn = drop by fw/1',
  },
  {
    name: 'what it was is still to be asked',
    rules: inet(
      dnat('tcp dport 8080 dnat ip to 10.2.0.2:80'),
      hook(
        'fw',
        'forward 0 drop',
        'ct status dnat ct original ip daddr 10.1.0.1 meta l4proto tcp ct original proto-dst 8080 accept',
      ),
    ),
    packets:
      'tcp a:4000 > me:8080 syn = accept by fw/1 as a:4000 > b:80; tcp a:4001 > b:80 syn = drop by fw/policy',
  },
  {
    name: 'NAT has its place, whatever its chain’s priority',
    rules: inet(
      hook('pre', 'prerouting 50 accept nat', 'tcp dport 22 dnat ip to 10.2.0.2'),
      hook('before', 'prerouting -101', 'ip daddr 10.2.0.2 drop'),
      hook('after', 'prerouting -99', 'ip daddr 10.2.0.2 drop'),
    ),
    packets: 'tcp a > me:22 = drop by after/1',
  },
  {
    name: 'the first chain that translates is the last',
    rules: inet(
      hook('two', 'prerouting -90 accept nat', 'tcp dport 22 dnat ip to 10.2.0.3'),
      hook('one', 'prerouting -110 accept nat', 'tcp dport 22 dnat ip to 10.2.0.2'),
    ),
    packets: 'tcp a > me:22 = accept by nothing as a:4000 > 10.2.0.2:22',
  },
  {
    name: 'an accept in a NAT chain passes on to the next of them',
    rules: inet(
      hook('two', 'prerouting -90 accept nat', 'tcp dport 22 dnat ip to 10.2.0.3'),
      hook('one', 'prerouting -110 accept nat', 'tcp dport 22 accept'),
    ),
    packets: 'tcp a > me:22 = accept as a:4000 > 10.2.0.3:22',
  },
  {
    name: 'a drop in a NAT chain drops the first packet',
    rules: inet(dnat('tcp dport 22 drop', 'tcp dport 80 redirect to :8080')),
    packets: 'tcp a > me:22 = drop by pre/1; tcp a > me:80 = accept as a:4000 > me:8080',
  },
  {
    name: 'a NAT chain sees the first packet of a connection only',
    rules: inet(
      dnat('udp dport 53 counter accept', 'udp sport 53 drop'),
      hook('fw', 'forward', 'ct state new,established accept'),
    ),
    packets:
      'udp a > b:53 = accept by fw/1; udp b:53 > a:4000 = accept by fw/1; udp a > b:53 = accept by fw/1; udp b:53 > a:4001 = drop by pre/2',
  },
  {
    name: 'without a rule that needs connections, a NAT chain is passed over',
    rules: inet(dnat('tcp dport 22 drop')),
    packets: 'tcp a > me:22 = accept by nothing',
  },
  {
    name: 'invalid packets aren’t translated',
    rules: inet(dnat('tcp dport 22 dnat ip to 10.2.0.2')),
    packets: 'tcp a > me:22 rst = accept by nothing as a:4000 > me:22',
  },
  {
    name: 'masquerade takes the address of the way out',
    rules: inet(snat('oifname "t1" masquerade')),
    packets: `tcp a:4000 > b:443 syn = accept by nothing as me2:4000 > b:443
      tcp b:443 > me2:4000 syn+ack seq=5000 acks=1001 = accept as b:443 > a:4000
      tcp a6:4000 > b6:443 syn = accept as [fd02::1]:4000 > [fd02::2]:443
      tcp b:4001 > a:443 syn = accept as b:4001 > a:443`,
  },
  {
    name: 'on loopback it takes the address of another device',
    rules: inet(snat('masquerade')),
    packets: 'udp lo:4000 > lo:53 = accept as me:4000 > lo:53',
  },
  {
    name: 'snat to an address, and to a port',
    rules: inet(snat('tcp dport 443 snat ip to 10.2.0.77', 'udp dport 53 snat ip to 10.2.0.77:5000')),
    packets:
      'tcp a:4000 > b:443 syn = accept as 10.2.0.77:4000 > b:443; udp a:4000 > b:53 = accept as 10.2.0.77:5000 > b:53',
  },
  {
    name: 'a port within the range stays',
    rules: inet(snat('tcp dport 443 snat ip to 10.2.0.77:4000-4010')),
    packets: 'tcp a:4005 > b:443 syn = accept as 10.2.0.77:4005 > b:443',
  },
  {
    name: 'redirect is to the host itself',
    rules: inet(
      dnat('tcp dport 80 redirect to :8080', 'udp dport 53 redirect'),
      hook('in', 'input', 'tcp dport 8080 accept'),
    ),
    packets:
      'tcp a:4000 > far:80 syn = accept by in/1 as a:4000 > me:8080; udp a:4000 > far:53 = accept as a:4000 > me:53; tcp b:4001 > far:80 syn = accept as b:4001 > me2:8080',
  },
  {
    name: 'redirect to ports: the first of them',
    rules: inet(dnat('tcp dport 80 redirect to :8080-8090')),
    packets: 'tcp a:4000 > me:80 syn = accept as a:4000 > me:8080',
  },
  {
    name: 'what is made here, redirected to loopback',
    rules: inet(hook('out', 'output -100 accept nat', 'tcp dport 80 redirect to :8080')),
    packets: 'tcp me:4000 > b:80 syn = accept as me:4000 > lo:8080',
  },
  {
    name: 'what is made here, to another host',
    rules: inet(
      hook('out', 'output -100 accept nat', 'tcp dport 80 dnat ip to 10.1.0.2:8080'),
      hook('post', 'postrouting', 'oifname "t0" tcp dport 8080 drop'),
    ),
    packets: 'tcp me:4000 > b:80 syn = drop by post/1',
  },
  {
    name: 'by a map to an address',
    rules: inet(dnat('dnat ip to tcp dport map { 80 : 10.2.0.2, 443 : 10.2.0.3 }')),
    packets:
      'tcp a:4000 > me:80 = accept as a:4000 > 10.2.0.2:80; tcp a:4001 > me:443 = accept as a:4001 > 10.2.0.3:443; tcp a:4002 > me:22 = accept as a:4002 > me:22',
  },
  {
    name: 'by a map to an address and a port',
    rules: inet(
      'map m { type inet_service : ipv4_addr . inet_service; elements = { 80 : 10.2.0.2 . 8080, 443 : 10.2.0.3 . 22 } }',
      dnat('dnat ip to tcp dport map @m'),
    ),
    packets:
      'tcp a:4000 > me:80 = accept as a:4000 > 10.2.0.2:8080; tcp a:4001 > me:443 = accept as a:4001 > 10.2.0.3:22',
  },
  {
    name: 'a statement for one family passes over the other',
    rules: inet(dnat('dnat ip to 10.2.0.2', 'dnat ip6 to fd02::2'), hook('fw', 'forward', 'drop')),
    packets: 'tcp a > me:22 = drop by fw/1; tcp a6 > me6:22 = drop by fw/1',
  },
  {
    name: 'a whole network, bit by bit',
    rules: `table ip t {\n${dnat('dnat ip prefix to ip daddr map { 198.51.100.0/24 : 10.2.0.0/24 }')}\n}`,
    packets:
      'tcp a:4000 > 198.51.100.7:22 = accept as a:4000 > 10.2.0.7:22; tcp a:4001 > far:22 = accept as a:4001 > far:22',
  },
  {
    name: 'both ends at once',
    rules: inet(dnat('tcp dport 80 dnat ip to 10.1.0.9'), snat('ct status dnat masquerade')),
    packets: `tcp a:4000 > me:80 syn = accept as me:4000 > 10.1.0.9:80
      tcp 10.1.0.9:80 > me:4000 syn+ack seq=5000 acks=1001 = accept as me:80 > a:4000`,
  },
  {
    name: 'the source of what is delivered here',
    rules: inet(
      hook('post', 'input 100 accept nat', 'tcp dport 22 snat ip to 10.1.0.50'),
      hook('in', 'input 150', 'ip saddr 10.1.0.50 drop'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept',
  },
  {
    name: 'an error about a translated connection',
    rules: inet(dnat('udp dport 53 dnat ip to 10.2.0.2')),
    packets: `udp a:4000 > me:53 = accept as a:4000 > b:53
      icmp b > a 3/3 of udp a:4000 > b:53 = accept as me > a
      icmp b > a 3/3 of udp a:4000 > me:53 = accept as b > a`,
  },
]
