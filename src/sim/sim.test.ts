/** A simulated host passes the suite of hosts, and programs of Node's run on it. */
import assert from 'node:assert/strict'
import { createServer, get } from 'node:http'
import test from 'node:test'
import { trackedAt } from '../model/nat/tracked-columns.ts'
import { CONFORMANCE, runCase, type Stage } from '../os/conformance.ts'
import { createNetwork, type Network } from './sim.ts'

function stageNetwork(): Network {
  const network = createNetwork({ speed: Infinity })
  network.host('web', {
    addresses: ['192.0.2.10/24', '2001:db8::10/64'],
    nft: 'table inet guard { chain in { type filter hook input priority 0; policy accept; tcp dport 9999 drop; }; }',
    machine: {
      processes: [
        { pid: 812, run: 'node server.js', uid: 1000, cwd: '/srv/shop' },
        { pid: 950, run: 'curl http://192.0.2.20/' },
        { pid: 990, run: 'dnsmasq', netns: 'blue' },
      ],
      namespaces: [{ inode: 4026532001, name: 'blue', addresses: ['lo 127.0.0.1/8'] }],
      sockets: [
        { listen: 'tcp 0.0.0.0:3000', by: 812 },
        { listen: 'tcp [::]:8080', by: 812 },
        { bound: 'udp 0.0.0.0:5353', by: 812 },
        { listen: 'unix /run/shop.sock', by: 812 },
        { bound: 'raw 0.0.0.0:1', by: 812 },
        { bound: 'raw 0.0.0.0:1', by: 990, netns: 'blue' },
      ],
      users: { 1000: 'alice' },
    },
  })
  network.host('client', { addresses: ['192.0.2.20/24'] })
  network.link('web', 'client', { delayMs: 5 })
  return network
}

const openStage = async (): Promise<Stage> => {
  const network = stageNetwork()
  const { os } = network.hosts.get('web')!
  const connection = network.hosts.get('client')!.createConnection({ host: 'web', port: 3000 })
  await new Promise(resolve => connection.once('connect', resolve))
  await network.settled()
  return {
    os,
    sockets: [
      { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: 3000, holder: 812 },
      { protocol: 'tcp', family: 'ipv6', state: 'listen', localPort: 8080, holder: 812 },
      { protocol: 'tcp', family: 'ipv4', state: 'established', localPort: 3000, holder: 812 },
      { protocol: 'udp', family: 'ipv4', state: 'bound', localPort: 5353, holder: 812 },
      { protocol: 'unix', family: 'unix', state: 'listen' },
      { protocol: 'raw', family: 'ipv4', state: 'bound', localPort: 1 },
    ],
    pid: 812,
    otherNamespace: 4026532001,
    tunable: ['net.ipv4.ip_local_port_range', '32768\t60999'],
    user: [1000, 'alice'],
    address: '192.0.2.10',
    binds: true,
    claims: true,
    close: () => network.close(),
  }
}

for (const one of CONFORMANCE) test(`sim: ${one.name}`, () => runCase(one, openStage))

test('what a host finds when it tries goes over the network', async () => {
  const network = createNetwork({ speed: Infinity })
  const drop =
    'table inet t { chain i { type filter hook input priority 0; tcp dport 81 drop; tcp dport 82 reject with tcp reset; }; }'
  network.host('web', {
    addresses: ['192.0.2.10/24'],
    nft: drop,
    machine: {
      sockets: [80, 81, 82].map(port => ({ listen: `tcp 0.0.0.0:${port}` })),
      pages: { 'http://web/health': 200, 'http://web/broken': 500 },
    },
  })
  const { os } = network.host('client', { addresses: ['192.0.2.20/24'] })
  network.link('web', 'client', { delayMs: 5 })
  const resolved = await os.reach.resolve('web')
  assert.deepEqual(resolved, { kind: 'found', addresses: ['192.0.2.10'] })
  const address = resolved.kind === 'found' ? resolved.addresses[0]! : assert.fail('no address')
  const timeoutMs = 2000
  const dial = async (port: number, to = address) =>
    (await os.reach.dial({ address: to, port }, { timeoutMs })).kind
  assert.deepEqual(
    [await dial(80), await dial(81), await dial(82), await dial(83)],
    ['yes', 'timed-out', 'refused', 'refused'],
  )
  assert.equal(await dial(80, '198.51.100.1' as typeof address), 'unreachable')
  const get = (path: string) => os.reach.get({ url: `http://web${path}`, address }, { timeoutMs })
  assert.deepEqual(await get('/health'), { kind: 'yes', status: 200 })
  assert.deepEqual(await get('/broken'), { kind: 'broken', status: 500 })
  assert.deepEqual(await get('/nothing'), { kind: 'broken', status: 404 })
  network.close()
})

