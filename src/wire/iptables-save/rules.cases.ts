/**
 * Rules as iptables-save writes them, and what nft's language has for each: the specification of `read-rule.ts`. Both
 * columns stand on iptables-extensions(8) and nft(8); `test/peers/iptables.test.ts` has the real iptables write the
 * first, and iptables-translate, where it knows one, the second. Without a second column there is no exact equal.
 */
export interface RuleCase {
  readonly table: 'filter' | 'nat' | 'mangle' | 'raw' | 'security'
  readonly family: 'ip' | 'ip6'
  /** After `-A `. */
  readonly rule: string
  /** In nft's language, or null where a part has no equal. */
  readonly nft: string | null
}

const rows =
  (table: RuleCase['table'], family: RuleCase['family']) =>
  ([rule, nft]: readonly [string, string | null]): RuleCase => ({ table, family, rule, nft })

const FILTER: readonly (readonly [string, string | null])[] = [
  ['INPUT -j ACCEPT', 'accept'],
  ['INPUT -j DROP', 'drop'],
  ['INPUT -j RETURN', 'return'],
  ['INPUT -j mine', 'jump mine'],
  ['INPUT -g mine', 'goto mine'],
  ['mine', ''],
  ['INPUT -s 10.0.0.1/32 -j DROP', 'ip saddr 10.0.0.1 drop'],
  ['INPUT -s 10.0.0.0/8 -d 192.0.2.0/24 -j DROP', 'ip saddr 10.0.0.0/8 ip daddr 192.0.2.0/24 drop'],
  ['INPUT ! -s 10.0.0.0/8 -j DROP', 'ip saddr != 10.0.0.0/8 drop'],
  ['INPUT -s 10.0.0.5/255.0.0.255 -j DROP', 'ip saddr & 255.0.0.255 == 10.0.0.5 drop'],
  ['INPUT -i eth0 -j DROP', 'iifname "eth0" drop'],
  ['INPUT ! -i eth0 -j DROP', 'iifname != "eth0" drop'],
  ['INPUT -i eth+ -j DROP', 'iifname "eth*" drop'],
  ['FORWARD -i br0 ! -o br0 -j DROP', 'iifname "br0" oifname != "br0" drop'],
  ['INPUT -p tcp -j DROP', 'meta l4proto 6 drop'],
  ['INPUT ! -p udp -j DROP', 'meta l4proto != 17 drop'],
  ['INPUT -p gre -j DROP', 'meta l4proto 47 drop'],
  ['INPUT -f -j DROP', 'ip frag-off & 0x1fff != 0 drop'],
  ['INPUT ! -f -j DROP', 'ip frag-off & 0x1fff == 0 drop'],
  ['INPUT -p tcp -m tcp --dport 22 -j ACCEPT', 'meta l4proto 6 tcp dport 22 accept'],
  [
    'INPUT -p tcp -m tcp --sport 1024:65535 --dport 22:25 -j ACCEPT',
    'meta l4proto 6 tcp sport 1024-65535 tcp dport 22-25 accept',
  ],
  ['INPUT -p tcp -m tcp ! --dport 22 -j DROP', 'meta l4proto 6 tcp dport != 22 drop'],
  [
    'INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT',
    'meta l4proto 6 tcp flags & (fin | syn | rst | ack) == syn accept',
  ],
  [
    'INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -j DROP',
    'meta l4proto 6 tcp flags & (fin | syn | rst | ack) != syn drop',
  ],
  [
    'INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -j DROP',
    'meta l4proto 6 tcp flags & (fin | syn | rst | psh | ack | urg) == 0 drop',
  ],
  ['INPUT -p udp -m udp --dport 53 -j ACCEPT', 'meta l4proto 17 udp dport 53 accept'],
  ['INPUT -p udp -m udp ! --sport 53:54 -j ACCEPT', 'meta l4proto 17 udp sport != 53-54 accept'],
  ['INPUT -p sctp -m sctp --dport 80 -j ACCEPT', 'meta l4proto 132 sctp dport 80 accept'],
  [
    'INPUT -p sctp -m sctp --chunk-types any DATA -j ACCEPT',
    'meta l4proto 132 sctp chunk data exists accept',
  ],
  ['INPUT -p sctp -m sctp --chunk-types any DATA,INIT -j ACCEPT', null],
  [
    'INPUT -p dccp -m dccp --sport 5:6 --dccp-types REQUEST,RESPONSE -j ACCEPT',
    'meta l4proto 33 dccp sport 5-6 dccp type { request, response } accept',
  ],
  ['INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT', 'meta l4proto 6 tcp dport { 22, 80-90 } accept'],
  [
    'INPUT -p udp -m multiport ! --sports 53,5353 -j ACCEPT',
    'meta l4proto 17 udp sport != { 53, 5353 } accept',
  ],
  [
    'INPUT -p tcp -m multiport --ports 80 -j ACCEPT',
    'meta l4proto 6 tcp sport . tcp dport { 80 . 0-65535, 0-65535 . 80 } accept',
  ],
  ['INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'ct state established,related accept'],
  ['INPUT -m conntrack --ctstate INVALID -j DROP', 'ct state invalid drop'],
  ['INPUT -m conntrack ! --ctstate NEW -j ACCEPT', 'ct state ! new accept'],
  ['INPUT -m conntrack ! --ctstate NEW --ctdir REPLY -j ACCEPT', null],
  ['INPUT -m state --state NEW,ESTABLISHED -j ACCEPT', 'ct state established,new accept'],
  ['INPUT -m conntrack --ctproto 6 -j ACCEPT', 'ct protocol 6 accept'],
  [
    'INPUT -m conntrack --ctorigsrc 10.0.0.0/8 --ctorigdstport 80 -j ACCEPT',
    'ct original ip saddr 10.0.0.0/8 ct original proto-dst 80 accept',
  ],
  ['INPUT -m conntrack ! --ctrepldst 10.0.0.1 -j ACCEPT', 'ct reply ip daddr != 10.0.0.1 accept'],
  ['INPUT -m conntrack --ctstatus SEEN_REPLY,ASSURED -j ACCEPT', 'ct status seen-reply,assured accept'],
  ['INPUT -m conntrack --ctdir REPLY -j ACCEPT', 'ct direction reply accept'],
  ['INPUT -m mark --mark 0x1 -j ACCEPT', 'meta mark 0x1 accept'],
  ['INPUT -m mark ! --mark 0x1/0xff -j ACCEPT', 'meta mark & 0xff != 0x1 accept'],
  ['INPUT -m connmark --mark 0x10/0xf0 -j ACCEPT', 'ct mark & 0xf0 == 0x10 accept'],
  [
    'INPUT -m connbytes --connbytes 10:20 --connbytes-mode packets --connbytes-dir both -j ACCEPT',
    'ct packets 10-20 accept',
  ],
  [
    'INPUT -m connbytes --connbytes 1000 --connbytes-mode bytes --connbytes-dir reply -j ACCEPT',
    'ct reply bytes >= 1000 accept',
  ],
  ['INPUT -m helper --helper ftp -j ACCEPT', 'ct helper "ftp" accept'],
  ['INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -j ACCEPT', 'ip saddr 10.0.0.1-10.0.0.9 accept'],
  ['INPUT -m iprange ! --dst-range 10.0.0.1-10.0.0.9 -j ACCEPT', 'ip daddr != 10.0.0.1-10.0.0.9 accept'],
  ['INPUT -m addrtype --dst-type LOCAL -j ACCEPT', 'fib daddr type local accept'],
  [
    'INPUT -m addrtype ! --src-type LOCAL,MULTICAST -j ACCEPT',
    'fib saddr type != { local, multicast } accept',
  ],
  ['INPUT -m addrtype --dst-type LOCAL --limit-iface-in -j ACCEPT', 'fib daddr . iif type local accept'],
  ['INPUT -m mac --mac-source 00:11:22:aa:bb:cc -j ACCEPT', 'ether saddr 00:11:22:aa:bb:cc accept'],
  ['OUTPUT -m owner --uid-owner 1000 -j ACCEPT', 'meta skuid 1000 accept'],
  ['OUTPUT -m owner ! --gid-owner 5-9 -j ACCEPT', 'meta skgid != 5-9 accept'],
  ['OUTPUT -m owner --socket-exists -j ACCEPT', null],
  ['INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT', 'meta l4proto 1 icmp type 8 accept'],
  ['INPUT -p icmp -m icmp --icmp-type 3/4 -j ACCEPT', 'meta l4proto 1 icmp type 3 icmp code 4 accept'],
  ['INPUT -p icmp -m icmp ! --icmp-type 8 -j DROP', 'meta l4proto 1 icmp type != 8 drop'],
  ['INPUT -p icmp -m icmp --icmp-type any -j ACCEPT', 'meta l4proto 1 accept'],
  ['INPUT -m ttl --ttl-eq 255 -j ACCEPT', 'ip ttl 255 accept'],
  ['INPUT -m ttl --ttl-lt 2 -j DROP', 'ip ttl < 2 drop'],
  ['INPUT -m ttl --ttl-gt 2 -j ACCEPT', 'ip ttl > 2 accept'],
  ['INPUT -m tos --tos 0x10/0x3f -j ACCEPT', '@nh,8,8 & 0x3f == 0x10 accept'],
  ['INPUT -m dscp --dscp 0x2e -j ACCEPT', 'ip dscp 46 accept'],
  ['INPUT -m dscp ! --dscp 0x00 -j ACCEPT', 'ip dscp != 0 accept'],
  [
    'INPUT -p tcp -m ecn --ecn-tcp-cwr --ecn-ip-ect 3 -j ACCEPT',
    'meta l4proto 6 tcp flags cwr ip ecn 3 accept',
  ],
  ['INPUT -m length --length 100:200 -j ACCEPT', 'meta length 100-200 accept'],
  ['INPUT -m length ! --length 100 -j ACCEPT', 'meta length != 100 accept'],
  [
    'INPUT -p tcp -m tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1:500 -j DROP',
    'meta l4proto 6 tcp flags & (syn | rst) == syn tcp option maxseg size 1-500 drop',
  ],
  ['INPUT -p tcp -m tcpmss ! --mss 1400:1500 -j DROP', null],
  ['INPUT -m pkttype --pkt-type broadcast -j DROP', 'meta pkttype broadcast drop'],
  ['INPUT -m pkttype ! --pkt-type multicast -j DROP', 'meta pkttype != multicast drop'],
  ['INPUT -m cpu --cpu 0 -j ACCEPT', 'meta cpu 0 accept'],
  [
    'INPUT -m statistic --mode random --probability 0.50000000000 -j DROP',
    'numgen random mod 2147483648 < 1073741824 drop',
  ],
  [
    'INPUT -m statistic --mode random ! --probability 0.25000000000 -j DROP',
    'numgen random mod 2147483648 >= 536870912 drop',
  ],
  ['INPUT -m statistic --mode nth --every 3 --packet 1 -j DROP', 'numgen inc mod 3 1 drop'],
  ['INPUT -m policy --dir in --pol ipsec -j ACCEPT', 'meta ipsec exists accept'],
  ['INPUT -m policy --dir in --pol none -j ACCEPT', 'meta ipsec missing accept'],
  ['INPUT -m policy --dir in --pol ipsec --proto esp -j ACCEPT', null],
  [
    'INPUT -m time --timestart 08:00:00 --timestop 17:00:00 --weekdays Mon,Tue --datestop 2038-01-19T03:14:07 -j ACCEPT',
    'meta hour 28800-61200 meta day { 1, 2 } accept',
  ],
  ['INPUT -m limit --limit 5/min -j ACCEPT', 'limit rate 5/minute burst 5 packets accept'],
  [
    'INPUT -m limit --limit 10/sec --limit-burst 20 -j ACCEPT',
    'limit rate 10/second burst 20 packets accept',
  ],
  [
    'INPUT -p tcp -m connlimit --connlimit-above 20 --connlimit-mask 0 --connlimit-saddr -j DROP',
    'meta l4proto 6 ct count over 20 drop',
  ],
  ['INPUT -m quota --quota 1000 -j ACCEPT', 'quota 1000 bytes accept'],
  ['INPUT -m string --string "GET /" --algo bm -j DROP', null],
  ['INPUT -m u32 --u32 "0x0>>0x16&0x3c@0x0=0x5" -j DROP', null],
  ['INPUT -m physdev --physdev-in eth0 -j DROP', null],
  ['INPUT -m comment --comment "a \\"quoted\\" word" -j ACCEPT', 'accept comment "a \\"quoted\\" word"'],
  ['INPUT -m comment --comment plain -j ACCEPT', 'accept comment "plain"'],
  ['INPUT -j REJECT --reject-with icmp-port-unreachable', 'reject with icmp type port-unreachable'],
  ['INPUT -j REJECT --reject-with icmp-admin-prohibited', 'reject with icmp type admin-prohibited'],
  ['INPUT -p tcp -j REJECT --reject-with tcp-reset', 'meta l4proto 6 reject with tcp reset'],
  ['INPUT -j LOG', 'log'],
  [
    'INPUT -j LOG --log-prefix "[UFW BLOCK] " --log-level 7 --log-tcp-options --log-uid',
    'log prefix "[UFW BLOCK] " level debug flags tcp options flags skuid',
  ],
  [
    'INPUT -j NFLOG --nflog-prefix x --nflog-group 5 --nflog-threshold 3',
    'log prefix "x" group 5 queue-threshold 3',
  ],
  ['INPUT -j NFQUEUE --queue-num 3 --queue-bypass', 'queue flags bypass to 3'],
  ['INPUT -j NFQUEUE --queue-balance 0:3', 'queue to 0-3'],
  [
    'INPUT -p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460',
    'meta l4proto 6 synproxy mss 1460 wscale 7 timestamp sack-perm',
  ],
]

const NAT: readonly (readonly [string, string | null])[] = [
  [
    'PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1:8080',
    'meta l4proto 6 tcp dport 80 dnat to 10.0.0.1:8080',
  ],
  [
    'PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.3:80-90 --random --persistent',
    'meta l4proto 6 dnat to 10.0.0.1-10.0.0.3:80-90 random,persistent',
  ],
  ['PREROUTING -p tcp -j DNAT --to-destination :8080', 'meta l4proto 6 dnat to :8080'],
  ['PREROUTING -p tcp -m tcp --dport 5000:5010 -j DNAT --to-destination 10.0.0.1:6000-6010/5000', null],
  ['POSTROUTING -j SNAT --to-source 192.0.2.1', 'snat to 192.0.2.1'],
  ['POSTROUTING -o eth0 -j MASQUERADE', 'oifname "eth0" masquerade'],
  [
    'POSTROUTING -p tcp -j MASQUERADE --to-ports 1024-2048 --random-fully',
    'meta l4proto 6 masquerade to :1024-2048 fully-random',
  ],
  ['OUTPUT -p tcp -j REDIRECT --to-ports 3128', 'meta l4proto 6 redirect to :3128'],
  ['PREROUTING -d 10.1.0.0/16 -j NETMAP --to 10.2.0.0/16', 'ip daddr 10.1.0.0/16 dnat prefix to 10.2.0.0/16'],
  ['mine -j NETMAP --to 10.2.0.0/16', null],
]

const MANGLE: readonly (readonly [string, string | null])[] = [
  ['PREROUTING -j MARK --set-xmark 0x1/0xffffffff', 'meta mark set 0x1'],
  ['PREROUTING -j MARK --set-xmark 0x4000/0x4000', 'meta mark set meta mark & 0xffffbfff ^ 0x4000'],
  ['PREROUTING -j CONNMARK --set-xmark 0x1/0xffffffff', 'ct mark set 0x1'],
  ['PREROUTING -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff', 'ct mark set meta mark'],
  ['PREROUTING -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff', 'meta mark set ct mark'],
  ['POSTROUTING -j CLASSIFY --set-class 0001:0010', 'meta priority set 1:10'],
  ['PREROUTING -j DSCP --set-dscp 0x08', 'ip dscp set 8'],
  ['PREROUTING -j TOS --set-tos 0x10/0xff', '@nh,8,8 set 0x10'],
  ['PREROUTING -j TTL --ttl-set 64', 'ip ttl set 64'],
  ['PREROUTING -j TTL --ttl-inc 1', null],
  [
    'FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    'meta l4proto 6 tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu',
  ],
  [
    'FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1400',
    'meta l4proto 6 tcp flags & (syn | rst) == syn tcp option maxseg size set 1400',
  ],
  ['PREROUTING -p udp -j TPROXY --on-port 53 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0', null],
  ['POSTROUTING -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill', null],
  ['PREROUTING -m rpfilter --loose -j ACCEPT', 'fib saddr oif exists accept'],
  ['PREROUTING -m rpfilter --invert -j DROP', 'fib saddr . iif oif missing drop'],
]

const RAW: readonly (readonly [string, string | null])[] = [
  ['PREROUTING -p udp -j CT --notrack', 'meta l4proto 17 notrack'],
  ['PREROUTING -j CT --zone 5', 'ct zone set 5'],
  ['PREROUTING -j TRACE', 'meta nftrace set 1'],
]

const FILTER6: readonly (readonly [string, string | null])[] = [
  ['INPUT -s fe80::/10 -j ACCEPT', 'ip6 saddr fe80::/10 accept'],
  ['INPUT ! -d 2001:db8::1/128 -j DROP', 'ip6 daddr != 2001:db8::1 drop'],
  [
    'INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT',
    'meta l4proto 58 icmpv6 type 135 ip6 hoplimit 255 accept',
  ],
  [
    'INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1/3 -j ACCEPT',
    'meta l4proto 58 icmpv6 type 1 icmpv6 code 3 accept',
  ],
  ['INPUT -m rt --rt-type 0 -j DROP', 'rt type 0 drop'],
  ['INPUT -m rt --rt-type 0 --rt-segsleft 1:3 -j DROP', 'rt type 0 rt seg-left 1-3 drop'],
  ['INPUT -m frag --fragid 5 -j DROP', 'frag id 5 drop'],
  ['INPUT -m frag --fragfirst -j DROP', 'frag frag-off 0 drop'],
  ['INPUT -m frag --fraglast -j DROP', 'frag more-fragments 0 drop'],
  ['INPUT -m hbh -j DROP', 'exthdr hbh exists drop'],
  ['INPUT -m hbh --hbh-len 5 -j DROP', null],
  ['INPUT -m eui64 -j DROP', null],
  ['INPUT -j REJECT --reject-with icmp6-port-unreachable', 'reject with icmpv6 type port-unreachable'],
  ['INPUT -j REJECT --reject-with icmp6-adm-prohibited', 'reject with icmpv6 type admin-prohibited'],
  ['INPUT -m tos --tos 0x10/0xff -j ACCEPT', '@nh,4,8 0x10 accept'],
]

const NAT6: readonly (readonly [string, string | null])[] = [
  ['PREROUTING -p tcp -j DNAT --to-destination [2001:db8::1]:80', 'meta l4proto 6 dnat to [2001:db8::1]:80'],
  ['PREROUTING -p tcp -j DNAT --to-destination 2001:db8::1', 'meta l4proto 6 dnat to 2001:db8::1'],
  ['POSTROUTING -j SNAT --to-source 2001:db8::1-2001:db8::9', 'snat to 2001:db8::1-2001:db8::9'],
  ['POSTROUTING -s fd00::/64 ! -o br0 -j MASQUERADE', 'ip6 saddr fd00::/64 oifname != "br0" masquerade'],
]

export const RULES: readonly RuleCase[] = [
  ...FILTER.map(rows('filter', 'ip')),
  ...NAT.map(rows('nat', 'ip')),
  ...MANGLE.map(rows('mangle', 'ip')),
  ...RAW.map(rows('raw', 'ip')),
  ...FILTER6.map(rows('filter', 'ip6')),
  ...NAT6.map(rows('nat', 'ip6')),
]

export const CHAINS: Readonly<Record<RuleCase['table'], readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}

/** A whole file with the rules of one table. */
export function fileOf(table: RuleCase['table'], rules: readonly string[]): string {
  const heads = [...CHAINS[table].map(chain => `:${chain} ACCEPT [0:0]`), ':mine - [0:0]']
  return [`*${table}`, ...heads, ...rules.map(rule => `-A ${rule}`), 'COMMIT', ''].join('\n')
}
