/**
 * A network three times: as a scenario that is traced through, as namespaces in each of which the live machine is traced, and as
 * packets that are really sent between them. All three agree.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { endsOf, endsText } from '../../../src/faces/cli/trace/packet-ends.ts'
import { networkView, readScenario } from '../../../src/sim/sim.ts'
import { parseFlowQuestion } from '../../../src/tools/firewall/firewall.ts'
import { type Hop, type NetworkTrace, traceNetwork } from '../../../src/tools/trace/trace.ts'
import { skip, until } from '../apply/berth.ts'
import { PORTS } from '../stage/troupe.ts'
import { Street } from './street.ts'

/** Each with what is expected, by the scenario's own rules: who gets it from whom, or where it ends. */
const ROWS: readonly (readonly [name: string, flow: string, end: string])[] = [
  [
    'masqueraded to the server',
    'tcp 192.168.7.2:41001 -> 203.0.113.2:80',
    'server 80 from 203.0.113.1:41001',
  ],
  ['datagrams, too', 'udp 192.168.7.2:41002 -> 203.0.113.2:53', 'server 53 from 203.0.113.1:41002'],
  ['dropped as it is passed on', 'udp 192.168.7.2:41003 -> 203.0.113.2:9999', 'filtered at router'],
  ['dropped by the server', 'tcp 192.168.7.2:41004 -> 203.0.113.2:22', 'filtered at server'],
  ['nobody listens', 'tcp 192.168.7.2:41005 -> 203.0.113.2:81', 'nobody at server'],
  ['a forwarded port', 'tcp 203.0.113.2:41006 -> 203.0.113.1:8443', 'client 443 from 203.0.113.2:41006'],
  [
    'a forwarded port of datagrams',
    'udp 203.0.113.2:41007 -> 203.0.113.1:5353',
    'client 5300 from 203.0.113.2:41007',
  ],
  ['the router itself', 'tcp 203.0.113.2:41008 -> 203.0.113.1:80', 'nobody at router'],
  ['no route', 'udp 203.0.113.2:41009 -> 192.168.7.2:5300', 'no-route at server'],
]

interface LiveTrace {
  readonly items: readonly {
    readonly end: string
    readonly deliveredTo: object | null
    readonly stages: readonly { readonly stage: string; readonly kind: string; readonly flow: object }[]
  }[]
}

test('a scenario, its namespaces and the packets between them', { skip }, async t => {
  const file = new URL('./street.yaml', import.meta.url)
  const network = await readScenario(readFileSync(file, 'utf8'), { file: 'street.yaml', speed: Infinity })
  const street = await Street.open(network)
  try {
    for (const [name, flow, end] of ROWS)
      await t.test(name, async () => {
        const told = await traceNetwork(networkView(network), parseFlowQuestion(flow))
        assert.equal(endOf(told), end, 'the scenario')
        for (const hop of told.hops) await compareLive(street, hop, flow.split(' ')[0]!)
        assert.equal(await send(street, told, flow), end, 'the packet')
      })
  } finally {
    await street.close()
    network.close()
  }
})

function endOf({ hops, end }: NetworkTrace): string {
  const last = hops.at(-1)!
  if (end !== 'delivered') return `${end} at ${last.host}`
  if (last.receiver?.kind !== 'socket') return `${last.receiver?.kind} at ${last.host}`
  const [from] = endsText(last.packet).split(' > ')
  return `${last.host} ${last.packet.destinationPort} from ${from}`
}

/** What the machine itself says of the packet as it comes to it. */
async function compareLive(street: Street, hop: Hop, protocol: string): Promise<void> {
  const [from, to] = endsText(hop.question.packet).split(' > ')
  const words = [
    'trace',
    protocol,
    from!,
    'to',
    to!,
    '--json',
    ...(hop.from === null ? [] : ['--in', hop.from]),
  ]
  const { out, err } = await street.berth(hop.host).run(process.execPath, PORTS, ...words)
  const { items } = JSON.parse(out || JSON.stringify({ items: [], err })) as LiveTrace
  const [live] = items
  assert.ok(live, `${hop.host}: ${err}`)
  // Who is next on the link is known here, and asked for there.
  const isOwn = ({ stage }: { readonly stage: string }): boolean => stage !== 'neighbour'
  const shown = ({ stage, kind, flow: { source, destination } }: Shown) => ({
    stage,
    kind,
    source,
    destination,
  })
  assert.deepEqual(
    hop.stages.filter(isOwn).map(({ stage, did, packet }) => ({ stage, kind: did.kind, ...endsOf(packet) })),
    live.stages.filter(isOwn).map(one => shown(one as Shown)),
    `${hop.host}, live`,
  )
  assert.equal(live.end, hop.end, `${hop.host}, live`)
  assert.equal(live.deliveredTo !== null, hop.receiver?.kind === 'socket', `${hop.host}, live`)
}

interface Shown {
  readonly stage: string
  readonly kind: string
  readonly flow: { readonly source: object; readonly destination: object }
}

/** The places that datagrams always get to, from each host, so that what came before has come by then. */
const SENTINELS: Readonly<Record<string, { host: string; port: number; at: string }>> = {
  client: { host: '203.0.113.2', port: 5300, at: 'server' },
  server: { host: '203.0.113.1', port: 5353, at: 'client' },
}
let sentinel = 50_000

async function send(street: Street, { hops, end }: NetworkTrace, flow: string): Promise<string> {
  const [, protocol = '', localPort, host, port] = /^(\w+) \S+:(\d+) -> (\S+):(\d+)$/.exec(flow)!
  const sender = hops[0]!.host
  const counts = new Map(hops.map(one => [one.host, street.said(one.host).length]))
  street.send(sender, { protocol, localPort: Number(localPort), host, port: Number(port) })
  const errors = (): readonly { error: string }[] =>
    street.said(sender).filter((one): one is { error: string; localPort: number } => {
      const { error, localPort: its } = one as { error?: string; localPort?: number }
      return error !== undefined && its === Number(localPort)
    })
  const { at, ...to } = SENTINELS[sender]!
  const own = sentinel++
  street.send(sender, { protocol: 'udp', localPort: own, ...to })
  const isSentinel = (one: unknown): boolean => String((one as { from?: string }).from).endsWith(`:${own}`)
  await until('the sentinel is heard', () => street.said(at).some(isSentinel))
  const last = hops.at(-1)!.host
  const got = (): readonly string[] =>
    hops.flatMap(one =>
      street
        .said(one.host)
        .slice(counts.get(one.host))
        .map(said => said as { port?: number; from?: string })
        .filter(({ from }) => from !== undefined && !from.endsWith(`:${own}`))
        .map(({ port: heard, from }) => `${one.host} ${heard} from ${from}`),
    )
  // A reset, a refusal and what is accepted come a little later than the segment.
  if (end === 'delivered' || end === 'no-route')
    await until('it has come, or an error', () => got().length > 0 || errors().length > 0)
  const [error] = errors()
  if (error?.error === 'ECONNREFUSED') return `nobody at ${last}`
  if (error !== undefined) return `${error.error === 'ENETUNREACH' ? 'no-route' : error.error} at ${last}`
  return got()[0] ?? `filtered at ${last}`
}
