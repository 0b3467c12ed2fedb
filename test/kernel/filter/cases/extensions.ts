/**
 * Options, extension headers, and transports beside TCP, UDP and ICMP (nft(8), "EXTENSION HEADER EXPRESSIONS", "PAYLOAD
 * EXPRESSIONS").
 */
import { type Case, hook, inet, input, strict } from '../case.ts'

export const EXTENSIONS: readonly Case[] = [
  {
    name: 'a hop-by-hop header',
    rules: strict('exthdr hbh exists tcp dport 22 accept', 'exthdr hbh missing accept'),
    packets:
      'tcp a6 > me6:22 ext=hbh = accept by in/1; tcp a6 > me6:22 = accept by in/2; tcp a6 > me6:80 ext=hbh = drop by in/policy',
  },
  {
    name: 'fields of extension headers',
    rules: strict('hbh nexthdr 60 accept', 'dst nexthdr tcp tcp dport 22 accept', 'rt type 253 accept'),
    packets:
      'tcp a6 > me6:80 ext=hbh+dst = accept by in/1; tcp a6 > me6:22 ext=dst = accept by in/2; tcp a6 > me6:80 ext=dst = drop; tcp a6 > b6:80 ext=rt = accept',
  },
  {
    name: 'a routing header, on its way through',
    rules: inet(hook('fw', 'forward', 'rt type 253 drop', 'rt seg-left 0 accept', 'exthdr rt exists drop')),
    packets: 'tcp a6 > b6:80 ext=rt = drop by fw/1; tcp a6 > b6:80 = accept by nothing',
  },
  {
    name: 'a segment routing header, on its way through',
    rules: inet(
      hook('fw', 'forward', 'srh tag 8 accept', 'srh tag 7 srh last-entry 0 drop', 'exthdr rt exists accept'),
    ),
    packets: 'tcp a6 > b6:80 ext=srh = drop by fw/2; tcp a6 > b6:80 = accept by nothing',
  },
  {
    name: 'a fragment that is the whole packet',
    rules: inet(
      hook(
        'pre',
        'prerouting -500',
        'frag id 9 frag more-fragments 0 frag frag-off 0 tcp dport 22 drop',
        'exthdr frag exists accept',
      ),
    ),
    packets: 'tcp a6 > me6:22 ext=frag = drop by pre/1; tcp a6 > me6:80 ext=frag = accept by pre/2',
  },
  {
    name: 'behind many headers the transport is found all the same',
    rules: strict('meta l4proto tcp tcp dport 22 accept', 'ip6 nexthdr 0 drop'),
    packets:
      'tcp a6 > me6:22 ext=hbh+dst = accept by in/1; udp a6 > me6:53 ext=hbh = drop by in/2; udp a6 > me6:53 ext=dst = drop by in/policy',
  },
  {
    name: 'the next header of IPv6 is the first of them',
    rules: strict('ip6 nexthdr tcp accept', 'ip6 nexthdr 60 accept'),
    packets:
      'tcp a6 > me6:22 = accept by in/1; tcp a6 > me6:22 ext=dst = accept by in/2; tcp a6 > me6:22 ext=hbh = drop',
  },
  {
    name: 'mobility headers',
    rules: strict('mh type binding-update accept', 'mh type 5 drop', 'exthdr mh exists accept'),
    packets: '135 a6 > me6 kind=5 = accept by in/1',
  },
  {
    name: 'an extension header is asked of IPv6 only',
    rules: strict('exthdr hbh missing accept', 'frag id != 5 accept', 'tcp dport 22 accept'),
    packets:
      'tcp a > me:22 = accept by in/3; tcp a > me:80 = drop by in/policy; tcp a6 > me6:80 = accept by in/1',
  },
  {
    name: 'options of IPv4',
    rules: strict(
      'ip option ra exists drop',
      'ip option rr exists tcp dport 22 accept',
      'ip option rr missing tcp dport 80 accept',
    ),
    packets:
      'tcp a > me:22 opt=rr = accept by in/2; tcp a > me:80 = accept by in/3; tcp a > me:80 opt=rr = drop by in/policy; tcp a > me:22 opt=ra = drop by in/1',
  },
  {
    name: 'fields of options of IPv4',
    rules: inet(
      hook('pre', 'prerouting', 'ip option ra value 0 drop', 'ip option rr ptr 4 ip option rr length 7 drop'),
    ),
    packets:
      'tcp a > me:22 opt=ra = drop by pre/1; tcp a > me:22 opt=rr = drop by pre/2; tcp a > me:22 = accept',
  },
  {
    name: 'options of IPv4 are asked of IPv4 only',
    rules: strict('ip option rr missing accept', 'tcp dport 22 accept'),
    packets: 'tcp a6 > me6:22 = accept by in/2; tcp a > me:80 = accept by in/1',
  },
  {
    name: 'the length of a header with options',
    rules: strict('ip hdrlength 5 accept', 'ip hdrlength > 6 drop'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:22 opt=rr = drop by in/2; tcp a > me:22 opt=ra = drop by in/policy',
  },
  {
    name: 'TCP options beside the segment size',
    rules: strict(
      'tcp option sack-perm exists tcp option window count 7 accept',
      'tcp option timestamp tsval 100 accept',
      'tcp option sack left 10 accept',
      'tcp option window missing accept',
    ),
    packets:
      'tcp a > me:22 syn tcpopt=sack-perm+window = accept by in/1; tcp a > me:22 ack tcpopt=timestamp = accept by in/2; tcp a > me:22 ack tcpopt=sack = accept by in/3; tcp a > me:22 syn tcpopt=window = drop; tcp a > me:22 = accept by in/4',
  },
  {
    name: 'a TCP option by its number',
    rules: strict('tcp option 34 exists accept', 'tcp option 8 exists tcp dport 22 accept'),
    packets:
      'tcp a > me:80 syn tcpopt=fastopen = accept by in/1; tcp a > me:22 syn tcpopt=timestamp = accept by in/2; tcp a > me:22 = drop',
  },
  {
    name: 'an option of TCP is missing from whatever isn’t TCP',
    rules: strict('tcp option timestamp missing accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:22 syn tcpopt=timestamp = drop; udp a6 > me6:53 = accept by in/1',
  },
  {
    name: 'an option that a rule takes away is missing afterwards',
    rules: inet(
      hook(
        'fw',
        'forward',
        'tcp dport 22 reset tcp option sack-perm',
        'tcp dport 80 reset tcp option timestamp',
      ),
      hook('post', 'postrouting', 'tcp option sack-perm missing drop', 'tcp option timestamp exists accept'),
    ),
    packets:
      'tcp a > b:22 syn tcpopt=sack-perm = drop by post/1; tcp a > b:443 syn tcpopt=sack-perm+timestamp = accept by post/2; tcp a > b:80 syn tcpopt=sack-perm+timestamp = accept by nothing',
  },
  {
    name: 'taking an option away asks for TCP',
    rules: strict('reset tcp option sack-perm accept', 'udp dport 53 accept'),
    packets: 'tcp a > me:22 = accept by in/1; udp a > me:53 = accept by in/2; udp a > me:80 = drop',
  },
  {
    name: 'fields of a TCP header',
    rules: strict(
      'tcp ackseq 77 accept',
      'tcp doff 5 tcp window < 1000 accept',
      'tcp doff > 5 tcp urgptr 0 accept',
      'tcp reserved != 0 drop',
    ),
    packets:
      'tcp a > me:22 ack acks=77 = accept by in/1; tcp a > me:22 syn window=900 = accept by in/2; tcp a > me:22 syn mss=1200 = accept by in/3; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'fields of an IP header',
    rules: strict(
      'ip id 5 accept',
      'ip ecn ect0 accept',
      'ip version 4 ip protocol udp drop',
      'ip length 44 accept',
    ),
    packets:
      'tcp a > me:22 syn ipid=5 = accept by in/1; tcp a > me:22 syn ecn=2 = accept by in/2; udp a > me:53 = drop by in/3; tcp a > me:22 syn mss=100 = accept by in/4; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'fields of an IPv6 header',
    rules: strict(
      'ip6 flowlabel 9 accept',
      'ip6 ecn ce accept',
      'ip6 length > 100 drop',
      'ip6 version 6 udp dport 53 accept',
    ),
    packets:
      'tcp a6 > me6:22 syn flow=9 = accept by in/1; tcp a6 > me6:22 syn ecn=3 = accept by in/2; udp a6 > me6:53 payload=200 = drop by in/3; udp a6 > me6:53 = accept by in/4; tcp a6 > me6:22 = drop',
  },
  {
    name: 'checksums',
    rules: strict(
      'udp checksum 0 drop',
      'udp checksum != 0 udp dport 80 accept',
      'ip checksum 0 drop',
      'tcp checksum != 0 accept',
      'icmp checksum != 0 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/4; udp a > me:53 = drop by in/policy; icmp a > me 8/0 = accept by in/5',
  },
  {
    name: 'parts of ICMP',
    rules: strict(
      'icmp sequence 1 icmp id 7 accept',
      'icmp mtu 0 icmp type 3 drop',
      'icmpv6 sequence 1 accept',
      'icmpv6 mtu 0 drop',
    ),
    packets:
      'icmp a > me 8/0 id=7 = accept by in/1; icmp a > me 8/0 id=8 = drop by in/policy; icmp6 a6 > me6 128/0 id=7 = accept by in/3; icmp a > me 3/4 of udp me:53 > a:9 = drop by in/2; icmp6 a6 > me6 2/0 of udp me6:53 > a6:9 = drop by in/4',
  },
  {
    name: 'IGMP',
    rules: strict('igmp type membership-query drop', 'igmp type 23 accept', 'igmp mrt 0 igmp group 0 accept'),
    packets:
      'igmp a > me kind=17 = drop by in/1; igmp a > me kind=23 = accept by in/2; igmp a > me kind=22 = accept by in/3; tcp a > me:22 = drop',
  },
  {
    name: 'DCCP',
    rules: strict('dccp dport 5000 dccp type request accept', 'dccp sport 4000 accept', 'dccp type 7 drop'),
    packets:
      'dccp a:4001 > me:5000 kind=0 = accept by in/1; dccp a:4000 > me:22 kind=7 = accept by in/2; dccp a:4001 > me:22 kind=7 = drop by in/3; tcp a > me:5000 = drop',
  },
  {
    name: 'UDP-Lite',
    rules: strict(
      'udplite dport 53 accept',
      'udplite csumcov 0 udplite sport 4001 accept',
      'udp dport 53 drop',
    ),
    packets:
      'udplite a > me:53 = accept by in/1; udplite a:4001 > me:80 = accept by in/2; udp a > me:53 = drop by in/3; udplite a > me:80 = drop by in/policy',
  },
  {
    name: 'ESP',
    rules: strict('esp spi 100-200 accept', 'esp sequence 5 esp spi 7 accept'),
    packets:
      'esp a > me spi=150 = accept by in/1; esp a > me spi=7 = accept by in/2; esp a > me spi=8 = drop; esp a6 > me6 spi=100 = accept by in/1; tcp a > me:22 = drop',
  },
  {
    name: 'AH',
    rules: strict(
      'ah spi 100 accept',
      'ah hdrlength 2 ah nexthdr 59 ah reserved 0 accept',
      'ah sequence 5 drop',
    ),
    packets:
      'ah a > me spi=100 = accept by in/1; ah a > me spi=7 = accept by in/2; esp a > me spi=100 = drop',
  },
  {
    name: 'IPComp',
    rules: strict('comp cpi 2 accept', 'comp flags 0x0 drop'),
    packets:
      'comp a > me spi=2 = accept by in/1; comp a > me spi=3 = drop by in/2; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'SCTP and its chunks',
    rules: strict(
      'sctp chunk data exists drop',
      'sctp chunk init init-tag 2 drop',
      'sctp chunk init a-rwnd 65535 sctp dport 5000 accept',
      'sctp chunk init-ack missing accept',
    ),
    packets:
      'sctp a:4000 > me:5000 = accept by in/3; sctp a:4000 > me:5001 = accept by in/4; tcp a > me:22 = accept by in/4',
  },
  {
    name: 'the tag of SCTP',
    rules: strict('sctp vtag 0 sctp sport 4000 accept', 'sctp checksum != 0 drop'),
    packets: 'sctp a:4000 > me:5000 = accept by in/1; sctp a:4001 > me:5000 = drop by in/2',
  },
  {
    name: 'several transports have ports at the same place',
    rules: strict(
      'meta l4proto { tcp, udp, sctp, dccp, udplite } th dport 5000 accept',
      'th dport 5000 drop',
    ),
    packets:
      'tcp a > me:5000 = accept by in/1; sctp a:4000 > me:5000 = accept by in/1; dccp a:4000 > me:5000 kind=0 = accept by in/1; udplite a > me:5000 = accept by in/1; esp a > me spi=5000 = drop by in/2',
  },
  {
    name: 'bits that no field has by itself',
    rules: strict(
      '@nh,0,8 0x45 tcp dport 22 accept',
      '@th,0,32 0x0fa00050 accept',
      '@nh,96,16 0x0a01 udp dport 53 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a:4000 > me:80 = accept by in/2; udp a > me:53 = accept by in/3; tcp a:4001 > me:80 = drop',
  },
  {
    name: 'bits behind the transport header',
    rules: strict('@ih,0,8 0x61 udp dport 53 accept', '@ih,0,32 0x61616162 accept'),
    packets: 'udp a > me:53 = accept by in/1; udp a > me:80 = drop by in/policy',
    facts: { '@ih,0,8': 0x61, '@ih,0,32': 0x61616161 },
  },
  {
    name: 'where there is no link there are no bits of one',
    rules: strict('@ll,0,48 0x1122334455 accept', '@ll,96,16 != 0x0800 accept', 'tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/3; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'a tag of a VLAN is asked of Ethernet only',
    rules: strict('vlan id 5 accept', 'vlan id != 5 accept', 'vlan pcp 0 accept', 'tcp dport 22 accept'),
    packets:
      'tcp a > me:22 = accept by in/4; tcp lo > lo:22 = accept by in/4; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'on loopback there is a link, and its addresses are zero',
    rules: input(
      'ether saddr 00:00:00:00:00:00 tcp dport 22 drop',
      'ether type ip tcp dport 80 drop',
      'ether daddr != 00:00:00:00:00:00 accept',
    ),
    packets: 'tcp a > me:22 = accept by nothing; tcp lo > lo:443 = accept by nothing',
  },
]
