/** Rules of iptables that answer, mark, translate or change (iptables-extensions(8), "TARGET EXTENSIONS"). */
import { filter, type IptablesCase } from './iptables.ts'

export const IPTABLES_TARGETS: readonly IptablesCase[] = [
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
