/** Rules of an inet table about the packet itself and what is done with it, one a line. */
export const PACKET_RULES: readonly string[] = `
tcp dport 22
tcp dport { 22, 80-90, 443 } accept
tcp dport != { 22 } drop
tcp dport { 22 } drop
udp sport 1024-65535
tcp sport < 1024
tcp sport >= 1024
tcp dport ne 22
tcp dport . ip saddr { 22 . 10.0.0.1, 80-90 . 10.0.0.0/8 }
ip saddr . ip daddr vmap { 1.1.1.1 . 2.2.2.2 : accept, 10.0.0.0/8 . 3.3.3.3 : drop }
ip saddr 10.1.2.3/8
ip saddr != 10.0.0.0/8 drop
ip saddr 10.0.0.1-10.0.0.9
ip saddr { 10.0.0.1-10.0.0.9, 10.0.0.10 }
ip6 saddr fe80::/10
ip6 saddr ::1 accept
ip6 daddr { ::1, fe80::/10, 2001:db8::1-2001:db8::ff }
ip6 daddr != ff00::/8
ip ttl 64
ip ttl < 5 drop
ip dscp cs1
ip dscp { cs1, af41, 0x08 }
ip ecn ce
ip length 20-100
ip id 1
ip frag-off & 0x1fff != 0 drop
ip frag-off != 0
ip protocol tcp
ip protocol { tcp, udp, 47 }
ip protocol != esp
ip version 4
ip hdrlength 5
ip checksum 5
ip6 nexthdr icmpv6
ip6 hoplimit 255
ip6 flowlabel 22
ip6 dscp ef
ip6 length 22
icmp type echo-request
icmp type { echo-request, destination-unreachable } accept
icmp code 3
icmp type 8 icmp code 0
icmp id 3
icmp sequence 4
icmp mtu 500
icmpv6 type { nd-neighbor-solicit, nd-router-advert, echo-request } accept
icmpv6 code 4
icmpv6 mtu 1280
tcp flags syn
tcp flags syn,ack
tcp flags syn | ack
tcp flags == syn
tcp flags != syn
tcp flags ! syn
tcp flags ! syn,rst
tcp flags & (fin|syn|rst|ack) == syn
tcp flags & (fin|syn) != 0
tcp flags & syn == syn
tcp flags & (syn|ack) == syn|ack
tcp flags syn / fin,syn,rst,ack
tcp flags syn,ack / syn,ack,fin
tcp flags != syn / fin,syn
tcp flags { syn, syn|ack }
tcp flags vmap { syn : accept, ack : drop }
tcp sequence 0
tcp window 1000
tcp doff 8
udp length 8-100
udp checksum 0
sctp dport 5060
sctp chunk data exists
sctp chunk init a-rwnd 5
dccp dport 5
dccp type request
udplite dport 5
esp spi 100
ah spi 100
ah hdrlength 11
comp cpi 5
th dport 53
th sport { 53, 80-90 }
hbh nexthdr 60
frag more-fragments 1
frag frag-off 10
frag id 5
dst nexthdr 60
mh type binding-update
mh nexthdr 1
srh tag 5
srh flags 1
srh sid[1] ::1
exthdr hbh exists
exthdr frag missing
ip option lsrr exists
ip option ra exists
ip option rr type 1
ip option ssrr ptr 5
tcp option maxseg size 1-500
tcp option maxseg size set 1400
tcp option sack-perm exists
tcp option sack-permitted missing
tcp option timestamp exists
tcp option timestamp tsval 5
tcp option window count 7
tcp option 254 exists
tcp option sack left 1
tcp option sack1 left 1
tcp option eol exists
tcp option nop exists
tcp option @34,16,4 5
reset tcp option sack-perm
@th,16,16 22
@th,0,16 { 22, 80 }
@nh,8,8 5
@nh,64,8 0x06
@ll,0,48 0x001122334455
@th,160,32 & 0xff000000 == 0x41000000
@th,0,8 > 5
@ih,0,32 5
counter
counter packets 5 bytes 500 accept
counter accept comment "hello world"
accept comment plain
log
log prefix "x: "
log prefix "x: " level debug
log level warn
log level audit
log group 2 snaplen 64 queue-threshold 10 prefix "p"
log flags tcp sequence,options
log flags ip options flags skuid flags ether
log flags all
log prefix "a" flags skuid level info
limit rate 10/second
limit rate 10/minute burst 20 packets accept
limit rate over 10/hour drop
limit rate 10/day
limit rate 10/week
limit rate 1 mbytes/second
limit rate over 10 kbytes/minute burst 100 kbytes drop
limit rate 1024 bytes/second burst 500 bytes
quota 10 mbytes
quota until 500 bytes used 20 bytes
quota over 1 kbytes used 1 kbytes
reject
reject with tcp reset
tcp dport 22 reject with tcp reset
reject with icmpx port-unreachable
reject with icmpx type admin-prohibited
reject with icmp host-unreachable
reject with icmp type net-prohibited
reject with icmpv6 no-route
reject with icmpv6 type addr-unreachable
ip saddr 1.1.1.1 reject
ip6 saddr ::1 reject
tcp dport 5 reject
notrack
ip dscp set ef
ip ttl set 64
ip6 hoplimit set 3
ip ecn set ect0
ip daddr set 1.2.3.4
tcp dport set 8080
udp dport 53 udp sport set 5353
ip6 flowlabel set 0
continue
return
drop
jump c2
goto c2
tcp dport 22 jump c2
jump { tcp dport 22 accept; drop; }
ip saddr 1.1.1.1 jump { counter; } 
ip saddr vmap { 1.1.1.1 : jump c2, 2.2.2.2 : goto c2, 3.3.3.3 : return, 4.4.4.4 : continue }
ip saddr 1.1.1.1 ip daddr 2.2.2.2 tcp dport 22 ct state new counter accept
tcp dport vmap { 22 : accept, 80-90 : drop }
ip daddr . tcp dport vmap { 10.0.0.1 . 22-25 : accept, 10.1.0.0/16 . 80 : drop }
ip saddr . meta mark { 1.1.1.1 . 0x1 }
ether saddr . ip saddr { 00:11:22:33:44:55 . 1.1.1.1 }
icmp type . icmp code { echo-request . 0 }
ether saddr 00:11:22:33:44:55
ether type ip
ether type vlan
vlan id 5
vlan id 5 vlan pcp 3
igmp type membership-query
ip saddr & 255.255.255.0 == 10.0.0.0
ip saddr & 0.0.0.255 == 0.0.0.1
ip6 saddr & ::ff == ::1
tcp dport & 0xf == 2
tcp dport 22-22
ip saddr 0.0.0.0/0
ip saddr 1.1.1.1/32
ip saddr @s accept
ip saddr != @s drop
ip saddr . tcp dport @sc
ip saddr vmap @vm
add @dyn { ip saddr }
add @dyn { ip saddr timeout 5m }
update @dyn { ip saddr timeout 1h limit rate 3/minute } accept
add @dyn { ip saddr limit rate over 10/second burst 3 packets } drop
add @dyn { ip saddr counter }
delete @dyn { ip saddr }
update @dynm { ip saddr : 5 }
add @dynm { ip saddr timeout 30s : meta mark }
set add ip saddr @dyn
set update ip saddr timeout 5s @dyn
counter name "cnt" accept
counter name cnt
counter name tcp dport map { 22 : "cnt", 80 : "cnt" }
quota name "q" drop
limit name "lim" accept
synproxy mss 1460 wscale 7 timestamp sack-perm
synproxy name "sp"
icmp type echo-request icmp id 5
icmpv6 id 3
icmpv6 sequence 4
icmp type { 8, 0 } icmp sequence 3
`
  .trim()
  .split('\n')
