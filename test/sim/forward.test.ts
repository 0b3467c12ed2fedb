/** Forwarding and listening on simulated hosts: the same engine over other sockets, with a NAT on the way and time that is simulated. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { createNetwork, type Network, type SimulatedHost } from '../../src/sim/sim.ts'
import { forward, type Relay, type RelayEvent } from '../../src/tools/forward/forward.ts'
import { type ListenEvent, placesFor, startListening } from '../../src/tools/listen/listen.ts'

const options = { timeout: 30_000 }

interface Scene {
  readonly network: Network
  readonly client: SimulatedHost
  readonly gate: SimulatedHost
  readonly server: SimulatedHost
}

/** client, NAT, gate and server, one after the other. */
function scene(): Scene {
  const network = createNetwork({ seed: 7, speed: Number.POSITIVE_INFINITY })
  const client = network.host('client', { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
  const box = network.natBox('box', 'port-restricted', {
    inside: '10.0.0.1/24',
    outside: '203.0.113.2/24',
    gateway: '203.0.113.10',
  })
  const gate = network.host('gate', { addresses: ['eth0 203.0.113.10/24', 'eth1 192.0.2.1/24'] })
  const server = network.host('server', { addresses: ['192.0.2.10/24'], gateway: '192.0.2.1' })
  network.link(client, box, { delayMs: 1 })
  network.link(box, gate, { delayMs: 10 })
  network.link(gate, server, { delayMs: 5 })
  return { network, client, gate, server }
}

async function relayOn({ gate }: Scene, rule: string, more = {}): Promise<Relay> {
  const start = await forward(gate.os, [rule], more)
  assert.ok(start.kind === 'running', start.kind)
  return start.relay
}

async function eventOf<K extends RelayEvent['kind']>(relay: Relay, kind: K) {
  for await (const event of relay.events)
    if (event.kind === kind) return event as Extract<RelayEvent, { kind: K }>
  throw new Error(`no ${kind}`)
}

test('a connection is passed on, half-closed, and the log knows the translated client', options, async () => {
  const all = scene()
  all.server
    .createServer({ allowHalfOpen: true }, async socket => void socket.end(`heard ${await text(socket)}`))
    .listen(80)
  const relay = await relayOn(all, '203.0.113.10:8080:server:80')
  const client = all.client.createConnection({ host: '203.0.113.10', port: 8080, allowHalfOpen: true })
  client.end('all of it')
  assert.equal(await text(client), 'heard all of it')
  await relay.drain()
  const told: RelayEvent[] = []
  for await (const event of relay.events) told.push(event)
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['opened', 'closed'],
  )
  const [opened, closed] = told as [
    Extract<RelayEvent, { kind: 'opened' }>,
    Extract<RelayEvent, { kind: 'closed' }>,
  ]
  assert.deepEqual(
    [opened.from.address, opened.to, opened.as.address],
    ['203.0.113.2', { address: '192.0.2.10', port: 80 }, '192.0.2.1'],
  )
  assert.deepEqual([closed.forth, closed.back, closed.because], [9, 15, 'ended'])
  all.network.close()
})

test('a silent connection is ended by simulated time', options, async () => {
  const all = scene()
  all.server.createServer(socket => void socket.on('error', () => {})).listen(80)
  const relay = await relayOn(all, '203.0.113.10:8080:192.0.2.10:80', { tcpIdleMs: 3_600_000 })
  const before = all.gate.os.clock.monotonic()
  const client = all.client.createConnection({ host: '203.0.113.10', port: 8080 })
  const [error] = await once(client, 'error')
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.equal((await eventOf(relay, 'closed')).because, 'idle')
  assert.ok(all.gate.os.clock.monotonic() - before >= 3_600_000)
  await relay.drain()
  all.network.close()
})

/** A gate before a host that answers nothing. */
async function beforeSilence(clock: 'by-hand' | 'by-itself') {
  const network = createNetwork({ seed: 7, clock, speed: Number.POSITIVE_INFINITY })
  const client = network.host('client', { addresses: ['192.0.2.2/24'] })
  const gate = network.host('gate', { addresses: ['eth0 192.0.2.1/24', 'eth1 198.51.100.1/24'] })
  const silent = network.host('silent', {
    addresses: ['198.51.100.2/24'],
    nft: 'table inet t { chain in { type filter hook input priority 0; policy drop; }; }',
  })
  network.link(client, gate, { delayMs: 1 })
  network.link(gate, silent, { delayMs: 1 })
  const start = await forward(gate.os, ['192.0.2.1:80:silent:80'], { connectTimeoutMs: 5000 })
  assert.ok(start.kind === 'running')
  return { network, client, gate, relay: start.relay }
}

test('a target that is silent is given up after its time, and the client is reset', options, async () => {
  const { network, client, gate, relay } = await beforeSilence('by-itself')
  const before = gate.os.clock.monotonic()
  const [error] = await once(client.createConnection({ host: '192.0.2.1', port: 80 }), 'error')
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.deepEqual((await eventOf(relay, 'failed')).tried, { kind: 'timed-out', code: 'ETIMEDOUT' })
  assert.ok(gate.os.clock.monotonic() - before >= 5000)
  await relay.drain()
  network.close()
})

test('who is being connected when all is cut is told to have failed, and is reset', options, async () => {
  const { network, client, relay } = await beforeSilence('by-hand')
  const broken = once(client.createConnection({ host: '192.0.2.1', port: 80 }), 'error')
  await network.advance(1000)
  await relay.drain({ signal: AbortSignal.abort() })
  await network.advance(1000)
  assert.equal(((await broken)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.deepEqual((await eventOf(relay, 'failed')).tried, { kind: 'broken', code: 'ECANCELED' })
  network.close()
})

test('datagrams are passed on, and the answer comes from the address that was asked', options, async () => {
  const all = scene()
  const server = all.server.createSocket('udp4')
  server.on('message', (bytes, from) => server.send(`to ${bytes}`, from.port, from.address))
  server.bind(53)
  const relay = await relayOn(all, '*:53/udp:server:53')
  const client = all.client.createSocket('udp4')
  const answer = once(client, 'message')
  client.send('who', 53, '203.0.113.10')
  const [bytes, from] = await answer
  assert.deepEqual([String(bytes), from.address], ['to who', '203.0.113.10'])
  assert.equal((await eventOf(relay, 'opened')).from.address, '203.0.113.2')
  await relay.drain()
  all.network.close()
})

test('a port that is taken is a no, and says by whom', options, async () => {
  const all = scene()
  all.gate.createServer(() => {}).listen({ port: 8080, host: '203.0.113.10' })
  const start = await forward(all.gate.os, ['203.0.113.10:8080:server:80'])
  assert.ok(start.kind === 'failed')
  assert.match(start.reasons.map(({ says }) => says).join(), /node|8080/)
  all.network.close()
})

async function listening(
  host: SimulatedHost,
  words: { protocol?: 'tcp' | 'udp'; answer?: 'nothing' | 'echo' | 'http'; once?: boolean } = {},
) {
  const { protocol = 'tcp', answer = 'nothing', once: only = true } = words
  const places = await placesFor(host.os, protocol, '*', 8080)
  const start = await startListening(host.os, { protocol, places, answer, once: only })
  assert.ok(start.kind === 'listening')
  return start
}

async function all(events: AsyncIterable<ListenEvent>): Promise<ListenEvent[]> {
  const told: ListenEvent[] = []
  for await (const event of events) told.push(event)
  return told
}

test(
  'a listener sees the client as the NAT left it, hears what it says and tells it by HTTP',
  options,
  async () => {
    const { network, client, gate } = scene()
    const { events } = await listening(gate, { answer: 'http' })
    const asking = client.createConnection({ host: '203.0.113.10', port: 8080 })
    asking.write('GET / HTTP/1.1\r\nHost: gate\r\n\r\n')
    const [page, told] = await Promise.all([text(asking), all(events)])
    const came = told[0]! as Extract<ListenEvent, { kind: 'came' }>
    assert.equal(came.from.address, '203.0.113.2')
    assert.deepEqual(came.to, { address: '203.0.113.10', port: 8080 })
    assert.match(page, /^HTTP\/1\.1 200 OK\r\n/)
    assert.ok(page.endsWith(`You came from 203.0.113.2:${came.from.port} to 203.0.113.10:8080.\n`), page)
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['came', 'said', 'answered', 'left'],
    )
    network.close()
  },
)

test('datagrams are echoed from the address that they were sent to', options, async () => {
  const { network, client, gate } = scene()
  const { at, events } = await listening(gate, { protocol: 'udp', answer: 'echo' })
  assert.deepEqual(
    at.map(({ address }) => address).filter(address => address.includes('.')),
    ['127.0.0.1', '203.0.113.10', '192.0.2.1'],
  )
  const socket = client.createSocket('udp4')
  const echo = once(socket, 'message')
  socket.send('hello', 8080, '203.0.113.10')
  const [[bytes, from], told] = await Promise.all([echo, all(events)])
  assert.deepEqual([String(bytes), from.address], ['hello', '203.0.113.10'])
  assert.deepEqual(
    told.map(event => [event.kind, 'from' in event ? event.from.address : '']),
    [
      ['came', '203.0.113.2'],
      ['said', ''],
      ['answered', ''],
    ],
  )
  network.close()
})
