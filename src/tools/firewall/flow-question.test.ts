import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FlowQuestion, parseFlowQuestion } from './flow-question.ts'

const A = 0x0a000001
const B = 0x0a000002

const READ: readonly [line: string, packet: FlowQuestion['packet'], more?: Partial<FlowQuestion>][] = [
  [
    'tcp 10.0.0.1:4000 -> 10.0.0.2:22',
    {
      family: 'ipv4',
      protocol: 6,
      source: A,
      destination: B,
      sourcePort: 4000,
      destinationPort: 22,
      tcpFlags: 2,
    },
    { state: 'new', direction: 'original' },
  ],
  [
    'udp 10.0.0.1:4000 > 10.0.0.2:53',
    { family: 'ipv4', protocol: 17, source: A, destination: B, sourcePort: 4000, destinationPort: 53 },
  ],
  [
    '  drop   tcp [::1]:1 ->  [::2]:2  in eth0 ',
    {
      family: 'ipv6',
      protocol: 6,
      source: 1n,
      destination: 2n,
      sourcePort: 1,
      destinationPort: 2,
      tcpFlags: 2,
    },
    { wanted: 'drop', inputInterface: 'eth0', text: 'tcp [::1]:1 -> [::2]:2 in eth0' },
  ],
  [
    'icmp 10.0.0.1 -> 10.0.0.2',
    { family: 'ipv4', protocol: 1, source: A, destination: B, icmpType: 8, icmpCode: 0 },
  ],
  [
    'icmp 10.0.0.1 -> 10.0.0.2 type destination-unreachable code 4 state related',
    { family: 'ipv4', protocol: 1, source: A, destination: B, icmpType: 3, icmpCode: 4 },
    { state: 'related' },
  ],
  [
    'icmpv6 ::1 -> ::2 type nd-neighbor-solicit',
    { family: 'ipv6', protocol: 58, source: 1n, destination: 2n, icmpType: 135, icmpCode: 0 },
  ],
  [
    'tcp 10.0.0.1:1 -> 10.0.0.2:2 state established out eth1 mark 0x10 length 1500',
    {
      family: 'ipv4',
      protocol: 6,
      source: A,
      destination: B,
      sourcePort: 1,
      destinationPort: 2,
      tcpFlags: 16,
      length: 1500,
    },
    { state: 'established', outputInterface: 'eth1', mark: 16 },
  ],
  [
    'tcp 10.0.0.1:1 -> 10.0.0.2:2 flags syn,ack direction reply',
    {
      family: 'ipv4',
      protocol: 6,
      source: A,
      destination: B,
      sourcePort: 1,
      destinationPort: 2,
      tcpFlags: 18,
    },
    { direction: 'reply' },
  ],
  ['gre 10.0.0.1 -> 10.0.0.2', { family: 'ipv4', protocol: 47, source: A, destination: B }],
  ['89 10.0.0.1 -> 10.0.0.2', { family: 'ipv4', protocol: 89, source: A, destination: B }],
]
for (const [line, packet, more = {}] of READ) {
  test(`"${line}" is read`, () => {
    const question = parseFlowQuestion(line)
    assert.deepEqual(question.packet, packet)
    for (const [name, value] of Object.entries(more)) {
      assert.deepEqual(question[name as keyof FlowQuestion], value, name)
    }
  })
}

const REFUSED: readonly [line: string, why: RegExp][] = [
  ['', /empty/],
  ['tpc 10.0.0.1:1 -> 10.0.0.2:2', /"tpc" is not a protocol/],
  ['256 10.0.0.1 -> 10.0.0.2', /"256" is not a protocol/],
  ['tcp 10.0.0.1:1', /needs the source, "->" and the destination/],
  ['tcp 10.0.0.1:1 => 10.0.0.2:2', /needs the source, "->"/],
  ['tcp 10.0.0.1 -> 10.0.0.2:22', /the source "10.0.0.1" is not an address and a port/],
  ['tcp 10.0.0.1:1 -> db:5432', /the destination "db:5432" is a name/],
  ['tcp 10.0.0.1:1 -> [::2]:2', /one end is IPv4/],
  ['icmp ::1 -> ::2', /icmpv6/],
  ['icmpv6 10.0.0.1 -> 10.0.0.2', /has IPv6 addresses/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:65536', /"10.0.0.2:65536" is not/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 from eth0', /"from" is none of in, out/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 in', /nothing stands after "in"/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 in eth0 in eth1', /"in" stands twice/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 in a/b', /can't be the name/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 state open', /"open" is not a state/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 flags syn,foo', /"foo" is none of the flags/],
  ['udp 10.0.0.1:1 -> 10.0.0.2:2 flags syn', /TCP/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 type 8', /ICMP/],
  ['icmp 10.0.0.1 -> 10.0.0.2 type ping', /"ping" is not an ICMP type/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 mark -1', /"-1" is not a mark/],
  ['tcp 10.0.0.1:1 -> 10.0.0.2:2 mark 4294967296', /is not a mark/],
]
for (const [line, why] of REFUSED) {
  test(`"${line}" is refused`, () => {
    assert.throws(() => parseFlowQuestion(line), { code: 'E_FLOW_SYNTAX', message: why })
  })
}
