/** Rules of ours and of others, for tests that change ours and must not touch those. */
import type { Berth } from './berth.ts'

const table = (rules: readonly string[]): string =>
  `table inet portolan {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n${rules
    .map(rule => `\t\t${rule}\n`)
    .join('')}\t}\n}\n`

/** What was there before. */
export const OLD = `table inet portolan {
	set banned {
		type ipv4_addr
		flags dynamic,timeout
		timeout 1h
		elements = { 192.0.2.66 }
	}

	chain input {
		type filter hook input priority filter; policy accept;
		ip saddr @banned drop comment "a # that begins no comment"
		tcp dport { 22, 80-90 } counter accept
	}
}
`

/** What it is to be. */
export const NEW = table(['ct state established,related accept', 'tcp dport 443 counter accept'])

export const CLOSED = table(['iif lo accept', 'counter drop'])

/** A right file but for its line 400. */
export const WRONG_IN_LINE_400 = `${[
  'table inet portolan {',
  '\tchain input {',
  '\t\ttype filter hook input priority filter; policy accept;',
  ...Array.from({ length: 396 }, (_, i) => `\t\ttcp dport ${1000 + i} accept`),
  '\t\ttcp dprot 22 accept',
  '\t}',
  '}',
].join('\n')}\n`

export const manyRules = (count: number): string =>
  table(Array.from({ length: count }, (_, i) => `tcp dport ${1 + (i % 60_000)} counter accept`))

/** Tables as Docker, fail2ban and a person make them; iptables rules that nft can't put back once they are gone. */
export async function others(berth: Berth): Promise<void> {
  await berth.load(`table inet f2b-table {
	set addr-set-sshd { type ipv4_addr; elements = { 198.51.100.1 }; }
	chain f2b-chain { type filter hook input priority filter - 1; policy accept; tcp dport 22 ip saddr @addr-set-sshd reject; }
}
table ip mine { chain out { type filter hook output priority 5; policy accept; counter; }; }
`)
  for (const words of [
    'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE',
    'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    'iptables -A INPUT -p tcp -m multiport --dports 22,80,443 -m comment --comment web -j ACCEPT',
    'iptables -A INPUT -m recent --name knock --rcheck --seconds 30 -j ACCEPT',
    'iptables -A INPUT -m conntrack --ctstate INVALID -j DROP',
    'iptables -A INPUT -m statistic --mode random --probability 0.5 -m limit --limit 3/min -j LOG --log-prefix x',
    'ip6tables -A INPUT -p tcp -m multiport --dports 22,80 -j REJECT --reject-with tcp-reset',
    'iptables-legacy -A INPUT -p tcp -m multiport --dports 25,26 -j DROP',
  ])
    await berth.must(...words.split(' '))
}

/** What Docker and fail2ban add while a change of ours is on trial. */
export async function meanwhile(berth: Berth): Promise<void> {
  await berth.must(...'nft add element inet f2b-table addr-set-sshd { 198.51.100.9 }'.split(' '))
  await berth.must(
    ...'iptables -t nat -A PREROUTING -p tcp --dport 9090 -j DNAT --to-destination 172.17.0.3:90'.split(' '),
  )
  await berth.load(
    'table ip docker-like { chain a { type filter hook forward priority 0; policy accept; }; }\n',
  )
}
