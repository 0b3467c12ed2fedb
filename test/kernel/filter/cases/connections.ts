/** Connections: states, directions, what is related, what is exempt (nft(8), "CONNTRACK EXPRESSIONS"). */
import { type Case, hook, inet, strict } from '../case.ts'

const STATEFUL = ['ct state established,related accept', 'ct state invalid drop']

export const CONNECTIONS: readonly Case[] = [
  {
    name: 'a new connection to a port that is open, and its answers',
    rules: inet(hook('fw', 'forward 0 drop', ...STATEFUL, 'iifname "t0" tcp dport 443 ct state new accept')),
    packets: `tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = drop by fw/2
      tcp a:4000 > b:443 syn = accept by fw/3
      tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = accept by fw/1
      tcp a:4000 > b:443 ack seq=1001 acks=5001 = accept by fw/1
      tcp b:443 > a:4000 ack seq=5001 acks=1001 = accept by fw/1
      tcp a:4001 > b:80 syn = drop by fw/policy
      tcp b:443 > a:4001 syn+ack = drop by fw/2`,
  },
  {
    name: 'a question and its answer by UDP',
    rules: inet(hook('fw', 'forward 0 drop', ...STATEFUL, 'udp dport 53 accept')),
    packets: `udp b:53 > a:4000 = drop by fw/policy
      udp a:4000 > b:53 = accept by fw/3
      udp b:53 > a:4000 = accept by fw/1
      udp a:4000 > b:53 = accept by fw/1
      udp b:54 > a:4000 = drop by fw/policy`,
  },
  {
    name: 'without an answer a second packet is still new',
    rules: inet(
      hook('fw', 'forward 0 drop', 'ct state established accept', 'ct state new udp dport 53 accept'),
    ),
    packets:
      'udp a > b:53 = accept by fw/2; udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1',
  },
  {
    name: 'a packet that was dropped makes no connection',
    rules: inet(hook('fw', 'forward', 'ct state new udp dport 53 drop', 'ct state established drop')),
    packets: 'udp a > b:53 = drop by fw/1; udp b:53 > a:4000 = accept by nothing',
  },
  {
    name: 'errors about a connection are related to it',
    rules: inet(hook('fw', 'forward 0 drop', 'ct state related accept', 'ct state new accept')),
    packets: `tcp a:4000 > b:443 syn = accept by fw/2
      icmp b > a 3/1 of tcp a:4000 > b:443 syn = accept by fw/1
      icmp 10.2.0.99 > a 11/0 of tcp a:4000 > b:443 syn = accept by fw/1
      icmp b > a 3/1 of tcp a:4001 > b:443 syn = drop by fw/policy
      icmp6 b6 > a6 1/0 of tcp a6:4001 > b6:443 syn = drop by fw/policy`,
  },
  {
    name: 'the same of IPv6',
    rules: inet(hook('fw', 'forward 0 drop', 'ct state related accept', 'ct state new accept')),
    packets: `udp a6:4000 > b6:53 = accept by fw/2
      icmp6 b6 > a6 1/4 of udp a6:4000 > b6:53 = accept by fw/1`,
  },
  {
    name: 'an error to somebody else is related to nothing',
    rules: inet(hook('fw', 'forward 0 drop', 'ct state related accept', 'ct state new accept')),
    packets: `udp a:4000 > b:53 = accept by fw/2
      icmp b > 10.1.0.77 3/1 of udp a:4000 > b:53 = drop by fw/policy`,
  },
  {
    name: 'an echo and its reply',
    rules: inet(hook('fw', 'forward 0 drop', ...STATEFUL, 'icmp type echo-request accept')),
    packets: `icmp b > a 0/0 id=7 = drop by fw/2
      icmp a > b 8/0 id=7 = accept by fw/3
      icmp b > a 0/0 id=7 = accept by fw/1
      icmp b > a 0/0 id=8 = drop by fw/2`,
  },
  {
    name: 'an echo and its reply by IPv6',
    rules: inet(hook('fw', 'forward 0 drop', ...STATEFUL, 'icmpv6 type echo-request accept')),
    packets:
      'icmp6 b6 > a6 129/0 id=7 = drop by fw/2; icmp6 a6 > b6 128/0 id=7 = accept by fw/3; icmp6 b6 > a6 129/0 id=7 = accept by fw/1',
  },
  {
    name: 'what can’t be the first packet of a connection is invalid',
    rules: strict('ct state invalid drop', 'ct state new accept'),
    packets: `tcp a:4000 > me:22 syn+ack = drop by in/1; tcp a:4001 > me:22 rst = drop by in/1; tcp a:4002 > me:22 fin+ack = drop by in/1
      tcp a:4003 > me:22 ack = accept by in/2; tcp a:4004 > me:22 null = drop by in/1; tcp a:4005 > me:22 syn+fin = drop by in/1
      icmp a > me 0/0 = drop by in/1; icmp a > me 42/0 = drop by in/1; icmp a > me 8/0 = accept by in/2`,
  },
  {
    name: 'other protocols make connections, too',
    rules: inet(
      hook(
        'fw',
        'forward 0 drop',
        'ct state established accept',
        'meta l4proto 47 ct state new iifname "t0" accept',
      ),
    ),
    packets: '47 b > a = drop by fw/policy; 47 a > b = accept by fw/2; 47 b > a = accept by fw/1',
  },
  {
    name: 'before conntrack every packet is invalid, and never new',
    rules: inet(
      hook(
        'raw',
        'prerouting -300',
        'ct state new drop',
        'ct state untracked drop',
        'ct state established drop',
        'ct state invalid meta mark set 1',
      ),
      hook('in', 'input', 'meta mark 1 ct state new drop'),
    ),
    packets: 'tcp a > me:22 = drop by in/1',
  },
  {
    name: 'before conntrack nothing else of a connection is there',
    rules: inet(
      hook(
        'raw',
        'prerouting -300',
        'ct direction original drop',
        'ct mark 0 drop',
        'ct status != dnat drop',
      ),
      hook('in', 'input', 'ct mark 0 drop'),
    ),
    packets: 'tcp a > me:22 = drop by in/1',
  },
  {
    name: 'on loopback the connection is there from the beginning',
    rules: inet(hook('raw', 'prerouting -300', 'iif lo ct state new drop')),
    packets: 'tcp lo > lo:22 = drop by raw/1; tcp a > me:22 = accept',
  },
  {
    name: 'what isn’t tracked is neither new nor invalid',
    rules: inet(
      hook('raw', 'prerouting -300', 'tcp dport 22 notrack'),
      hook(
        'in',
        'input 0 drop',
        'ct state invalid,new,established,related drop',
        'ct state untracked accept',
      ),
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/1; tcp a > me:22 syn+ack = accept by in/2',
  },
  {
    name: 'after conntrack it is too late',
    rules: inet(
      hook('late', 'prerouting -150', 'notrack'),
      hook('in', 'input', 'ct state untracked drop', 'ct state new accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 rst = drop by in/1',
  },
  {
    name: 'what was not tracked on its way out is not tracked on its way in',
    rules: inet(hook('out', 'output -300', 'notrack'), hook('in', 'input', 'ct state untracked drop')),
    packets: 'tcp lo > lo:22 = drop by in/1',
  },
  {
    name: 'directions',
    rules: inet(
      hook('fw', 'forward 0 drop', 'ct direction reply accept', 'ct direction original udp dport 53 accept'),
    ),
    packets: 'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1; udp b > a:80 = drop',
  },
  {
    name: 'the status grows',
    rules: inet(
      hook(
        'fw',
        'forward',
        'ct status assured meta mark set 3',
        'ct status seen-reply,assured counter',
        'ct status confirmed tcp dport 443 counter',
      ),
    ),
    packets: `tcp a:4000 > b:443 syn = accept; tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = accept
      tcp a:4000 > b:443 ack seq=1001 acks=5001 = accept; tcp b:443 > a:4000 ack seq=5001 acks=1001 = accept`,
  },
  {
    name: 'a mark that stays with the connection',
    rules: inet(hook('fw', 'forward 0 drop', 'ct mark 9 accept', 'udp dport 53 ct mark set 9 accept')),
    packets:
      'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1; udp a > b:53 = accept by fw/1',
  },
  {
    name: 'from the packet to the connection and back',
    rules: inet(
      hook('pre', 'prerouting -150', 'meta mark set ct mark'),
      hook(
        'fw',
        'forward 0 drop',
        'meta mark 4 accept',
        'udp dport 53 meta mark set 4 ct mark set meta mark accept',
      ),
    ),
    packets: 'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1',
  },
  {
    name: 'addresses and ports of the first packet',
    rules: inet(
      hook(
        'fw',
        'forward 0 drop',
        'ct original ip saddr 10.1.0.2 meta l4proto tcp ct original proto-dst 443 accept',
      ),
    ),
    packets: `tcp a:4000 > b:443 syn = accept by fw/1; tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = accept by fw/1
      tcp b:4001 > a:443 syn = drop; tcp a6:4000 > b6:443 syn = drop`,
  },
  {
    name: 'a state by a map',
    rules: strict(
      'ct state vmap { established : accept, related : accept, invalid : drop }',
      'tcp dport 22 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp a:4001 > me:22 rst = drop by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'states as a set and their opposite',
    rules: strict('ct state { new, untracked } tcp dport 22 accept', 'ct state != new drop'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a:4001 > me:22 rst = drop by in/2; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'neighbour discovery is never tracked',
    rules: strict('ct state untracked icmpv6 type { 133, 135, 136 } accept'),
    packets: 'icmp6 a6 > me6 128/0 = drop; icmp6 a6 > me6 135/0 ttl=255 = accept by in/1',
  },
]
