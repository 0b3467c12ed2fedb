/** Where iptables' matches and nftables' expressions part: negations, masks with gaps, packets without a connection. */
import type { IptablesCase } from './iptables.ts'

export const IPTABLES_ODDITIES: readonly IptablesCase[] = [
  {
    name: 'none of several states and translations holds of a packet without a connection',
    ip: {
      nat: ['-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.1.0.1:9090'],
      filter: ['-A INPUT -p tcp -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP'],
    },
    packets:
      'tcp a > me:22 = drop by INPUT/1; tcp a:4001 > me:80 syn+fin = drop by INPUT/1; tcp a:4002 > me:8080 = accept as 10.1.0.2:4002 > 10.1.0.1:9090',
  },
  {
    name: 'invalid, or translated',
    ip: {
      nat: ['-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.1.0.1:9090'],
      filter: ['-A INPUT -p tcp -m conntrack --ctstate INVALID,DNAT -j DROP'],
    },
    packets:
      'tcp a > me:22 = accept; tcp a:4001 > me:80 syn+fin = drop by INPUT/1; tcp a:4002 > me:8080 = drop by INPUT/1',
  },
  {
    name: 'not translated: neither is a packet without a connection',
    ip: {
      nat: ['-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.1.0.1:9090'],
      filter: ['-A INPUT -p tcp -m conntrack ! --ctstate DNAT -j DROP'],
    },
    packets:
      'tcp a > me:22 = drop; tcp a:4001 > me:80 syn+fin = drop by INPUT/1; tcp a:4002 > me:8080 = accept',
  },
  {
    name: 'another mark of a connection is none where there is no connection',
    ip: { filter: ['-A INPUT -p tcp -m connmark ! --mark 1 -j DROP'] },
    packets: 'tcp a > me:22 = drop by INPUT/1; tcp a:4001 > me:80 syn+fin = accept',
  },
  {
    name: 'a mask with a gap',
    ip: { filter: ['-A INPUT -s 10.0.0.2/255.0.0.255 -j DROP'] },
    packets: 'tcp a > me:22 = drop; tcp b > me:22 = drop; tcp 10.1.0.3 > me:22 = accept',
  },
  {
    name: 'all bits of the type of service count under the mask',
    ip: { filter: ['-A INPUT -m tos --tos 0x10/0x3f -j DROP'] },
    packets: 'tcp a > me:22 dscp=4 = drop; tcp a > me:22 dscp=20 = drop; tcp a > me:22 dscp=12 = accept',
  },
  {
    name: 'not this type and code: one of them may be the same',
    ip: { filter: ['-A INPUT -p icmp -m icmp ! --icmp-type 9/0 -j DROP'] },
    packets: 'icmp a > me 8/0 = drop; icmp a > me 9/0 = accept; icmp a > me 9/1 = drop',
  },
  {
    name: 'either port, and none of them',
    ip: {
      filter: [
        '-A INPUT -p tcp -m multiport --ports 22,4005 -j DROP',
        '-A INPUT -p udp -m multiport ! --ports 53 -j DROP',
      ],
    },
    packets:
      'tcp a:4005 > me:80 = drop; tcp a:4000 > me:22 = drop; tcp a:4000 > me:80 = accept; udp a:4000 > me:53 = accept; udp a:4000 > me:80 = drop; icmp a > me 8/0 = accept',
  },
  {
    name: 'a network is exchanged for another, and the rest kept',
    ip: { nat: ['-A PREROUTING -d 192.0.2.0/24 -j NETMAP --to 10.2.0.0/24'] },
    packets: 'tcp a > 192.0.2.2:80 = accept as 10.1.0.2:4000 > 10.2.0.2:80',
  },
  {
    name: 'the way back leads elsewhere',
    ip: { raw: ['-A PREROUTING -m rpfilter --invert -j DROP'] },
    packets:
      'tcp a > me:22 = accept; tcp t1 a:4001 > me:22 = drop by PREROUTING/1; tcp far > me2:22 = accept',
  },
  {
    name: 'a local address of the device that it came in by',
    ip: { filter: ['-A INPUT -m addrtype --dst-type LOCAL --limit-iface-in -j DROP'] },
    packets: 'tcp a > me:22 = drop; tcp a > me2:22 = accept',
  },
  {
    name: 'bits of a mark are set, cleared and turned',
    ip: {
      mangle: [
        '-A PREROUTING -j MARK --set-xmark 0x4001/0xffffffff',
        '-A PREROUTING -p tcp --dport 22 -j MARK --set-xmark 0x0/0x4000',
        '-A PREROUTING -p tcp --dport 80 -j MARK --set-xmark 0x4001/0x0',
        '-A PREROUTING -p tcp --dport 443 -j MARK --set-xmark 0x8000/0xc000',
      ],
      filter: [
        '-A INPUT -p tcp --dport 22 -m mark --mark 0x1 -j DROP',
        '-A INPUT -p tcp --dport 80 -m mark --mark 0x0 -j DROP',
        '-A INPUT -p tcp --dport 443 -m mark --mark 0x8001 -j DROP',
      ],
    },
    packets:
      'tcp a > me:22 = drop by INPUT/1; tcp a > me:80 = drop by INPUT/2; tcp a > me:443 = drop by INPUT/3',
  },
  {
    name: 'a chain is entered for good, and ends with the policy',
    ip: {
      filter: [
        'INPUT DROP',
        ':mine',
        '-A INPUT -p tcp -g mine',
        '-A INPUT -j ACCEPT',
        '-A mine -p tcp --dport 22 -j ACCEPT',
      ],
    },
    packets:
      'tcp a > me:22 = accept by mine/1; tcp a > me:80 = drop by INPUT/policy; udp a > me:53 = accept by INPUT/2',
  },
  {
    name: 'NOTRACK leaves alone the reset that answers what it exempted: the reset ends the connection',
    ip: {
      raw: ['-A OUTPUT -j NOTRACK'],
      filter: [
        'OUTPUT DROP',
        '-A INPUT -p tcp -m state --state NEW --tcp-flags ALL ACK -j ACCEPT',
        '-A INPUT -p tcp -m state --state INVALID -j DROP',
        '-A OUTPUT -p tcp ! -s 10.1.0.2 -j REJECT --reject-with tcp-reset',
      ],
    },
    packets:
      'tcp a:4006 > me:22 = accept; tcp here me:22 > a:4006 syn+ack = reject tcp reset by OUTPUT/1; tcp a:4006 > me:22 ack = accept by INPUT/1',
  },
]
