/** Texts with one mistake each, which nft refuses. */

/** Before each of them. */
export const BEFORE = `table inet t {
	set s { type ipv4_addr; }
	chain base { type filter hook input priority 0; }
	chain c2 { counter; }
	chain c { }
}
`

/** Rules of the chain `c`. */
export const BAD_RULES: readonly string[] = `
tcp dport 70000
tcp dport 1-0
tcp dport {}
tcp dport
tcp dport = 22
tcp dport 22,
tcp dport { 22, }, 23
tcp dport { 22 
tcp dprt 22
tcp 22
udp dport 22 tcp sport 3
ip saddr 1.1.1.1 ip6 daddr ::1
ip saddr 300.1.1.1
ip saddr 1.1.1
ip saddr ::1
ip6 saddr 1.1.1.1
ip saddr 10.0.0.0/33
ip6 saddr fe80::/129
ip saddr 1.1.1.9-1.1.1.1
ip saddr nosuchhost.invalid
ip saddr @nosuch
ip saddr . tcp dport @s
ip saddr vmap @s
ip saddr . tcp dport 1.1.1.1
ip saddr . tcp dport { 1.1.1.1 }
ip saddr . tcp dport { 1.1.1.1 . 22 . 3 }
tcp dport { 22 : accept }
tcp dport vmap { 22 }
tcp dport vmap { 22 : 5 }
tcp dport vmap { 22 : jump nosuch }
jump nosuch
goto nosuch
jump base
accept drop
drop counter
reject counter
jump c2 accept
accept accept
acept
tcp dport 22 accpt
accept comment
accept comment "a" comment "b"
ct state nw
ct state new,foo
ct stat new
ct direction sideways
ct status nat
ct original ip saddr fe80::1
ct saddr 1.1.1.1
meta nokey 1
meta mark 0x1ffffffff
meta mark set 0x1ffffffff
meta l4proto tpc
meta nfproto ipv5
meta pkttype unicst
meta day "Caturday"
meta hour "25:99"
icmp type echo-requst
icmp type 256
icmpv6 type nd-foo
tcp flags syn-ack
tcp flags sin
ip dscp cs99
ip protocol tpc
ip protocol icmp icmpv6 type 1
ip protocol icmp tcp dport 1
ether saddr 00:11:22:33:44
ether type foo
limit rate 10
limit rate 10/fortnight
limit rate foo/second
limit rate over
limit rate 10/second burst 5 bytes
limit rate 10/second burst 0 packets
quota 10
quota over mbytes
quota 10 parsecs
counter packets x bytes 3
counter name "nosuch"
log prefix
log level loud
log flags everything
log group 1 level debug
reject with
reject with icmp foo
reject with tcp rst
udp dport 5 reject with tcp reset
ip saddr 1.1.1.1 reject with icmpv6 no-route
ip6 saddr ::1 reject with icmp host-unreachable
dnat to 1.1.1.1
dnat ip to
dnat ip to 1.1.1.1:80
redirect to :80
snat ip to foo
masquerade to :80
tcp dport 80 redirect to :99999
add @nosuch { ip saddr }
add @s ip saddr
add s { ip saddr }
fib saddr daddr type local
fib saddr . daddr type local
fib type local
fib daddr type lokal
numgen inc 3
numgen inc mod 0 1
numgen seq mod 2 1
jhash mod 3 1
symhash 4
rt nexthop 1.1.1.1
rt foo 1
socket foo 1
osf nam "Linux"
@th,16 22
@th,16,0 22
@xx,16,16 22
exthdr foo exists
tcp option maxseg size foo
set tcp dport 5
tcp dport set
queue num 70000
queue num 3-1
tproxy to :80
notrack foo
flow add @nosuch
ct helper set "nosuch"
iifname *
iifname averyveryverylongname
iifname "lo"-"eth0"
meta mark & == 1
meta mark & 1
(meta mark & 1
$nosuch
tcp dport $nosuch
tcp dport ! { 22 }
tcp dport != 
vmap { 22 : accept }
{ 22 }
"quoted"
22
;;;}
accept )
tcp dport 22 ~ 3
ip saddr 1.1.1.1 tcp dport 22 accept accept
arp operation request
dup to 1.1.1.1
comment "x" accept
`
  .trim()
  .split('\n')

/** Lines of the table. */
export const BAD_PARTS: readonly string[] = `
chain x { type filter hook input priority 0 
chain x { type filter hook inptu priority 0; }
chain x { type fliter hook input priority 0; }
chain x { type filter hook input; }
chain x { type filter hook input priority foo; }
chain x { type filter hook input priority dstnat; }
chain x { type nat hook forward priority 0; }
chain x { type nat hook prerouting priority -300; }
chain x { type route hook input priority 0; }
chain x { type filter hook input priority 0; policy reject; }
chain x { type filter hook input priority 0; policy; }
chain { accept }
chain x accept
chain x { accept
chane x { accept; }
set x { }
set x { type foo; }
set x { type ipv4_addr : mark; }
set x { flags interval; }
set x { type ipv4_addr; flags intervall; }
set x { type ipv4_addr; elements = { 10.0.0.0/8 } }
set x { type ipv4_addr; elements = { ::1 } }
set x { type ipv4_addr; elements = { 1.1.1.1 : accept } }
set x { type ipv4_addr; elements { 1.1.1.1 } }
set x { type ipv4_addr; elements = { 1.1.1.1 timeout 5 parsecs } }
set x { type ipv4_addr; timeout soon; }
set x { type ipv4_addr; size many; }
set x { type string; }
set x { type integer; }
set x { typeof foo bar; }
map x { type ipv4_addr; }
map x { type ipv4_addr : mark; elements = { 1.1.1.1 } }
map x { type ipv4_addr : verdict; elements = { 1.1.1.1 : 5 } }
map x { type ipv4_addr : verdict; elements = { 1.1.1.1 : jump nosuch } }
counter x { packets }
quota x { over }
limit x { rate 10 }
ct helper x { type ftp protocol tcp; }
ct foo x { }
flags sleepy
define x
define x = 
define x = 1; define x = 2
include "/nosuch/file.nft"
accept
rule c accept
`
  .trim()
  .split('\n')

/** Lines of the file. */
export const BAD_COMMANDS: readonly string[] = `
add table inet
add rule inet t c tcp dport
add rule inet nosuch c accept
add rule inet t nosuch accept
add chain inet nosuch c
add element inet t nosuch { 1.1.1.1 }
add element inet t s { 1.1.1.1
add element inet t s { foo.invalid }
create table inet t
create chain inet t c
delete table inet nosuch
delete chain inet t nosuch
delete set inet t nosuch
delete rule inet t c handle 999
delete element inet t s { 9.9.9.9 }
flush table inet nosuch
flush rulset
insert rule inet t c position 999 accept
add rule inet t c index 99 accept
rename chain inet t nosuch x
replace rule inet t c accept
table ip4 x { }
table inet x {
table inet x { } }
tabel inet x { }
}
{
add
add foo inet t x
define = 3
table inet "
€
add chain inet t l1; add rule inet t base jump l1; add rule inet t l1 jump l1
add map inet t m { type inet_service : verdict; elements = { 22 : jump c2 }; }; add rule inet t base jump c2; add rule inet t c2 tcp dport vmap @m
add chain inet t l1; add chain inet t l2; add rule inet t base jump l1; add rule inet t l1 jump l2; add rule inet t l2 goto l1
`
  .trim()
  .split('\n')
