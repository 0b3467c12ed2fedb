/** What programs that make networks of their own mean: Docker, kube-proxy, libvirt. */
import { EVERYBODY, type RecordedCase } from './recorded.cases.ts'

export const RECORDED_NETWORKS: readonly RecordedCase[] = [
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
