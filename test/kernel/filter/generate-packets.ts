/** Random packets: strays, and conversations whose parts come one after the other, mixed with others'. */
import type { Random } from '../space/random.ts'
import type { Probe } from './notation.ts'
import type { Shape } from './packet-bytes.ts'

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]
const HOSTS = {
  v4: { a: '10.1.0.2', b: '10.2.0.2', me: '10.1.0.1', me2: '10.2.0.1', lo: '127.0.0.1', far: '203.0.113.9' },
  v6: { a: 'fd01::2', b: 'fd02::2', me: 'fd01::1', me2: 'fd02::1', lo: '::1', far: '2001:db8::9' },
} as const
type Host = keyof (typeof HOSTS)['v4']
const PLACE: Readonly<Record<Host, Probe['from']>> = {
  a: 't0',
  b: 't1',
  me: null,
  me2: null,
  lo: null,
  far: 't1',
}
/** Who talks to whom: in, through, out, on loopback. */
const PAIRS: readonly (readonly [Host, Host])[] = [
  ['a', 'me'],
  ['a', 'me'],
  ['b', 'me2'],
  ['a', 'me2'],
  ['a', 'b'],
  ['a', 'b'],
  ['b', 'a'],
  ['a', 'far'],
  ['me', 'a'],
  ['me2', 'b'],
  ['me', 'far'],
  ['lo', 'lo'],
  ['me', 'me2'],
]
const PORTS = [22, 53, 80, 443, 8080]
const FLOWS = 12
const FIRST_CLIENT_PORT = 4000

/** What may stand where translated answers come from and go to. */
const INNER = {
  v4: ['10.2.0.2', '10.2.0.3', '10.2.0.4', '10.1.0.9'],
  v6: ['fd02::2', 'fd02::3', 'fd02::4'],
} as const
const OUTER = { v4: ['10.2.0.1', '10.2.0.30', '10.2.0.31'], v6: ['fd02::1', 'fd02::30', 'fd02::31'] } as const

export function probesFor(random: Random): Probe[] {
  const flows = Array.from({ length: FLOWS }, (_, i) => conversation(random, FIRST_CLIENT_PORT + i))
  const probes: Probe[] = []
  while (flows.some(flow => flow.length > 0)) {
    const flow = random.pick(flows)
    const next = flow.shift()
    if (next !== undefined) probes.push(next)
  }
  return probes
}

function conversation(random: Random, clientPort: number): Probe[] {
  const version = random.chance(0.7) ? 'v4' : 'v6'
  const [client, server] = random.pick(PAIRS)
  const hosts = HOSTS[version]
  const ends = { source: hosts[client], destination: hosts[server] }
  const asked = { sourcePort: clientPort, destinationPort: random.pick(PORTS) }
  const from = PLACE[client]
  const back = answerer(random, version, server)
  const backTo = random.chance(0.25) && PLACE[client] !== null ? random.pick(OUTER[version]) : ends.source
  const answer = {
    source: back?.address ?? ends.destination,
    destination: backTo,
    sourcePort: asked.destinationPort === 80 && random.chance(0.2) ? 8080 : asked.destinationPort,
    destinationPort: clientPort,
  }
  const answerFrom = back?.from ?? PLACE[server]
  const kind = random.weighted({ tcp: 6, udp: 3, echo: 2, stray: 3, other: 1 })
  const more = traits(random)
  if (kind === 'tcp') {
    const request: Shape = { ...ends, ...asked, protocol: 6, tcpFlags: SYN, sequence: 1000, ...more }
    const reply: Shape = { ...answer, protocol: 6, tcpFlags: SYN | ACK, sequence: 5000, acknowledge: 1001 }
    const third: Shape = { ...ends, ...asked, protocol: 6, tcpFlags: ACK, sequence: 1001, acknowledge: 5001 }
    const fourth: Shape = { ...answer, protocol: 6, tcpFlags: ACK, sequence: 5001, acknowledge: 1001 }
    const whole: Probe[] = [
      { from, shape: request },
      { from: answerFrom, shape: reply },
      { from, shape: third },
      { from: answerFrom, shape: fourth },
    ]
    if (random.chance(0.3)) return [...whole.slice(0, 1), error(random, version, answerFrom, request)]
    return whole.slice(0, random.whole(1, 4))
  }
  if (kind === 'udp') {
    const request: Shape = { ...ends, ...asked, protocol: 17, ...more }
    const reply: Shape = { ...answer, protocol: 17 }
    const whole: Probe[] = [
      { from, shape: request },
      { from: answerFrom, shape: reply },
      { from, shape: request },
    ]
    if (random.chance(0.4)) return [...whole.slice(0, 1), error(random, version, answerFrom, request)]
    return whole.slice(0, random.whole(1, 3))
  }
  if (kind === 'echo') {
    const protocol = version === 'v4' ? 1 : 58
    const [request, reply] = version === 'v4' ? [8, 0] : [128, 129]
    return [
      { from, shape: { ...ends, protocol, icmpType: request!, icmpId: clientPort } },
      {
        from: answerFrom,
        shape: {
          source: answer.source,
          destination: answer.destination,
          protocol,
          icmpType: reply!,
          icmpId: clientPort,
        },
      },
    ].slice(0, random.whole(1, 2))
  }
  if (kind === 'other') return [{ from, shape: { ...ends, protocol: 47, payload: 12, ...more } }]
  return [{ from, shape: stray(random, { ...ends, ...asked }, version) }]
}

