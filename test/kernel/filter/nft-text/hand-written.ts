/** Files as people write them, with what only nft's own reader knew until now: variables, commands, continued lines. */
import type { Case } from './rule-tables.ts'

export const HAND_WRITTEN: readonly Case[] = [
  {
    name: 'a workstation',
    text: `#!/usr/sbin/nft -f
# Everything anew.
flush ruleset

define wan = "eth0"
define lan = { eth1, eth2 }	# inside
define web = { 80, 443, 8000-8099 }
define admins = { 10.0.0.5, 10.1.0.0/16, \\
	192.0.2.7 }
define drops = "drop"

table inet filter {
	chain input {
		type filter hook input priority filter; policy $drops;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iif lo accept; iifname $lan accept
		iifname $wan tcp dport $web ip saddr $admins counter accept
		tcp dport { 22, $web } log prefix "ssh or web: " level info flags ip options
		meta l4proto { icmp, ipv6-icmp } limit rate 10/second burst 20 packets accept
		reject with icmpx admin-prohibited
	}
	chain forward { type filter hook forward priority 0; policy drop; }
}
`,
  },
  {
    name: 'variables inside of variables, defined anew and undone',
    text: `define a = 22
define b = { $a, 80 }
define c = { $b, 90-99 }
redefine a = 23
define gone = 5
undefine gone
define gone = 6
table ip t {
	define inner = 1.1.1.1
	chain c {
		define deepest = 53
		tcp dport $c
		tcp dport $a
		ip saddr $inner udp dport $deepest
		ip saddr { $inner, 2.2.2.2 }
		tcp sport $gone
		tcp dport != $b
		tcp dport $a - 30
		ip saddr . tcp dport { $inner . $a, 3.3.3.3 . 80-90 }
	}
}
`,
  },
  {
    name: 'variables for what a chain is',
    text: `define prio = -10
define base = "mangle"
define outside = { eth0, eth1 }
define target = c2
define rest = "drop"
table inet t {
	chain c2 { }
	chain c { type filter hook input priority $prio; policy $rest; jump $target; }
	chain d { type filter hook forward priority $base; goto $target; }
}
table netdev n {
	chain i { type filter hook ingress devices = $outside priority 0; }
}
`,
  },
  {
    name: 'commands, one after the other',
    text: `add table ip t
add chain ip t base { type filter hook input priority 0 ; policy drop ; }
add chain t other
add rule ip t base tcp dport 22 accept
add rule t base tcp dport 80 accept
insert rule ip t base iif lo accept
insert rule t base index 1 tcp dport 21 drop
add rule t base index 0 tcp dport 20 drop
rule t base jump other
t base tcp dport 23 drop
add set ip t s { type ipv4_addr ; flags interval ; }
add element ip t s { 10.0.0.0/8, 192.0.2.1 }
add element t s { 203.0.113.0/24 }
delete element t s { 192.0.2.1 }
add map t m { type inet_service : verdict; }
add element t m { 22 : accept, 80 : jump other }
add rule t base tcp dport vmap @m
add counter ip t n
add quota t q { over 10 mbytes }
add limit t l { rate 10/second ; }
add rule t other counter name n quota name "q" limit name "l"
add chain t unused
delete chain t unused
add table ip6 gone
delete table ip6 gone
`,
  },
  {
    name: 'flushing',
    text: `table ip a { chain c { accept; }
}
table ip6 b { chain c { accept; }
}
table ip d {
	set s { type ipv4_addr; elements = { 1.1.1.1 } }
	chain c { ip saddr @s accept; }
	chain e { drop; }
}
flush ruleset ip6
flush table a
flush set ip d s
flush chain ip d e
`,
  },
  {
    name: 'a table in two pieces',
    text: `table inet t {
	chain c { counter; }
}
table inet t {
	comment "whole"
	chain c { accept; }
	chain d { jump c; }
}
`,
  },
  {
    name: 'chains before and after those that jump to them',
    text: `table inet t {
	chain a { jump b; }
	chain b { ip saddr @s jump c; ip saddr vmap @m; }
	set s { type ipv4_addr; }
	chain c { }
	map m { type ipv4_addr : verdict; elements = { 1.1.1.1 : goto c } }
}
`,
  },
  {
    name: 'spaces, newlines, semicolons and comments where they may stand',
    text: `table inet t{
	chain c{ type filter hook input priority 0;policy accept;
		tcp dport{22,80}accept;udp dport 53 accept # both
		ip saddr { # first
			1.1.1.1, # one
			2.2.2.2,
			3.3.3.3
		} counter accept ; ; ;
		tcp dport \\
			99 \\
			drop
		ip saddr
			. tcp dport { 1.1.1.1 . 22 }
	}
}
`.replace('ip saddr\n\t\t\t. tcp', 'ip saddr . tcp'),
  },
  {
    name: 'sets and maps',
    text: `table inet t {
	set a { typeof ip saddr . tcp dport; flags interval; elements = { 10.0.0.0/8 . 22-25, 1.1.1.1 . 80 } }
	set b { type ifname; elements = { "lo", eth0, "br-*" } }
	set c { type ipv4_addr; flags timeout; timeout 1d2h; gc-interval 30s; elements = { 1.1.1.1 timeout 3h comment "x y" } }
	set d { type inet_service; flags interval; auto-merge; elements = { 1-5, 4-9, 10 } }
	set e { type ether_addr; elements = { 00:11:22:33:44:55 } }
	set f { type mark; counter; elements = { 0x10, 17 } }
	set g { type ipv6_addr; flags interval; comment "six"; elements = { fe80::/10, 2001:db8::1-2001:db8::9 } }
	set h { typeof ct state . meta mark; }
	map i { type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = { 1.1.1.1 . 80 : 2.2.2.2 . 8080 } }
	map j { typeof tcp dport : meta mark; elements = { 22 : 0x1, 80 : 0x2 } }
	map k { type inet_service : verdict; flags interval; elements = { 22-25 : accept, * : drop } }
	map l { type ipv4_addr : interval ipv4_addr; flags interval; elements = { 10.0.0.0/24 : 192.0.2.1-192.0.2.9 } }
	map m { type ipv4_addr : counter; elements = { 1.1.1.1 : "n" } }
	counter n { packets 0 bytes 0 }
}
`.replace('"br-*"', 'eth1'),
  },
  {
    name: 'meters',
    text: `table inet t {
	chain c {
		meter a size 100 { ip saddr timeout 5s limit rate 5/second } accept
		meter b { ip saddr . tcp dport counter }
		meter c { ip6 saddr ct count over 5 } drop
	}
}
`,
  },
]
