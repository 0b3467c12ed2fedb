/**
 * Runs in a network namespace of its own: makes connections that are translated, then says as JSON what conntrack lists,
 * what we read, and which changes we heard of.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseAddress } from '../../../src/model/address.ts'
import { trackedAt } from '../../../src/model/nat/tracked-columns.ts'
import { isTranslated, type TrackedConnection } from '../../../src/model/nat/tracked-connection.ts'
import type { ConnectionQuery } from '../../../src/os/connections.ts'
import { openLinux } from '../../../src/os/linux/linux.ts'

const os = openLinux()
if (process.argv[2] === 'denied') {
  const { batches } = await os.connections()
  process.stdout.write(batches.known ? 'known' : batches.reason)
  process.exit(0)
}
const run = (...argv: [string, ...string[]]) => execFileSync(argv[0], argv.slice(1), { stdio: 'pipe' })
run('ip', 'link', 'set', 'lo', 'up')
const server = createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
execFileSync('nft', ['-f', '-'], {
  input: `table ip t {
  chain o { type nat hook output priority -100; tcp dport 9 redirect to :${port}
  }
}
table ip6 t {
  chain o { type filter hook output priority 0; ct state new counter
  }
}
`,
})
const stop = new AbortController()
const changes: string[] = []
let heard = (_: string): void => {}
const watching = (async () => {
  for await (const batch of os.connectionEvents({ signal: stop.signal }))
    for (const change of batch) {
      const told = 'connection' in change ? `${change.kind} ${change.connection.protocol}` : change.kind
      changes.push(told)
      heard(told)
    }
})()
const until = (wanted: string): Promise<void> =>
  new Promise(resolve => {
    heard = told => void (told === wanted && resolve())
    if (changes.includes(wanted)) resolve()
  })
await until('listening')
const client = connect(9, '127.0.0.1')
await once(client, 'connect')
const udp = createSocket('udp4')
await new Promise(resolve => udp.send('x', 53, '127.0.0.1', resolve))
const udp6 = createSocket('udp6')
await new Promise(resolve => udp6.send('x', 53, '::1', resolve))
await until('new 17')

const read = async (query?: ConnectionQuery): Promise<TrackedConnection[]> => {
  const { batches } = await os.connections(query)
  if (!batches.known) throw new Error(batches.reason)
  return batches.value.flatMap(one => Array.from({ length: one.length }, (_, row) => trackedAt(one, row)))
}
const lineOf = ({ id, protocol, original: { source, destination }, reply }: TrackedConnection): string =>
  [
    id,
    protocol,
    source.address,
    source.port,
    destination.address,
    destination.port,
    reply.source.address,
    reply.source.port,
    reply.destination.address,
    reply.destination.port,
  ].join(' ')
const xml = run('conntrack', '-L', '-o', 'xml,id').toString()
const listed = [...xml.matchAll(/<flow>(.*?)<\/flow>/g)].map(([, flow]) => {
  const all = (tag: string) =>
    [...flow!.matchAll(new RegExp(`<${tag}>([^<]*)<`, 'g'))].map(([, text]) => text)
  const [src, dst, sport, dport] = ['src', 'dst', 'sport', 'dport'].map(all) as string[][]
  const side = (i: number) => [src![i], sport![i], dst![i], dport![i]]
  return [all('id')[0], /layer4 protonum="(\d+)"/.exec(flow!)![1], ...side(0), ...side(1)].join(' ')
})
const everything = await read()
const address = parseAddress('127.0.0.1')
const isAt = (one: TrackedConnection, wanted: number) =>
  [one.original.source, one.original.destination, one.reply.source, one.reply.destination].some(
    end => end.port === wanted,
  )
const NARROWED: Record<string, [ConnectionQuery, (one: TrackedConnection) => boolean]> = {
  'protocol 17': [{ protocols: [17] }, one => one.protocol === 17],
  'TCP at the port redirected to': [{ protocols: [6], port }, one => isAt(one, port)],
  'the address': [{ address }, one => one.family === 'ipv4'],
  'any protocol at 53': [{ port: 53 }, one => isAt(one, 53)],
  translated: [{ translated: true }, one => isTranslated(one.status)],
}
const narrowed: Record<string, { ours: string[]; expected: string[] }> = {}
for (const [name, [query, holds]] of Object.entries(NARROWED))
  narrowed[name] = {
    ours: (await read(query)).map(lineOf).toSorted(),
    expected: everything.filter(holds).map(lineOf).toSorted(),
  }
const denied = spawnSync(
  'setpriv',
  ['--reuid=65534', '--clear-groups', process.execPath, fileURLToPath(import.meta.url), 'denied'],
  { encoding: 'utf8' },
).stdout
run('conntrack', '-D', '-p', 'udp')
await until('destroy 17')
stop.abort()
await watching
process.stdout.write(
  JSON.stringify({
    listed: listed.toSorted(),
    all: everything.map(lineOf).toSorted(),
    narrowed,
    changes,
    denied,
  }),
)
process.exit(0)
