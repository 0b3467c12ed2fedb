/** Rules of iptables and ip6tables, each judged through both kinds of iptables (iptables-extensions(8)). */
import type { IptablesRules } from '../iptables.ts'

export interface IptablesCase {
  readonly name: string
  readonly ip?: IptablesRules
  readonly ip6?: IptablesRules
  /** As in the other tables; a rule that decides is named by chain and number. */
  readonly packets: string
}

/** Of the filter table. */
const filter = (...lines: readonly string[]): IptablesRules => ({ filter: lines })

export const IPTABLES: readonly IptablesCase[] = [
  {
    name: 'a port that is open',
    ip: filter('INPUT DROP', '-A INPUT -p tcp --dport 22 -j ACCEPT'),
    packets:
      'tcp a > me:22 = accept by INPUT/1; tcp a > me:80 = drop by INPUT/policy; udp a > me:22 = drop by INPUT/policy; tcp a6 > me6:22 = accept',
  },
  {
    name: 'both families have rules of their own',
    ip: filter('-A INPUT -p tcp --dport 22 -j DROP'),
    ip6: filter('-A INPUT -p tcp --dport 80 -j DROP'),
    packets: 'tcp a > me:22 = drop; tcp a > me:80 = accept; tcp a6 > me6:22 = accept; tcp a6 > me6:80 = drop',
  },
  {
    name: 'ports, many and ranges of them',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -p tcp -m multiport --dports 22,80,443 -j ACCEPT',
      '-A INPUT -p udp -m multiport --ports 53,4001:4009 -j ACCEPT',
    ),
    packets:
      'tcp a > me:443 = accept; tcp a > me:8080 = drop; udp a:4000 > me:53 = accept; udp a:4005 > me:80 = accept; udp a:4000 > me:80 = drop',
  },
  {
    name: 'not this port',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -p tcp ! --dport 22 -j ACCEPT',
      '-A INPUT -p udp ! --sport 4000:4005 -j ACCEPT',
    ),
    packets:
      'tcp a > me:80 = accept; tcp a > me:22 = drop; udp a:4006 > me:53 = accept; udp a:4005 > me:53 = drop; icmp a > me = drop',
  },
  {
    name: 'addresses and networks',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -s 10.1.0.0/24 -j ACCEPT',
      '-A INPUT ! -s 10.0.0.0/8 -d 10.1.0.1 -j ACCEPT',
    ),
    packets:
      'tcp a > me:22 = accept; tcp b > me:22 = drop; tcp far > me:22 = accept; tcp far > me2:22 = drop',
  },
  {
    name: 'ranges of addresses',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -m iprange --src-range 10.1.0.1-10.1.0.5 -j ACCEPT',
      '-A INPUT -m iprange ! --dst-range 10.1.0.1-10.1.0.9 -j ACCEPT',
    ),
    packets: 'tcp a > me:22 = accept; tcp 10.1.0.9 > me:22 = drop; tcp 10.1.0.9 > me2:22 = accept',
  },
  {
    name: 'devices',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -i lo -j ACCEPT',
      '-A INPUT -i t1 -j ACCEPT',
      'FORWARD DROP',
      '-A FORWARD -i t0 -o t1 -j ACCEPT',
      '-A FORWARD ! -i t+ -j ACCEPT',
    ),
    packets:
      'tcp lo > lo:22 = accept; tcp b > me2:22 = accept; tcp a > me:22 = drop; tcp a > b:22 = accept; tcp b > a:22 = drop',
  },
  {
    name: 'a chain of one’s own',
    ip: filter(
      'INPUT DROP',
      ':ssh',
      '-A INPUT -p tcp --dport 22 -j ssh',
      '-A INPUT -p tcp --dport 80 -j ACCEPT',
      '-A ssh -s 10.1.0.2 -j ACCEPT',
      '-A ssh -s 10.1.0.3 -j RETURN',
      '-A ssh -j DROP',
    ),
    packets:
      'tcp a > me:22 = accept; tcp 10.1.0.3 > me:22 = drop; tcp b > me:22 = drop; tcp a > me:80 = accept',
  },
  {
    name: 'goto doesn’t come back',
    ip: filter(
      'INPUT DROP',
      ':own',
      '-A INPUT -p tcp --dport 22 -g own',
      '-A INPUT -j ACCEPT',
      '-A own -s 10.1.0.2 -j ACCEPT',
    ),
    packets: 'tcp a > me:22 = accept; tcp b > me:22 = drop by INPUT/policy; tcp b > me:80 = accept',
  },
  {
    name: 'a return is the policy',
    ip: filter('INPUT DROP', '-A INPUT -p tcp --dport 22 -j RETURN', '-A INPUT -j ACCEPT'),
    packets: 'tcp a > me:22 = drop by INPUT/policy; tcp a > me:80 = accept by INPUT/2',
  },
  {
    name: 'a rule without a target goes on',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -p tcp --dport 22',
      '-A INPUT -p tcp --dport 22 -j LOG --log-prefix "x "',
      '-A INPUT -p tcp --dport 22 -j ACCEPT',
    ),
    packets: 'tcp a > me:22 = accept by INPUT/3; tcp a > me:80 = drop',
  },
  {
    name: 'states of connections',
    ip: filter(
      'FORWARD DROP',
      '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      '-A FORWARD -m conntrack --ctstate INVALID -j DROP',
      '-A FORWARD -i t0 -p tcp --dport 443 -m conntrack --ctstate NEW -j ACCEPT',
    ),
    packets: `tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = drop by FORWARD/2
      tcp a:4000 > b:443 syn = accept by FORWARD/3; tcp b:443 > a:4000 syn+ack seq=5000 acks=1001 = accept by FORWARD/1
      icmp b > a 3/1 of tcp a:4000 > b:443 syn = accept by FORWARD/1; tcp b:4001 > a:443 syn = drop by FORWARD/policy`,
  },
  {
    name: 'the older word for it',
    ip: filter(
      'FORWARD DROP',
      '-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -p udp --dport 53 -m state --state NEW -j ACCEPT',
    ),
    packets: 'udp b:53 > a:4000 = drop; udp a:4000 > b:53 = accept; udp b:53 > a:4000 = accept',
  },
  {
    name: 'flags of TCP',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -p tcp --syn -j ACCEPT',
      '-A INPUT -p tcp --tcp-flags SYN,ACK,FIN,RST RST -j ACCEPT',
      '-A INPUT -p tcp --tcp-flags ALL NONE -j REJECT',
    ),
    packets:
      'tcp a > me:22 syn = accept; tcp a > me:22 syn+ack = drop; tcp a > me:22 rst = accept; tcp a > me:22 null = reject icmp 3/3; tcp a > me:22 rst+ack = drop',
  },
  {
    name: 'options of TCP',
    ip: filter('-A INPUT -p tcp --tcp-option 2 -j DROP'),
    packets: 'tcp a > me:22 syn mss=1200 = drop; tcp a > me:22 = accept',
  },
  {
    name: 'types of ICMP',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -p icmp --icmp-type echo-request -j ACCEPT',
      '-A INPUT -p icmp --icmp-type 3/1 -j ACCEPT',
      '-A INPUT -p icmp --icmp-type 11 -j ACCEPT',
    ),
    packets: `icmp a > me 8/0 = accept; icmp a > me 0/0 = drop; icmp a > me 3/1 of tcp me:1 > a:2 = accept; icmp a > me 3/3 of tcp me:1 > a:2 = drop
      icmp a > me 11/0 of tcp me:1 > a:2 = accept`,
  },
  {
    name: 'types of ICMPv6',
    ip6: filter(
      'INPUT DROP',
      '-A INPUT -p ipv6-icmp --icmpv6-type echo-request -j ACCEPT',
      '-A INPUT -p ipv6-icmp --icmpv6-type 1 -j ACCEPT',
    ),
    packets:
      'icmp6 a6 > me6 128/0 = accept; icmp6 a6 > me6 129/0 = drop; icmp6 a6 > me6 1/3 of tcp me6:1 > a6:2 = accept',
  },
  {
    name: 'rejects',
    ip: filter(
      '-A INPUT -p tcp --dport 1 -j REJECT',
      '-A INPUT -p tcp --dport 2 -j REJECT --reject-with tcp-reset',
      '-A INPUT -p tcp --dport 3 -j REJECT --reject-with icmp-host-prohibited',
      '-A INPUT -p udp -j REJECT --reject-with icmp-admin-prohibited',
    ),
    packets:
      'tcp a > me:1 = reject icmp 3/3; tcp a > me:2 = reject tcp reset; tcp a > me:3 = reject icmp 3/10; udp a > me:53 = reject icmp 3/13; tcp a > me:2 rst = reject silently',
  },
  {
    name: 'rejects of IPv6',
    ip6: filter(
      '-A INPUT -p tcp --dport 1 -j REJECT',
      '-A INPUT -p tcp --dport 2 -j REJECT --reject-with tcp-reset',
      '-A INPUT -p udp -j REJECT --reject-with icmp6-adm-prohibited',
    ),
    packets:
      'tcp a6 > me6:1 = reject icmpv6 1/4; tcp a6 > me6:2 = reject tcp reset; udp a6 > me6:53 = reject icmpv6 1/1',
  },
  {
    name: 'kinds of address',
    ip: {
      raw: [
        '-A PREROUTING -m addrtype --dst-type LOCAL -p tcp --dport 22 -j DROP',
        '-A PREROUTING -m addrtype ! --dst-type LOCAL -p tcp --dport 80 -j DROP',
      ],
    },
    packets: 'tcp a > me:22 = drop; tcp a > b:22 = accept; tcp a > b:80 = drop; tcp a > me:80 = accept',
  },
  {
    name: 'marks',
    ip: {
      mangle: [
        '-A PREROUTING -p tcp --dport 22 -j MARK --set-mark 5',
        '-A PREROUTING -p tcp --dport 80 -j MARK --set-xmark 0x10/0xff',
      ],
      filter: ['-A INPUT -m mark --mark 5 -j DROP', '-A INPUT -m mark --mark 0x10/0xf0 -j DROP'],
    },
    packets: 'tcp a > me:22 = drop by INPUT/1; tcp a > me:80 = drop by INPUT/2; tcp a > me:443 = accept',
  },
  {
    name: 'marks of connections',
    ip: {
      mangle: [
        '-A PREROUTING -j CONNMARK --restore-mark',
        '-A FORWARD -p udp --dport 53 -j MARK --set-mark 4',
        '-A FORWARD -p udp --dport 53 -j CONNMARK --save-mark',
      ],
      filter: [
        '-A FORWARD -p udp --sport 53 -m mark --mark 4 -j DROP',
        '-A FORWARD -m connmark --mark 9 -j DROP',
      ],
    },
    packets: 'udp a:4000 > b:53 = accept; udp b:53 > a:4000 = drop; udp b:53 > a:4001 = accept',
  },
  {
    name: 'what isn’t tracked',
    ip: {
      raw: ['-A PREROUTING -p udp --dport 53 -j CT --notrack'],
      filter: [
        'INPUT DROP',
        '-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT',
        '-A INPUT -p tcp -m conntrack --ctstate NEW -j ACCEPT',
      ],
    },
    packets: 'udp a > me:53 = accept by INPUT/1; udp a > me:80 = drop; tcp a > me:22 = accept by INPUT/2',
  },
  {
    name: 'a port published',
    ip: {
      nat: ['-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80'],
      filter: [
        'FORWARD DROP',
        '-A FORWARD -d 10.2.0.2 -p tcp --dport 80 -j ACCEPT',
        '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ],
    },
    packets: `tcp a:4000 > me:8080 syn = accept by FORWARD/1 as a:4000 > b:80
      tcp b:80 > a:4000 syn+ack seq=5000 acks=1001 = accept by FORWARD/2 as me:8080 > a:4000; tcp a:4001 > b:22 syn = drop`,
  },
  {
    name: 'what was translated is known',
    ip: {
      nat: ['-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80'],
      filter: ['FORWARD DROP', '-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT'],
    },
    packets: 'tcp a:4000 > me:8080 syn = accept as a:4000 > b:80; tcp a:4001 > b:80 syn = drop',
  },
  {
    name: 'masquerade and snat',
    ip: {
      nat: [
        '-A POSTROUTING -o t1 -p tcp -j MASQUERADE',
        '-A POSTROUTING -o t1 -p udp -j SNAT --to-source 10.2.0.77',
      ],
    },
    packets:
      'tcp a:4000 > b:443 = accept as me2:4000 > b:443; udp a:4000 > b:53 = accept as 10.2.0.77:4000 > b:53; tcp b:4001 > a:22 = accept as b:4001 > a:22',
  },
  {
    name: 'redirect',
    ip: { nat: ['-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080'] },
    packets:
      'tcp a:4000 > far:80 = accept as a:4000 > me:8080; tcp a:4001 > far:443 = accept as a:4001 > far:443',
  },
  {
    name: 'translation of IPv6',
    ip6: {
      nat: [
        '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination [fd02::2]:8080',
        '-A POSTROUTING -o t1 -j MASQUERADE',
      ],
    },
    packets: 'tcp a6:4000 > me6:80 = accept as [fd02::1]:4000 > [fd02::2]:8080',
  },
  {
    name: 'lengths and limits',
    ip: filter(
      'INPUT DROP',
      '-A INPUT -m length --length 0:40 -j ACCEPT',
      '-A INPUT -p udp -m limit --limit 9000/s -j ACCEPT',
    ),
    packets:
      'tcp a > me:22 = accept; udp a > me:53 payload=80 = accept by INPUT/2; tcp a > me:22 syn mss=536 = drop',
  },
  {
    name: 'a time to live, a service class',
    ip: filter(
      '-A INPUT -m ttl --ttl-lt 10 -j DROP',
      '-A INPUT -m dscp --dscp 8 -j DROP',
      '-A INPUT -m ttl --ttl-gt 100 -j REJECT',
    ),
    packets:
      'tcp a > me:22 syn ttl=9 = drop by INPUT/1; tcp a > me:22 syn dscp=8 = drop by INPUT/2; tcp a > me:22 syn ttl=101 = reject icmp 3/3; tcp a > me:22 = accept',
  },
  {
    name: 'headers that rules change',
    ip: {
      mangle: ['-A PREROUTING -j TTL --ttl-set 9', '-A PREROUTING -j DSCP --set-dscp 8'],
      filter: ['INPUT DROP', '-A INPUT -m ttl --ttl-eq 9 -m dscp --dscp 8 -j ACCEPT'],
    },
    packets: 'tcp a > me:22 = accept by INPUT/1',
  },
  {
    name: 'whose socket it is',
    ip: filter(
      '-A OUTPUT -m owner --uid-owner 1000 -j DROP',
      '-A OUTPUT -p tcp --dport 22 -m owner --uid-owner 0 -j REJECT',
    ),
    packets: 'tcp me > a:22 = reject icmp 3/3 by OUTPUT/2; tcp me > a:80 = accept',
  },
  {
    name: 'tables in their order: raw, mangle, nat, filter',
    ip: {
      raw: ['-A PREROUTING -p tcp --dport 1 -j DROP'],
      mangle: [
        '-A PREROUTING -p tcp --dport 2 -j DROP',
        '-A INPUT -p tcp --dport 3 -j DROP',
        '-A INPUT -j ACCEPT',
      ],
      filter: ['-A INPUT -j DROP'],
    },
    packets: 'tcp a > me:1 = drop; tcp a > me:2 = drop; tcp a > me:3 = drop; tcp a > me:4 = drop',
  },
  {
    name: 'comments decide nothing',
    ip: filter('-A INPUT -p tcp -m comment --comment "no ssh, please" --dport 22 -j DROP'),
    packets: 'tcp a > me:22 = drop; tcp a > me:80 = accept',
  },
  {
    name: 'loopback and what passes',
    ip: filter(
      'INPUT DROP',
      'FORWARD DROP',
      'OUTPUT DROP',
      '-A INPUT -i lo -j ACCEPT',
      '-A OUTPUT -o lo -j ACCEPT',
    ),
    packets: 'tcp lo > lo:22 = accept; tcp a > me:22 = drop; tcp me > a:22 = drop; tcp a > b:22 = drop',
  },
]
