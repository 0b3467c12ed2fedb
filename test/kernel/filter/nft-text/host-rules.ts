/** Rules of an inet table about what the host knows of a packet, one a line. */
export const HOST_RULES: readonly string[] = `
meta l4proto { tcp, udp } th dport 53 accept
meta l4proto tcp
meta l4proto != udp
meta l4proto 41
meta nfproto ipv4
meta nfproto ipv6 drop
meta nfproto ipv4 tcp dport 22
meta protocol ip
meta protocol { ip, ip6 }
meta length 100-200
meta mark 1
meta mark 0x10
mark 3
meta mark & 0xff == 0x10
meta mark and 0xff 0x10
meta mark & 0xff != 0
meta mark { 1, 2-5 }
meta mark set 1
meta mark set meta mark | 1
meta mark set mark and 0xff or 0x100
meta mark set ct mark
meta mark set ct mark & 0xffff
meta mark set ip saddr map { 1.1.1.1 : 1, 2.2.2.2 : 2 }
meta mark set tcp dport map { 22 : 1, 80-90 : 2 }
meta mark set numgen inc mod 3
meta mark set jhash ip saddr mod 2
meta mark set jhash ip saddr . tcp dport mod 4 seed 0xdeadbeef offset 10
meta mark set symhash mod 3 offset 1
meta mark set meta cpu
meta priority set 1:2
meta priority 0x1
meta priority none
meta priority set none
meta nftrace set 1
meta pkttype { broadcast, multicast } drop
meta pkttype host
meta iif lo accept
iif "lo" accept
iif != lo drop
iif { lo, eth0 }
iifname eth0
iifname "eth*"
iifname eth* accept
iifname != "lo"
iifname { "lo", "eth0" }
iifname { lo, eth* }
oifname "x y"
iifname . tcp dport { eth0 . 22, "lo" . 80 }
iifname . ip saddr vmap { "eth0" . 1.1.1.1 : accept }
iifname vmap { "lo" : accept, "eth0" : drop }
iiftype ether
meta iiftype loopback
meta oiftype 1
iifgroup 1
meta iifgroup default
iifgroup "default"
meta skuid 0
meta skuid root
meta skuid { 0, 1000-2000 }
meta skgid 1000
meta cpu 0
meta cgroup 5
meta rtclassid 5
meta random 100
meta ipsec exists
meta secpath missing
meta time < "2030-01-01 00:00:00"
meta time "2020-01-01 00:00:00"-"2021-01-01 10:00:00"
meta time 1577836800
meta day "Monday"
meta day { "Monday", "Friday" }
meta day 3
meta hour "08:00"-"17:00"
meta hour "22:00"-"06:00"
meta hour >= "08:00"
meta hour "08:00:30"
meta iifkind "veth"
meta sdif eth0
meta sdifname "eth0"
ct state new
ct state established,related accept
ct state { established, related } accept
ct state new,untracked
ct state != established
ct state ! established,related
ct state == new
ct state vmap { established : accept, related : accept, invalid : drop }
ct state invalid,new drop
ct direction original
ct direction reply accept
ct status dnat accept
ct status snat,dnat
ct status & (expected|assured) == expected
ct status assured | confirmed
ct status ! dnat
ct mark 1
ct mark set 1
ct mark set meta mark
ct mark set meta mark & 0xff
ct mark & 0xf == 1
ct mark or 0x1 == 0x3
ct expiration 30s
ct expiration > 1m
ct expiration 1h30m-2h
ct helper "ftp"
ct label 3
ct label set 5
ct l3proto ipv4
ct original l3proto ipv6
ct protocol tcp
ct original protocol udp
ct original ip saddr 10.0.0.1
ct reply ip daddr { 10.0.0.0/8, 1.1.1.1 }
ct original ip6 saddr ::1
ct original packets > 100
ct bytes > 100000
ct original bytes 1000
ct avgpkt > 100
ct zone 1
ct original zone 2
ct id 12345
ct count 3
ct count over 20 reject
ct event set new,destroy
ct zone set 5
fib daddr type local
fib daddr type { local, broadcast, multicast } accept
fib daddr type != unicast drop
fib saddr . iif oif missing drop
fib saddr oif exists
fib saddr . mark . iif oif != 0
fib saddr oifname "eth0"
fib daddr . iif type vmap { local : accept, blackhole : drop }
fib saddr . iif oif eq 0 drop
rt ip nexthop 10.0.0.1
rt ip6 nexthop fd00::1
rt classid 10
rt ipsec exists
rt type 0
rt seg-left 3
socket transparent 1
socket mark 5
socket wildcard 0
osf name "Linux"
osf ttl skip name "Linux"
osf version "Linux:3.0"
ipsec in reqid 5
ipsec in ip saddr 10.0.0.1
numgen inc mod 2 0
numgen random mod 10 < 3 drop
numgen inc mod 3 offset 10 vmap { 10 : accept, 11-12 : drop }
jhash ip saddr mod 16 vmap { 0-7 : accept, 8-15 : drop }
symhash mod 2 1
meta nfproto ipv4 reject
meta l4proto . th dport { tcp . 53, udp . 53 } accept
meta l4proto . th dport vmap { tcp . 22 : accept, udp . 53 : accept }
ct state . tcp dport { new . 22 }
meta mark set ip saddr map @m
ct helper set "ftp-std"
ct timeout set "tmo"
ct expectation set "exp"
`
  .trim()
  .split('\n')