test('a process that ends closes what it holds, and its peer hears of it', async () => {
  const network = stageNetwork()
  const { os } = network.hosts.get('web')!
  const connection = network.hosts.get('client')!.createConnection({ host: 'web', port: 3000 })
  await new Promise(resolve => connection.once('connect', resolve))
  await network.settled()
  const ended = new Promise(resolve => connection.once('end', resolve))
  connection.resume()
  const process = (await os.processes([812])).get(812)!
  assert.ok(process.known)
  const { kind } = await os.acts.stopProcess({
    pid: 812,
    startedAt: process.value.startedAt,
    signal: 'SIGTERM',
    waitMs: 0,
  })
  assert.equal(kind, 'ended')
  await ended
  assert.equal((await os.bind({ protocol: 'udp', address: '0.0.0.0' as never, port: 5353 })).errno, null)
  network.close()
})

test('connections that rules remember, and mappings of a NAT box, are told as tracked', async () => {
  const network = createNetwork({ speed: Infinity })
  const inside = network.host('inside', { addresses: ['192.168.1.2/24'], gateway: '192.168.1.1' })
  const gate = network.router('gate', {
    addresses: ['eth0 192.168.1.1/24', 'eth1 10.0.0.2/24'],
    gateway: '10.0.0.1',
    nft: 'table ip t { chain p { type nat hook postrouting priority srcnat; oifname eth1 masquerade; }; }',
  })
  const box = network.natBox('box', 'port-restricted', {
    inside: '10.0.0.1/24',
    outside: '203.0.113.1/24',
  })
  const web = network.host('web', {
    addresses: ['203.0.113.2/24'],
    machine: { sockets: [{ listen: 'tcp 0.0.0.0:80' }] },
  })
  network.link(inside, gate)
  network.link('gate:eth1', box)
  network.link(box, web)
  const connection = inside.createConnection({ host: 'web', port: 80, localPort: 40_000 })
  await new Promise(resolve => connection.once('connect', resolve))
  await network.settled()
  const told = async (of: typeof gate) => {
    const { batches } = await of.os.connections({ translated: true })
    assert.ok(batches.known)
    return batches.value.flatMap(batch =>
      Array.from({ length: batch.length }, (_, row) => trackedAt(batch, row)),
    )
  }
  const ends = ({ source, destination }: { source: object; destination: object }) => [source, destination]
  const client = { address: '192.168.1.2', port: 40_000 }
  const [middle, outer] = [
    { address: '10.0.0.2', port: 40_000 },
    { address: '203.0.113.1', port: 40_000 },
  ]
  const server = { address: '203.0.113.2', port: 80 }
  const [remembered] = await told(gate)
  assert.deepEqual(ends(remembered!.original), [client, server])
  assert.deepEqual(ends(remembered!.reply), [server, middle])
  assert.equal(remembered!.state, 'established')
  const [mapped] = await told(box)
  assert.deepEqual(ends(mapped!.original), [middle, server])
  assert.deepEqual(ends(mapped!.reply), [server, outer])
  assert.deepEqual(await told(web), [])
  network.close()
})