function answerer(
  random: Random,
  version: 'v4' | 'v6',
  server: Host,
): { address: string; from: Probe['from'] } | undefined {
  if (server === 'lo' || !random.chance(0.25)) return undefined
  const address = random.pick(INNER[version])
  return { address, from: address.startsWith('10.1.') ? 't0' : 't1' }
}

function traits(random: Random): Partial<Shape> {
  return {
    ...(random.chance(0.1) ? { ttl: random.pick([2, 60, 63, 200]) } : {}),
    ...(random.chance(0.1) ? { dscp: random.pick([8, 18, 46]) } : {}),
    ...(random.chance(0.2) ? { maxSegment: random.pick([1200, 536]) } : {}),
    ...(random.chance(0.15) ? { payload: random.whole(5, 40) } : {}),
  }
}

function error(random: Random, version: 'v4' | 'v6', from: Probe['from'], about: Shape): Probe {
  const [icmpType, icmpCode] =
    version === 'v4'
      ? random.pick([
          [3, 1],
          [3, 3],
          [11, 0],
        ])
      : random.pick([
          [1, 0],
          [3, 0],
        ])
  return {
    from,
    shape: {
      source:
        from === null
          ? about.destination
          : random.chance(0.5)
            ? about.destination
            : version === 'v4'
              ? '10.2.0.99'
              : 'fd02::99',
      destination: about.source,
      protocol: version === 'v4' ? 1 : 58,
      icmpType: icmpType!,
      icmpCode: icmpCode!,
      quotes: about,
    },
  }
}

const STRAY_FLAGS = [ACK, RST, RST | ACK, FIN | ACK, SYN | ACK, SYN | FIN, 0, FIN | 8 | 32]

function stray(random: Random, ends: Omit<Shape, 'protocol'>, version: 'v4' | 'v6'): Shape {
  const icmp =
    version === 'v4'
      ? random.pick([
          [0, 0],
          [3, 3],
          [5, 1],
          [17, 0],
          [42, 0],
        ])
      : random.pick([
          [129, 0],
          [1, 4],
          [144, 0],
        ])
  const { source, destination } = ends
  return random.pick<Shape>([
    { ...ends, protocol: 6, tcpFlags: random.pick(STRAY_FLAGS), sequence: 77, acknowledge: 78 },
    { ...ends, protocol: 6, tcpFlags: random.pick(STRAY_FLAGS), sequence: 77, acknowledge: 78 },
    {
      source,
      destination,
      protocol: version === 'v4' ? 1 : 58,
      icmpType: icmp[0]!,
      icmpCode: icmp[1]!,
      icmpId: 9,
    },
  ])
}
