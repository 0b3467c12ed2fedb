/** Random programs: rules that translate, conversations that come into each other's way, entries that end. */
import { Random } from '../space/random.ts'
import { crowdedRules, natRules } from './generate-rules.ts'
import type { Flow, Program, Step, Traits } from './steps.ts'
import { tcpScript } from './tcp-script.ts'

/** Few, so that connections meet. The router's own stack takes what comes to these ports. */
const CLIENT_PORTS = [4000, 4001, 4002, 53, 1000]
const SERVER_PORTS = [80, 443, 8080, 53]
const CLIENTS = { v4: ['10.1.0.2', '10.1.0.3', '10.1.0.4'], v6: ['fd01::2', 'fd01::3'] } as const
const SERVERS = { v4: ['10.2.0.2', '10.2.0.3', '203.0.113.9'], v6: ['fd02::2', '2001:db8::9'] } as const
const ROUTER = { v4: ['10.1.0.1', '10.2.0.1'], v6: ['fd01::1', 'fd02::1'] } as const
const [ICMP, TCP, UDP, ICMPV6, GRE] = [1, 6, 17, 58, 47]

/** As the kernel has them, but so far apart that one can tell by the rest of its time which one an entry has. */
const TIMEOUTS = {
  tcp_timeout_syn_sent: 120,
  tcp_timeout_syn_recv: 60,
  tcp_timeout_established: 432_000,
  tcp_timeout_fin_wait: 130,
  tcp_timeout_close_wait: 70,
  tcp_timeout_last_ack: 35,
  tcp_timeout_time_wait: 140,
  tcp_timeout_close: 15,
  tcp_timeout_max_retrans: 310,
  tcp_timeout_unacknowledged: 300,
  udp_timeout: 40,
  udp_timeout_stream: 150,
  icmp_timeout: 45,
  icmpv6_timeout: 50,
  gre_timeout: 80,
  gre_timeout_stream: 180,
  generic_timeout: 600,
} as const

const ERRORS: Readonly<Record<'v4' | 'v6', readonly (readonly [number, number])[]>> = {
  v4: [
    [3, 1],
    [3, 3],
    [11, 0],
    [3, 4],
    [5, 1],
  ],
  v6: [
    [1, 4],
    [3, 0],
    [2, 0],
  ],
}

export function generate(seed: number): Program {
  const random = new Random(seed)
  const isCrowded = random.chance(0.25)
  const flows = isCrowded
    ? Array.from({ length: random.whole(12, 24) }, () => crowdedFlow(random))
    : Array.from({ length: random.whole(6, 14) }, () => flowOf(random))
  const scripts = flows.map((flow, i) => scriptOf(random, flow, i))
  const steps: Step[] = []
  while (scripts.some(script => script.length > 0)) {
    const next = random.pick(scripts).shift()
    if (next !== undefined) steps.push(next)
    if (random.chance(0.03)) steps.push({ kind: 'forget', flow: random.whole(0, flows.length - 1) })
  }
  return {
    rules: isCrowded ? crowdedRules(random) : natRules(random),
    settings: settingsOf(random),
    flows,
    steps,
  }
}

const settingsOf = (random: Random): Program['settings'] => ({
  ...TIMEOUTS,
  tcp_loose: random.chance(0.8) ? 1 : 0,
  tcp_be_liberal: random.chance(0.15) ? 1 : 0,
  tcp_ignore_invalid_rst: random.chance(0.15) ? 1 : 0,
  tcp_max_retrans: random.pick([3, 3, 1, 2]),
})

function flowOf(random: Random): Flow {
  const version = random.chance(0.75) ? 'v4' : 'v6'
  const way = random.weighted({
    out: 10,
    toRouter: 2,
    fromRouter: 1,
    unsolicited: 2,
    inside: 1,
    inwards: 1,
    loop: 1,
  })
  const protocol = random.weighted({ tcp: 6, udp: 4, echo: 2, gre: 1 })
  const client = { address: random.pick(CLIENTS[version]), port: random.pick(CLIENT_PORTS) }
  const server = { address: random.pick(SERVERS[version]), port: random.pick(SERVER_PORTS) }
  const router = random.pick(ROUTER[version])
  const number = { tcp: TCP, udp: UDP, echo: version === 'v4' ? ICMP : ICMPV6, gre: GRE }[protocol]
  switch (way) {
    case 'out':
      return { protocol: number, from: 't0', client, server }
    case 'toRouter':
      return { protocol: number, from: 't0', client, server: { ...server, address: router } }
    case 'fromRouter':
      return { protocol: number, from: null, client: { ...client, address: router }, server }
    case 'unsolicited':
      // What a client will use later on, or does already.
      return {
        protocol: number,
        from: 't1',
        client: server,
        server: { ...client, address: ROUTER[version][1] },
      }
    case 'inside':
      return {
        protocol: number,
        from: 't0',
        client,
        server: { ...server, address: random.pick(CLIENTS[version]) },
      }
    case 'loop': {
      const own = { ...server, address: random.pick(ROUTER[version]) }
      return { protocol: number, from: null, client: { ...client, address: router }, server: own }
    }
    case 'inwards':
      return { protocol: number, from: 't1', client: server, server: client }
  }
}

/** More of them than there are ports. */
const crowdedFlow = (random: Random): Flow => ({
  protocol: random.chance(0.8) ? TCP : UDP,
  from: 't0',
  client: { address: random.pick(CLIENTS.v4), port: 4000 + random.whole(0, 6) },
  server: { address: SERVERS.v4[0], port: 80 },
})

function scriptOf(random: Random, { protocol, client }: Flow, flow: number): Step[] {
  const steps = protocol === TCP ? tcpScript(random, flow) : exchange(random, flow)
  if (!random.chance(0.35)) return steps
  const isV6 = client.address.includes(':')
  const [icmpType, icmpCode] = random.pick<readonly [number, number]>(isV6 ? ERRORS.v6 : ERRORS.v4)
  const hop = isV6 ? 'fd02::99' : '10.2.0.99'
  const by = random.chance(0.7) ? 'server' : 'client'
  const error: Step = {
    kind: 'error',
    flow,
    by,
    icmpType,
    icmpCode,
    ...(random.chance(0.4) && by === 'server' ? { hop } : {}),
  }
  return steps.toSpliced(random.whole(1, steps.length), 0, error)
}

/** Questions and answers without states. */
function exchange(random: Random, flow: number): Step[] {
  const traits = (): Traits =>
    random.chance(0.2) ? { payload: random.whole(4, 60), ttl: random.pick([2, 30]) } : {}
  return Array.from({ length: random.whole(1, 4) }, (_, i) => ({
    kind: 'send' as const,
    flow,
    by: i === 0 || random.chance(0.5) ? ('client' as const) : ('server' as const),
    traits: traits(),
  }))
}
