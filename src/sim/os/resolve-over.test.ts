/** Names on a simulated host: getaddrinfo(3), hosts(5), resolv.conf(5). The resolver that answers is written by hand. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createNetwork, type SimulatedHost } from '../sim.ts'

/** A record of 10.9.9.9 for `db.test`, no such name for another, silence for `quiet.test`. */
function answer(query: Buffer): Buffer | null {
  const end = query.indexOf(0, 12) + 1
  const name = query.toString('latin1', 12, end)
  if (name.includes('quiet')) return null
  const knows = name.startsWith('\x02db\x04test')
  const isA = query.readUInt16BE(end) === 1
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(knows ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(knows && isA ? 1 : 0, 6)
  header.writeUInt16BE(0, 10)
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 9, 9])
  return Buffer.concat([header, query.subarray(12, end + 4), ...(knows && isA ? [record] : [])])
}

interface Row {
  readonly name: string
  readonly asks: string
  readonly hosts?: string
  readonly resolvers?: string
  readonly found?: readonly string[]
  readonly code?: string
  readonly afterMs?: number
}

const DNS = 'nameserver 192.0.2.53\n'
const QUICK = 'options timeout:1 attempts:1\n'
const ROWS: readonly Row[] = [
  { name: 'a name of the network', asks: 'ns', found: ['192.0.2.53'] },
  {
    name: 'the hosts file comes before the network',
    asks: 'ns',
    hosts: '192.0.2.7 ns\n',
    found: ['192.0.2.7'],
  },
  {
    name: 'both families of the hosts file, in its order',
    asks: 'web.test',
    hosts: '2001:db8::7 web.test\n192.0.2.7 web.test web\n',
    found: ['2001:db8::7', '192.0.2.7'],
  },
  { name: 'no resolver is named: nobody is asked', asks: 'db.test', code: 'ENOTFOUND', afterMs: 0 },
  { name: 'a resolver knows it', asks: 'db.test', resolvers: DNS, found: ['10.9.9.9'] },
  { name: 'no such name', asks: 'nosuch.test', resolvers: DNS, code: 'ENOTFOUND', afterMs: 0 },
  {
    name: 'a short name in the search list',
    asks: 'db',
    resolvers: `${DNS}search test\n`,
    found: ['10.9.9.9'],
  },
  { name: 'silence', asks: 'quiet.test', resolvers: `${DNS}${QUICK}`, code: 'EAI_AGAIN', afterMs: 1000 },
  {
    name: 'five seconds, and as long again for the second round, unless it is said otherwise (resolv.conf(5))',
    asks: 'quiet.test',
    resolvers: DNS,
    code: 'EAI_AGAIN',
    afterMs: 15_000,
  },
  {
    name: 'nobody is at the first resolver’s port: the next is asked at once',
    asks: 'db.test',
    resolvers: `nameserver 192.0.2.54\n${DNS}${QUICK}`,
    found: ['10.9.9.9'],
    afterMs: 0,
  },
  {
    name: 'the first is silent: the next is asked after its time',
    asks: 'db.test',
    resolvers: `nameserver 192.0.2.55\n${DNS}${QUICK}`,
    found: ['10.9.9.9'],
    afterMs: 1000,
  },
]

function place({ hosts = '', resolvers = '' }: Row): { client: SimulatedHost; close: () => void } {
  const network = createNetwork({ speed: Infinity })
  const client = network.host('client', {
    addresses: ['192.0.2.2/24'],
    machine: { naming: { hosts, resolvers } },
  })
  const ns = network.host('ns', { addresses: ['192.0.2.53/24'] })
  network.host('closed', { addresses: ['192.0.2.54/24'] })
  const silent = network.host('silent', { addresses: ['192.0.2.55/24'] })
  network.lan(['client', 'ns', 'closed', 'silent'])
  const socket = ns.createSocket('udp4', (query, from) => {
    const told = answer(query)
    if (told !== null) socket.send(told, from.port, from.address)
  })
  socket.bind(53)
  silent.createSocket('udp4').bind(53)
  return { client, close: () => network.close() }
}

for (const row of ROWS)
  test(row.name, async () => {
    const { client, close } = place(row)
    const { clock, reach } = client.os
    const began = clock.monotonic()
    const told = await reach.resolve(row.asks)
    const { found, code, afterMs } = row
    assert.deepEqual(
      told,
      found === undefined ? { kind: 'failed', code } : { kind: 'found', addresses: found },
    )
    if (afterMs !== undefined) assert.equal(clock.monotonic() - began, afterMs)
    close()
  })

test('who no longer wants to know isn’t told', async () => {
  const { client, close } = place(ROWS.find(({ asks }) => asks === 'quiet.test')!)
  const { reach } = client.os
  await assert.rejects(
    reach.resolve('quiet.test', { signal: AbortSignal.abort(new Error('enough')) }),
    /enough/,
  )
  close()
})
