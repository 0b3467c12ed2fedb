/**
 * Fourteen real connections through ten ports: a client, a router and two servers, each in a namespace of its own. Ten come
 * through, four hear nothing, and only counters tell why; to another server the same ten ports serve once more.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { CONNTRACK_DEFAULTS } from '../../../src/model/nat/linux/linux.ts'
import { LinuxRouter } from '../../../src/model/path/linux-router.ts'
import { parseNftText } from '../../../src/wire/nft-text/nft-text.ts'
import { Berth, skip, until } from '../apply/berth.ts'
import { HOST, scalar } from '../filter/ground.ts'

const OPENED = 14
const RULES = `table inet n {
  chain post {
    type nat hook postrouting priority 100; policy accept;
    meta l4proto tcp masquerade to :40000-40009
  }
}`
const POOL = Array.from({ length: 10 }, (_, i) => 40_000 + i)

/** Says whose connections it takes, by their ports. */
const SERVER = `
require('node:net').createServer(one => process.stdout.write(one.remotePort + '\\n'))
  .listen(8080, '0.0.0.0', () => process.stdout.write('ready\\n'))
process.stdin.resume().on('end', () => process.exit())`
/** Opens connections to where it is told, and says each that is made. */
const CLIENT = `
require('node:readline').createInterface({ input: process.stdin }).on('line', host => {
  for (let i = 0; i < ${OPENED}; i++)
    require('node:net').connect(8080, host, () => process.stdout.write(host + '\\n')).on('error', () => {})
}).on('close', () => process.exit())`

interface Talker {
  readonly child: ChildProcess
  readonly lines: string[]
}

function talker(berth: Berth, script: string): Talker {
  const [program = '', ...words] = berth.inside([process.execPath, '-e', script])
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: string[] = []
  child
    .stdout!.setEncoding('utf8')
    .on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)))
  return { child, lines }
}

/** Of the namespace, over all processors. */
async function counters(router: Berth): Promise<Record<string, number>> {
  const [head = '', ...rows] = (await router.must('cat', '/proc/net/stat/nf_conntrack')).trim().split('\n')
  const names = head.trim().split(/\s+/)
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      rows.reduce((sum, row) => sum + Number.parseInt(row.trim().split(/\s+/)[i]!, 16), 0),
    ]),
  )
}

/** Two ends of a wire, with an address each. */
async function wire(router: Berth, other: Berth, name: string, network: string): Promise<void> {
  await router.must(
    'ip',
    'link',
    'add',
    name,
    'type',
    'veth',
    'peer',
    'name',
    'up0',
    'netns',
    String(other.pid),
  )
  await router.must('ip', 'address', 'add', `${network}.1/24`, 'dev', name)
  await router.must('ip', 'link', 'set', name, 'up')
  await other.must('ip', 'address', 'add', `${network}.2/24`, 'dev', 'up0')
  await other.must('ip', 'link', 'set', 'up0', 'up')
}

test('ten ports, fourteen connections', { skip }, async () => {
  const [client, router, one, two] = await Promise.all([
    Berth.open(),
    Berth.open(),
    Berth.open(),
    Berth.open(),
  ])
  const talkers: Talker[] = []
  try {
    await wire(router, client, 'inside', '10.1.0')
    await wire(router, one, 'first', '198.51.100')
    await wire(router, two, 'second', '203.0.113')
    await client.must('ip', 'route', 'add', 'default', 'via', '10.1.0.1')
    await router.must('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1')
    await router.load(RULES)
    const servers = [talker(one, SERVER), talker(two, SERVER)] as const
    talkers.push(...servers)
    await until('the servers listen', () => servers.every(({ lines }) => lines.includes('ready')))
    const opening = talker(client, CLIENT)
    talkers.push(opening)
    opening.child.stdin!.write('198.51.100.2\n')
    const before = await counters(router)
    await until('ten are through, and four have been dropped', async () => {
      const { drop = 0 } = await counters(router)
      return opening.lines.length === POOL.length && drop - before.drop! >= OPENED - POOL.length
    })
    const after = await counters(router)
    assert.equal(after.insert_failed! - before.insert_failed!, after.drop! - before.drop!)
    assert.equal(opening.lines.length, POOL.length, 'no more than ten')
    const heard = (server: Talker): number[] =>
      server.lines
        .filter(line => line !== 'ready')
        .map(Number)
        .sort((a, b) => a - b)
    await until('the server has seen them', () => heard(servers[0]).length === POOL.length)
    assert.deepEqual(heard(servers[0]), POOL)

    opening.child.stdin!.write('203.0.113.2\n')
    await until('ten more are through', () => heard(servers[1]).length === POOL.length)
    assert.deepEqual(heard(servers[1]), POOL, 'the same ports, to another server')
  } finally {
    for (const { child } of talkers) {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined
      child.stdin!.end()
      await ended
    }
    await Promise.all([client, router, one, two].map(berth => berth.close()))
  }
})

test('the model: ten are translated, four are lost, and the counters say so', () => {
  const { ruleset } = parseNftText(RULES)
  let state = 7
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
  const router = new LinuxRouter(ruleset, HOST, { random, settings: CONNTRACK_DEFAULTS })
  const paths = Array.from({ length: OPENED }, (_, i) =>
    router.receive(
      {
        from: 't0',
        packet: {
          family: 'ipv4',
          protocol: 6,
          source: scalar('10.1.0.2'),
          destination: scalar('203.0.113.9'),
          sourcePort: 50_000 + i,
          destinationPort: 8080,
          tcpFlags: 2,
        },
      },
      i,
    ),
  )
  const through = paths.filter(({ end }) => end === 'sent')
  assert.deepEqual(
    through.map(({ packet }) => packet.sourcePort!).sort((a, b) => a - b),
    POOL,
  )
  const { insertFailed, drop } = router.table.counters
  assert.deepEqual({ insertFailed, drop }, { insertFailed: 4, drop: 4 })
})
