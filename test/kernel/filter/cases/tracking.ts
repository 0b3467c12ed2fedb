/** Connections: what they are asked beside their state: helpers, labels, counts (nft(8), "CONNTRACK EXPRESSIONS", "CONNTRACK STATEMENT"). */
import { type Case, hook, inet, strict } from '../case.ts'

const guarded = (...rules: readonly string[]): string => inet(hook('fw', 'forward 0 drop', ...rules))

export const TRACKING: readonly Case[] = [
  {
    name: 'packets that a connection has counted',
    rules: guarded(
      'ct packets 1 accept',
      'ct packets > 2 udp dport 53 drop',
      'ct original packets 1 ct reply packets 1 accept',
      'accept',
    ),
    packets: `udp a > b:53 = accept by fw/1; udp b:53 > a:4000 = accept by fw/3; udp a > b:53 = drop by fw/2; udp b:53 > a:4000 = accept by fw/4`,
  },
  {
    name: 'bytes that a connection has counted, and their average',
    rules: guarded(
      'ct bytes > 200 drop',
      'ct avgpkt 128 ct original bytes 128 accept',
      'ct reply bytes 0 accept',
      'ct avgpkt < 100 ct reply bytes 32 accept',
    ),
    packets: `udp a > b:53 payload=100 = accept by fw/2
      udp b:53 > a:4000 = accept by fw/4
      udp a > b:53 payload=100 = drop by fw/1`,
  },
  {
    name: 'a packet that is dropped is counted all the same, once its connection is there',
    rules: guarded('ct packets 2 drop', 'ct packets 3 accept', 'ct packets 1 accept'),
    packets: 'udp a > b:53 = accept by fw/3; udp a > b:53 = drop by fw/1; udp a > b:53 = accept by fw/2',
  },
  {
    name: 'invalid packets have nothing to count for',
    rules: guarded('ct packets >= 0 accept', 'ct state invalid drop'),
    packets: 'tcp a > b:22 rst = drop by fw/2; tcp a > b:22 = accept by fw/1',
  },
  {
    name: 'a label stays with the connection, and others join it',
    rules: guarded(
      'ct label 5 ct label 9 accept',
      'ct label 5 ct label set 9 accept',
      'udp dport 53 ct label set 5 accept',
    ),
    packets:
      'udp a > b:53 = accept by fw/3; udp b:53 > a:4000 = accept by fw/2; udp a > b:53 = accept by fw/1; udp a:4001 > b:80 = drop by fw/policy',
  },
  {
    name: 'a connection without labels',
    rules: guarded('ct label 5 drop', 'ct label != 5 udp dport 53 accept'),
    packets: 'udp a > b:53 = accept by fw/2; tcp a > b:22 rst = drop by fw/policy',
  },
  {
    name: 'a helper that a rule gives a connection: not that by which it was expected',
    rules: inet(
      'ct helper ftp-usual { type "ftp" protocol tcp; }',
      hook('pre', 'prerouting', 'tcp dport 21 ct helper set "ftp-usual"'),
      hook(
        'fw',
        'forward 0 drop',
        'ct helper "ftp" drop',
        'ct helper != "sip" drop',
        'ct status & 0x2000 == 0x2000 accept',
        'udp dport 53 accept',
      ),
    ),
    packets:
      'tcp a > b:21 = accept by fw/3; tcp a > b:22 = drop by fw/policy; udp a > b:53 = accept by fw/4; tcp a > b:21 = accept by fw/3',
  },
  {
    name: 'a helper is for its own protocol and family only',
    rules: inet(
      'ct helper tftp-usual { type "tftp" protocol udp; l3proto ip; }',
      hook('pre', 'prerouting', 'ct helper set "tftp-usual"'),
      hook('fw', 'forward 0 drop', 'ct status & 0x2000 != 0 accept'),
    ),
    packets: 'udp a > b:69 = accept by fw/1; tcp a > b:69 = drop; udp a6 > b6:69 = drop',
  },
  {
    name: 'a helper by a map',
    rules: inet(
      'ct helper ftp-usual { type "ftp" protocol tcp; }',
      hook('pre', 'prerouting', 'ct helper set tcp dport map { 21 : "ftp-usual", 2121 : "ftp-usual" }'),
      hook('fw', 'forward 0 drop', 'ct status & 0x2000 != 0 tcp dport 2121 accept'),
    ),
    packets: 'tcp a > b:2121 = accept by fw/1; tcp a > b:22 = drop',
  },
  {
    name: 'a policy of timeouts changes no verdict',
    rules: inet(
      'ct timeout brief { protocol tcp; l3proto ip; policy = { established : 100, close : 4 }; }',
      hook('pre', 'prerouting', 'tcp dport 22 ct timeout set "brief" counter accept', 'drop'),
    ),
    packets: 'tcp a > b:22 = accept by pre/1; tcp a > b:80 = drop by pre/2',
  },
  {
    name: 'an expectation changes no verdict of the packet that makes it',
    rules: inet(
      'ct expectation later { protocol udp; dport 9876; timeout 2m; size 12; l3proto ip; }',
      hook('fw', 'forward 0 drop', 'udp dport 53 ct expectation set "later" accept'),
    ),
    packets: 'udp a > b:53 = accept by fw/1; udp a > b:80 = drop by fw/policy',
  },
  {
    name: 'events that are told of change no verdict',
    rules: guarded('udp dport 53 ct event set new,destroy accept'),
    packets: 'udp a > b:53 = accept by fw/1; udp a > b:80 = drop by fw/policy',
  },
  {
    name: 'the time that is left',
    rules: guarded(
      'ct state new ct direction original ct status confirmed ct expiration > 5s accept',
      'ct status ! confirmed accept',
    ),
    packets: 'udp a > b:53 = accept by fw/2; udp a > b:53 = accept by fw/1',
    facts: { 'ct expiration': 30_000 },
  },
  {
    name: 'protocols as the connection has them',
    rules: guarded('ct l3proto ipv4 ct original protocol tcp accept', 'ct l3proto ipv6 accept'),
    packets:
      'tcp a > b:22 = accept by fw/1; udp a > b:53 = drop by fw/policy; udp a6 > b6:53 = accept by fw/2',
  },
  {
    name: 'either end, either direction',
    rules: guarded(
      'ct original ip saddr 10.1.0.0/24 ct original ip daddr 10.2.0.2 ct reply ip saddr 10.2.0.2 meta l4proto tcp ct reply proto-src 443 accept',
      'ct reply ip6 daddr fd01::2 meta l4proto udp ct original proto-src 4000 accept',
    ),
    packets: `tcp a > b:443 = accept by fw/1; tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = accept by fw/1; tcp a > b:80 = drop
      udp a6 > b6:53 = accept by fw/2; udp a6:4001 > b6:53 = drop by fw/policy`,
  },
  {
    name: 'what answers go to, once a connection is translated',
    rules: inet(
      hook('pre', 'prerouting -100 accept nat', 'tcp dport 80 dnat ip to 10.2.0.2:8080'),
      hook('fw', 'forward', 'meta l4proto tcp ct reply proto-src 8080 ct reply ip saddr 10.2.0.2 drop'),
    ),
    packets: 'tcp a > me:80 = drop by fw/1; tcp a > b:8080 = drop by fw/1; tcp a > b:22 = accept',
  },
  {
    name: 'bits of the mark of a connection',
    rules: guarded(
      'ct mark & 0xf == 5 accept',
      'udp dport 53 ct mark set 0x15 accept',
      'udp dport 80 ct mark set ct mark | 0x25 accept',
    ),
    packets:
      'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1; udp a > b:80 = accept by fw/3; udp a > b:80 = accept by fw/1',
  },
  {
    name: 'the mark of a connection by a map',
    rules: guarded(
      'ct mark vmap { 1 : accept, 2 : drop }',
      'ct mark set tcp dport map { 22 : 1, 80 : 2 } accept',
    ),
    packets:
      'tcp a > b:22 = accept by fw/2; tcp a > b:80 = accept by fw/2; tcp a > b:22 = accept by fw/1; tcp a > b:80 = drop by fw/1; tcp a > b:443 = drop by fw/policy',
  },
  {
    name: 'a count of connections that is exceeded',
    rules: strict('tcp dport 22 ct count over 1 drop', 'tcp dport 22 accept'),
    packets: 'tcp a:4000 > me:22 = accept by in/2; tcp a:4001 > me:22 beyond = drop by in/1',
  },
  {
    name: 'a count of connections by address',
    rules: inet(
      'set s { type ipv4_addr; size 100; flags dynamic; }',
      hook('in', 'input', 'tcp dport 22 ct state new add @s { ip saddr ct count over 2 } drop', 'accept'),
    ),
    packets:
      'tcp a:4000 > me:22 = accept by in/2; tcp a:4001 > me:22 = accept by in/2; tcp a:4002 > me:22 beyond = drop by in/1; tcp b > me:22 = accept by in/2',
  },
  {
    name: 'the status of a connection that a rule translates',
    rules: inet(
      hook('pre', 'prerouting -100 accept nat', 'tcp dport 80 redirect to :8080'),
      hook('post', 'input 100 accept nat', 'tcp dport 22 snat ip to 10.1.0.50'),
      hook(
        'in',
        'input 200 drop',
        'ct status dnat accept',
        'ct status snat ct status != dnat tcp dport 22 drop',
        'ct status snat accept',
      ),
    ),
    packets: 'tcp a > me:80 = accept by in/1 as a:4000 > me:8080; tcp a > me:22 = drop by in/2',
  },
  {
    name: 'a SYN again is still new, and isn’t counted again',
    rules: guarded('ct state new ct packets 1 accept', 'ct state new ct packets 2 accept'),
    packets:
      'tcp a > b:22 = accept by fw/1; tcp a > b:22 = accept by fw/1; udp a > b:53 = accept by fw/1; udp a > b:53 = accept by fw/2; udp a > b:53 = drop by fw/policy',
  },
  {
    name: 'an error has the mark and the zone of what it is about',
    rules: inet(
      hook('raw', 'prerouting -300', 'ct zone set 4'),
      hook(
        'fw',
        'forward 0 drop',
        'ct state related ct mark 6 ct zone 4 accept',
        'ct state new ct mark set 6 accept',
      ),
    ),
    packets: 'udp a > b:53 = accept by fw/2; icmp b > a 3/3 of udp a:4000 > b:53 = accept by fw/1',
  },
  {
    name: 'what is made here is tracked after the raw chains of output',
    rules: inet(
      hook(
        'raw',
        'output -300',
        'ct state new drop',
        'ct state invalid meta mark set 1',
        'udp dport 80 notrack',
      ),
      hook('out', 'output', 'meta mark 1 ct state new udp dport 53 drop', 'ct state untracked drop'),
    ),
    packets:
      'udp me > a:53 = drop by out/1; udp me > a:80 = drop by out/2; udp me > a:443 = accept by nothing',
  },
  {
    name: 'a chain at the very place of conntrack',
    rules: inet(hook('at', 'prerouting -200', 'ct state new drop', 'ct state invalid accept')),
    packets: 'tcp a > me:22 = drop by at/1',
  },
  {
    name: 'a chain just before it',
    rules: inet(hook('at', 'prerouting -201', 'ct state new drop', 'ct state invalid accept')),
    packets: 'tcp a > me:22 = accept by at/2',
  },
]
