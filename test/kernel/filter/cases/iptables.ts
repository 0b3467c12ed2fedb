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
export const filter = (...lines: readonly string[]): IptablesRules => ({ filter: lines })

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
]
