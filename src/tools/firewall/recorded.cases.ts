/**
 * Recorded rule sets of programs that people run, and packets with the verdicts that those programs mean. How each was
 * made is in `testdata/README.md`.
 *
 * Verdicts come from what was asked of the program (`ufw allow 22/tcp`), from its documentation, and from the kernel's
 * rules of hooks; never from the evaluator.
 */
import type { Decision } from '../../model/filter/decision.ts'

export interface PacketCase {
  /** `tcp 203.0.113.5 > 192.0.2.10:22`; `icmp 8` has a type instead of ports. */
  readonly packet: string
  /** Interface it comes in by; null when it is made here. */
  readonly from: string | null
  readonly state?: 'new' | 'established' | 'invalid'
  readonly verdict: Decision['kind']
  /** A part of the deciding rule's text; of a policy `policy drop`. */
  readonly by?: string
  /** Where the packet is addressed to in the end, as `172.17.0.2:80`. */
  readonly arrives?: string
  readonly sender?: string
}

export interface RecordedCase {
  /** A folder in testdata. */
  readonly program: string
  /** Addresses of the machine, by interface. */
  readonly addresses: readonly string[]
  readonly packets: readonly PacketCase[]
}

const EVERYBODY = '203.0.113.5:4000'

export const RECORDED: readonly RecordedCase[] = [
  {
    program: 'ufw',
    addresses: ['eth0 192.0.2.10/24', 'eth1 10.0.0.1/8', 'eth0 2001:db8::10/64'],
    packets: [
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:22`,
        from: 'eth0',
        verdict: 'accept',
        by: 'ufw-user-input -p tcp -m tcp --dport 22',
      },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:80`, from: 'eth0', verdict: 'drop', by: 'policy drop' },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:80`,
        from: 'eth0',
        state: 'established',
        verdict: 'accept',
        by: 'RELATED,ESTABLISHED',
      },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:22`,
        from: 'eth0',
        state: 'invalid',
        verdict: 'drop',
        by: 'INVALID',
      },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:2222`, from: 'eth0', verdict: 'depends' },
      { packet: 'tcp 10.1.2.3:4000 > 10.0.0.1:5432', from: 'eth1', verdict: 'accept', by: '-s 10.0.0.0/8' },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:5432`, from: 'eth0', verdict: 'drop' },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:23`, from: 'eth0', verdict: 'drop', by: '--dport 23' },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:113`,
        from: 'eth0',
        verdict: 'reject',
        by: '--dport 113',
        sender: 'tcp reset',
      },
      { packet: 'udp 10.1.2.3:4000 > 10.0.0.1:53', from: 'eth1', verdict: 'accept', by: '-i eth1' },
      { packet: `udp ${EVERYBODY} > 192.0.2.10:53`, from: 'eth0', verdict: 'drop' },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:6003`, from: 'eth0', verdict: 'accept', by: '6000:6007' },
      { packet: 'icmp 203.0.113.5 > 192.0.2.10 8', from: 'eth0', verdict: 'accept', by: '--icmp-type 8' },
      { packet: 'tcp 127.0.0.1:4000 > 127.0.0.1:80', from: 'lo', verdict: 'accept', by: '-i lo' },
      {
        packet: 'tcp [2001:db8::5]:4000 > [2001:db8::10]:443',
        from: 'eth0',
        verdict: 'accept',
        by: '-s 2001:db8::/32',
      },
      { packet: 'tcp [2001:4860::5]:4000 > [2001:db8::10]:443', from: 'eth0', verdict: 'drop' },
      {
        packet: 'tcp [2001:4860::5]:4000 > [2001:db8::10]:22',
        from: 'eth0',
        verdict: 'accept',
        by: '--dport 22',
      },
      {
        packet: 'icmpv6 2001:db8::5 > 2001:db8::10 135',
        from: 'eth0',
        verdict: 'accept',
        by: '--icmpv6-type 135',
      },
    ],
  },
  {
    program: 'firewalld',
    addresses: ['eth0 192.0.2.10/24', 'eth1 10.50.0.1/16', 'eth0 2001:db8::10/64'],
    packets: [
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:22`, from: 'eth0', verdict: 'accept', by: 'tcp dport 22' },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:443`, from: 'eth0', verdict: 'accept', by: 'tcp dport 443' },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:8085`, from: 'eth0', verdict: 'accept', by: '8080-8090' },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:8091`,
        from: 'eth0',
        verdict: 'reject',
        by: 'admin-prohibited',
        sender: 'icmp 3/13',
      },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:9000`, from: 'eth0', verdict: 'depends' },
      {
        packet: 'tcp 10.1.1.1:4000 > 192.0.2.10:5432',
        from: 'eth0',
        verdict: 'accept',
        by: 'ip saddr 10.0.0.0/8',
      },
      { packet: `tcp ${EVERYBODY} > 192.0.2.10:5432`, from: 'eth0', verdict: 'reject' },
      {
        packet: 'tcp 192.0.2.66:4000 > 192.0.2.10:22',
        from: 'eth0',
        verdict: 'reject',
        by: '192.0.2.66',
        sender: 'icmp 3/3',
      },
      { packet: 'tcp 10.99.1.1:4000 > 192.0.2.10:8091', from: 'eth0', verdict: 'accept' },
      { packet: 'udp 10.50.0.9:5353 > 224.0.0.251:5353', from: 'eth1', verdict: 'accept' },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:8091`,
        from: 'eth0',
        state: 'established',
        verdict: 'accept',
        by: 'established',
      },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:22`,
        from: 'eth0',
        state: 'invalid',
        verdict: 'drop',
        by: 'invalid',
      },
      { packet: 'tcp [2001:db8::5]:4000 > [2001:db8::10]:22', from: 'eth0', verdict: 'accept' },
      {
        packet: 'tcp [2001:db8::5]:4000 > [2001:db8::10]:80',
        from: 'eth0',
        verdict: 'reject',
        sender: 'icmpv6 1/1',
      },
    ],
  },
  {
    program: 'docker',
    addresses: ['eth0 192.0.2.10/24', 'docker0 172.17.0.1/16', 'br-bf77296aaa4a 172.30.0.1/16'],
    packets: [
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:8080`,
        from: 'eth0',
        verdict: 'accept',
        arrives: '172.17.0.2:80',
      },
      {
        packet: `udp ${EVERYBODY} > 192.0.2.10:53`,
        from: 'eth0',
        verdict: 'accept',
        arrives: '172.30.0.2:53',
      },
      {
        packet: `tcp ${EVERYBODY} > 192.0.2.10:5432`,
        from: 'eth0',
        verdict: 'accept',
        arrives: '192.0.2.10:5432',
      },
      { packet: `tcp ${EVERYBODY} > 172.17.0.2:81`, from: 'eth0', verdict: 'drop', by: 'policy drop' },
      {
        packet: 'tcp 172.30.0.2:4000 > 172.17.0.2:80',
        from: 'br-bf77296aaa4a',
        verdict: 'drop',
        by: 'DOCKER-ISOLATION-STAGE-2 -o docker0',
      },
      { packet: 'tcp 172.17.0.2:4000 > 203.0.113.5:443', from: 'docker0', verdict: 'accept' },
      {
        packet: `tcp ${EVERYBODY} > 172.17.0.2:81`,
        from: 'eth0',
        state: 'established',
        verdict: 'accept',
        by: 'RELATED,ESTABLISHED',
      },
    ],
  },
  {
    program: 'fail2ban',
    addresses: ['eth0 192.0.2.200/24', 'eth0 2001:db8::10/64'],
    packets: [
      {
        packet: 'tcp 192.0.2.1:4000 > 192.0.2.200:22',
        from: 'eth0',
        verdict: 'reject',
        by: '-s 192.0.2.1/32',
        sender: 'icmp 3/3',
      },
      { packet: 'tcp 192.0.2.9:4000 > 192.0.2.200:22', from: 'eth0', verdict: 'accept' },
      { packet: 'tcp 192.0.2.1:4000 > 192.0.2.200:80', from: 'eth0', verdict: 'accept' },
      {
        packet: 'tcp 192.0.2.3:4000 > 192.0.2.200:443',
        from: 'eth0',
        verdict: 'reject',
        by: '@addr-set-webby',
      },
      { packet: 'tcp 192.0.2.3:4000 > 192.0.2.200:22', from: 'eth0', verdict: 'accept' },
      {
        packet: 'tcp 192.0.2.4:4000 > 192.0.2.200:9999',
        from: 'eth0',
        verdict: 'reject',
        by: '@addr-set-all',
      },
      {
        packet: 'tcp 192.0.2.5:4000 > 192.0.2.200:25',
        from: 'eth0',
        verdict: 'reject',
        by: '--match-set f2b-sets src',
      },
      { packet: 'tcp 192.0.2.6:4000 > 192.0.2.200:25', from: 'eth0', verdict: 'accept' },
      {
        packet: 'tcp [2001:db8::66]:4000 > [2001:db8::10]:22',
        from: 'eth0',
        verdict: 'reject',
        by: '2001:db8::66',
        sender: 'icmpv6 1/4',
      },
      {
        packet: 'tcp [2001:db8::3]:4000 > [2001:db8::10]:80',
        from: 'eth0',
        verdict: 'reject',
        by: '@addr6-set-webby',
      },
    ],
  },
  ...(['kube-proxy-iptables', 'kube-proxy-nftables'] as const).map(
    (program): RecordedCase => ({
      program,
      addresses: ['eth0 192.0.2.10/24', 'cni0 10.244.0.1/16'],
      packets: [
        {
          packet: `tcp ${EVERYBODY} > 192.0.2.10:30080`,
          from: 'eth0',
          verdict: 'accept',
          arrives: '10.244.?.5:8080',
        },
        {
          packet: 'tcp 10.244.0.9:4000 > 10.96.0.20:80',
          from: 'cni0',
          verdict: 'accept',
          arrives: '10.244.?.5:8080',
        },
        {
          packet: 'udp 10.244.0.9:4000 > 10.96.0.10:53',
          from: 'cni0',
          verdict: 'accept',
          arrives: '10.244.0.2:53',
        },
        {
          packet: 'tcp 10.244.0.9:4000 > 10.96.0.50:80',
          from: 'cni0',
          verdict: 'reject',
          sender: 'icmp 3/3',
        },
        {
          packet: `tcp ${EVERYBODY} > 192.0.2.10:30081`,
          from: 'eth0',
          verdict: 'accept',
          arrives: '192.0.2.10:30081',
        },
        ...(program === 'kube-proxy-iptables'
          ? ([
              {
                packet: `tcp ${EVERYBODY} > 127.0.0.1:10250`,
                from: 'eth0',
                verdict: 'drop',
                by: 'block incoming localnet',
              },
              {
                packet: 'tcp 10.244.0.9:4000 > 203.0.113.5:80',
                from: 'cni0',
                state: 'invalid',
                verdict: 'drop',
                by: 'KUBE-FORWARD -m conntrack --ctstate INVALID',
              },
            ] as const)
          : ([
              {
                packet: 'tcp 10.244.0.9:4000 > 10.96.0.20:81',
                from: 'cni0',
                verdict: 'reject',
                by: '@cluster-ips',
              },
              {
                packet: `tcp ${EVERYBODY} > 192.0.2.10:30090`,
                from: 'eth0',
                verdict: 'drop',
                by: '@no-endpoint-nodeports',
              },
              {
                packet: 'tcp 192.0.2.99:4000 > 198.51.100.7:443',
                from: 'eth0',
                verdict: 'drop',
                by: '203.0.113.0/24',
              },
            ] as const)),
      ],
    }),
  ),
  {
    program: 'libvirt',
    addresses: ['eth0 192.0.2.10/24', 'virbr0 192.168.122.1/24'],
    packets: [
      { packet: 'tcp 192.168.122.5:4000 > 203.0.113.5:443', from: 'virbr0', verdict: 'accept' },
      {
        packet: `tcp ${EVERYBODY} > 192.168.122.5:22`,
        from: 'eth0',
        verdict: 'reject',
        by: 'LIBVIRT_FWI -o virbr0',
        sender: 'icmp 3/3',
      },
      {
        packet: `tcp ${EVERYBODY} > 192.168.122.5:22`,
        from: 'eth0',
        state: 'established',
        verdict: 'accept',
        by: 'RELATED,ESTABLISHED',
      },
      {
        packet: 'udp 192.168.122.5:4000 > 192.168.122.1:53',
        from: 'virbr0',
        verdict: 'accept',
        by: 'LIBVIRT_INP',
      },
      { packet: 'udp 192.168.122.1:67 > 192.168.122.5:68', from: null, verdict: 'accept' },
    ],
  },
]
