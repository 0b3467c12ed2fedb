/**
 * Runs in namespaces of its own (network and mounts), which are gone with it: makes sockets in many states, then puts each filter
 * that comes on stdin to ss and to ours, on the same sockets. Answers on stdout with the cookies that each selects,
 * or its complaint.
 *
 * Ports are fixed: nobody else is in the namespace, and services are asked for by name.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { json } from 'node:stream/consumers'
import { lookupName } from '../../src/model/registry/registry.ts'
import { openLinux } from '../../src/os/linux/linux.ts'
import { parseFilter } from '../../src/tools/sockets/filter/filter.ts'
import { readTable } from '../../src/tools/sockets/sockets.ts'

export interface Selection {
  readonly cookies: readonly string[]
  /** Null where the filter was taken. */
  readonly complaint: string | null
}

export interface SceneAnswer {
  readonly filter: string
  readonly ss: Selection
  readonly ours: Selection
}

const ip = (line: string): unknown => execFileSync('ip', line.split(' '))

async function listen(port: number, host: string, ipv6Only = false): Promise<net.Server> {
  const server = net.createServer({ allowHalfOpen: true }, socket => socket.resume())
  server.listen({ port, host, ipv6Only })
  await once(server, 'listening')
  return server
}

/** A connection and the server's end of it. */
async function connect(
  server: net.Server,
  port: number,
  host: string,
  localAddress?: string,
): Promise<[net.Socket, net.Socket]> {
  const accepted = once(server, 'connection')
  const client = net.connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) })
  await once(client, 'connect')
  return [client, ((await accepted) as [net.Socket])[0]]
}

async function setScene(): Promise<void> {
  // Without name servers ss learns at once that a word is no host; it would wait for seconds.
  execFileSync('mount', ['--bind', '/dev/null', '/etc/resolv.conf'])
  ip('link set lo up')
  ip('link add v0 type veth peer name v1')
  ip('addr add 10.0.0.1/8 dev v0')
  ip('-6 addr add fe80::1/64 dev v0 nodad')
  ip('-6 addr add 2001:db8::1/64 dev v0 nodad')
  ip('link set v0 up')
  ip('link set v1 up')
  // Nobody is there to answer: whoever connects stays in SYN_SENT.
  ip('neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0 nud permanent')

  const ssh = await listen(22, '127.0.0.1')
  await listen(80, '0.0.0.0')
  const https = await listen(443, '::')
  const high = await listen(1024, '::1', true)
  await listen(1023, '127.0.0.1')
  const proxy = await listen(8080, '127.0.0.2')
  await listen(5000, 'fe80::1%v0')
  const global = await listen(5001, '2001:db8::1')

  await connect(ssh, 22, '127.0.0.1')
  await connect(https, 443, '127.0.0.1')
  await connect(https, 443, '::1')
  await connect(high, 1024, '::1')
  await connect(global, 5001, '2001:db8::1')
  await connect(proxy, 8080, '127.0.0.2', '127.0.0.3')

  // The client says goodbye, the server doesn't: FIN_WAIT2 and CLOSE_WAIT.
  const [half, server] = await connect(ssh, 22, '127.0.0.1')
  half.end()
  await once(server, 'end')

  // Both do: TIME_WAIT at the end that began.
  const [done, other] = await connect(proxy, 8080, '127.0.0.2')
  done.end()
  await once(other, 'end')
  other.end()
  await once(done, 'close')

  net.connect(443, '10.0.0.9').on('error', () => {})
}

function askSs(filter: string): Selection {
  const { stdout, stderr } = spawnSync(
    'ss',
    ['-H', '-t', '-a', '-n', '-e', ...filter.split(' ').filter(Boolean)],
    { encoding: 'utf8' },
  )
  const complaint = stderr.trim()
  if (complaint !== '') return { cookies: [], complaint }
  const cookies = [...stdout.matchAll(/\bsk:([0-9a-f]+)/g)].map(([, hex]) => String(BigInt(`0x${hex}`)))
  return { cookies: cookies.sort(), complaint: null }
}

async function askOurs(filter: string): Promise<Selection> {
  const os = openLinux()
  try {
    const names = (name: string) => lookupName(name).map(({ port }) => port)
    const { columns, rows } = await readTable(os, {
      protocols: ['tcp'],
      filter: parseFilter(filter, { names }),
      owners: false,
    })
    return { cookies: Array.from(rows, row => String(columns.cookie[row])).sort(), complaint: null }
  } catch (error) {
    return { cookies: [], complaint: String(error) }
  } finally {
    await os.close()
  }
}

const filters = (await json(process.stdin)) as string[]
await setScene()
const answers: SceneAnswer[] = []
for (const filter of filters) answers.push({ filter, ss: askSs(filter), ours: await askOurs(filter) })
process.stdout.write(JSON.stringify(answers), () => process.exit())