test('a NAT box speaks for itself, too: it connects, and is connected to, without a mapping', async () => {
  const network = createNetwork({ speed: Infinity })
  const box = network.natBox('box', 'port-restricted', {
    inside: '192.168.1.1/24',
    outside: '203.0.113.1/24',
  })
  const inside = network.host('inside', { addresses: ['192.168.1.2/24'], gateway: '192.168.1.1' })
  const web = network.host('web', {
    addresses: ['203.0.113.2/24'],
    machine: { sockets: [{ listen: 'tcp 0.0.0.0:80' }] },
  })
  network.link(inside, box)
  network.link(box, web)
  box.createServer().listen(22)
  const dial = async (from: typeof web, to: string, port: number) =>
    (await from.os.reach.dial({ address: to as never, port }, { timeoutMs: 3000 })).kind
  assert.equal(await dial(box, '203.0.113.2', 80), 'yes')
  assert.equal(await dial(inside, '203.0.113.2', 80), 'yes')
  assert.equal(await dial(web, '203.0.113.1', 22), 'yes')
  assert.equal(await dial(inside, '192.168.1.1', 22), 'yes')
  assert.equal(await dial(web, '203.0.113.1', 23), 'timed-out', 'what nobody waits for is dropped')
  network.close()
})

test('a tool’s datagrams go over the network', async () => {
  const network = stageNetwork()
  const [web, client] = [network.hosts.get('web')!, network.hosts.get('client')!]
  const echo = web.createSocket('udp4', (message, from) => echo.send(message, from.port, from.address))
  echo.bind(4000)
  const towards = { address: '192.0.2.10' as never, port: 4000 as never }
  const opened = await client.os.reach.datagrams({ towards })
  assert.ok(opened.kind === 'yes')
  const { socket } = opened
  assert.equal(socket.local.address, '192.0.2.20')
  assert.deepEqual(await socket.send(Uint8Array.of(1, 2), towards), { kind: 'yes' })
  const came = await socket.receive({ timeoutMs: 1000 })
  assert.deepEqual(came === undefined ? came : { bytes: [...came.bytes], from: came.from }, {
    bytes: [1, 2],
    from: towards,
  })
  assert.equal(await socket.receive({ timeoutMs: 1000 }), undefined)
  const nowhere = await client.os.reach.datagrams({
    towards: { ...towards, address: '198.51.100.1' as never },
  })
  assert.equal(nowhere.kind, 'unreachable')
  await socket.close()
  network.close()
})

/** A page over a link that loses, reorders and doubles, through a masquerading firewall. */
async function fetched(seed: number): Promise<{ readonly body: string; readonly capture: Uint8Array }> {
  const network = createNetwork({ seed })
  const web = network.host('web', { addresses: ['203.0.113.2/24'] })
  const client = network.host('client', { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
  network.router('gate', {
    addresses: ['eth0 10.0.0.1/24', 'eth1 203.0.113.1/24'],
    nft: `table inet t {
      chain f { type filter hook forward priority filter; policy drop; ct state established,related accept; iifname eth0 accept; }
      chain p { type nat hook postrouting priority srcnat; oifname eth1 masquerade fully-random; }
    }`,
  })
  network.link(client, 'gate', { delayMs: 3, jitterMs: 2 })
  network.link('gate', web, { delayMs: 10, loss: 0.05, reorder: 0.05, duplicate: 0.02, rateBps: 20_000_000 })
  const capture = network.capture()
  const app = createServer({ keepAlive: false }, (_, response) => {
    response.sendDate = false
    response.end('portolan '.repeat(20_000))
  })
  web.createServer(socket => app.emit('connection', socket)).listen(80)
  const body = await new Promise<string>((resolve, reject) => {
    const createConnection = () => client.createConnection({ host: 'web', port: 80 }) as never
    get({ createConnection, path: '/', headers: { host: 'web', connection: 'close' } }, response => {
      let whole = ''
      response.setEncoding('utf8')
      response.on('data', text => {
        whole += text
      })
      response.on('end', () => resolve(whole))
    }).on('error', reject)
  })
  await network.settled()
  const bytes = capture.pcapng()
  network.close()
  return { body, capture: bytes }
}

test('Node’s own http runs over it, and the same seed gives the same packets, byte for byte', async () => {
  const [first, again, other] = [await fetched(5), await fetched(5), await fetched(6)]
  assert.equal(first.body, 'portolan '.repeat(20_000))
  assert.ok(Buffer.from(first.capture).equals(again.capture))
  assert.equal(other.body, first.body)
  assert.ok(!Buffer.from(first.capture).equals(other.capture))
})
