/** Rules of other families and chains, one a line. */
export const DNAT_RULES: readonly string[] = `
dnat ip to 10.0.0.1
tcp dport 80 dnat ip to 10.0.0.1:8080
tcp dport 80 dnat ip6 to [fd00::1]:8080
tcp dport 80 dnat ip to 10.0.0.1-10.0.0.9:80-90
tcp dport 80 dnat to :8080
dnat ip to 10.0.0.1 random
dnat ip to 10.0.0.1-10.0.0.4 random,persistent
dnat ip to ip daddr map { 1.1.1.1 : 10.0.0.1, 2.2.2.2 : 10.0.0.2 }
dnat ip to tcp dport map { 80 : 10.0.0.1, 443 : 10.0.0.2 }
dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080, 443 : 10.0.0.2 . 8443 }
dnat ip addr . port to tcp dport map { 80 : 10.0.0.1 . 8080 }
dnat ip to numgen inc mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }
dnat ip to numgen random mod 10 map { 0-4 : 10.0.0.1, 5-9 : 10.0.0.2 }
dnat ip to jhash ip saddr mod 2 map { 0 : 10.0.0.1, 1 : 10.0.0.2 }
tcp dport 80 dnat ip to 10.0.0.1:numgen inc mod 2 map { 0 : 80, 1 : 81 }
dnat ip prefix to ip daddr map { 10.0.0.0/24 : 192.168.0.0/24 }
dnat ip to ip daddr . tcp dport map { 1.1.1.1 . 80 : 10.0.0.1 . 8080 }
dnat ip to ip saddr map @m4
ip protocol tcp dnat to 10.0.0.1:8080
redirect
tcp dport 80 redirect to :8080
tcp dport 80 redirect to 8080
tcp dport 80 redirect to :8080-8090 random
udp dport 53 redirect to :5353 fully-random
`
  .trim()
  .split('\n')

export const SNAT_RULES: readonly string[] = `
masquerade
masquerade random,persistent
masquerade fully-random
meta l4proto tcp masquerade to :1024-2048
meta l4proto tcp masquerade to :1024 random
oifname "eth0" masquerade comment "out"
snat ip to 1.2.3.4
snat ip6 to fd00::1
snat ip to 1.2.3.4-1.2.3.9 persistent
tcp dport 80 snat ip to 1.2.3.4:1000-2000
snat ip to ip saddr map { 10.0.0.1 : 1.1.1.1, 10.0.0.2 : 2.2.2.2 }
snat ip to ip saddr map { 10.0.0.0/24 : 1.1.1.1-1.1.1.9 }
snat ip prefix to ip saddr map { 10.0.0.0/24 : 192.168.0.0/24 }
ip saddr 10.0.0.0/8 oif eth0 snat to 5.5.5.5
snat ip interval to ip saddr map { 10.1.1.4 : 192.168.2.2-192.168.2.4 }
`
  .trim()
  .split('\n')

export const IP_RULES: readonly string[] = `
ip saddr 1.1.1.1 accept
icmp type echo-reply
reject
reject with icmp type port-unreachable
reject with icmp 13
meta protocol ip
tcp dport 22 reject with tcp reset
rt nexthop 1.1.1.1
ct original saddr 1.1.1.1
dup to 10.0.0.1 device "eth0"
dup to 10.0.0.1
ip saddr 1.1.1.1 ip protocol tcp tcp dport 5
icmp id 5
`
  .trim()
  .split('\n')

export const IP6_RULES: readonly string[] = `
ip6 saddr ::1 accept
icmpv6 type nd-neighbor-advert accept
reject
reject with icmpv6 type policy-fail
ct original saddr ::1
`
  .trim()
  .split('\n')

export const BRIDGE_RULES: readonly string[] = `
ether saddr 00:11:22:33:44:55 accept
ether type ip
ether type arp drop
vlan id 100
vlan id 100 vlan type ip
ip saddr 1.1.1.1
arp operation request
arp saddr ip 1.1.1.1
arp daddr ether 00:11:22:33:44:55
tcp dport 22
ether daddr set 00:11:22:33:44:55
meta pkttype set host
ip saddr 1.1.1.1 tcp dport 22 accept
`
  .trim()
  .split('\n')

export const ARP_RULES: readonly string[] = `
arp operation request
arp operation { request, reply }
arp htype 1
arp ptype 0x0800
arp ptype ip
arp hlen 6
arp saddr ip 1.1.1.1
arp daddr ip 1.1.1.0/24 drop
arp saddr ether 00:11:22:33:44:55
meta iifname "eth0"
`
  .trim()
  .split('\n')

export const NETDEV_RULES: readonly string[] = `
ip saddr 1.1.1.1 drop
ip daddr @s4 drop
tcp dport 22
fwd to eth1
fwd to "eth1"
fwd ip to 10.0.0.1 device "eth1"
dup to "eth1"
vlan id 5
ether type ip6
meta protocol ip6
udp dport 53 ether saddr set aa:bb:cc:dd:ff:ee ether daddr set numgen inc mod 2 map { 0 : aa:aa:aa:aa:aa:aa, 1 : bb:bb:bb:bb:bb:bb } fwd to eth1
reject
limit rate 10/second accept
`
  .trim()
  .split('\n')
