import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { after, test } from 'node:test'
import { LOOPBACK_V4 } from '../../model/address.ts'
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Socket } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'
import { CONFORMANCE, runCase, type Stage, type StagedSocket, unmet } from '../conformance.ts'
import type { OS, SocketQuery } from '../os.ts'
import { readAddresses } from './addresses.ts'
import { openPortable, type Tool } from './portable.ts'

/** A tool that runs this JavaScript, whatever its arguments are. */
const script = (code: string, timeoutMs = 10_000): Tool => ({
  command: process.execPath,
  arguments: ['-e', code, '--'],
  timeoutMs,
})
const prints = (text: string, more = ''): Tool =>
  script(`process.stdout.write(${JSON.stringify(text)});${more}`)

async function read(os: OS, query: SocketQuery = {}): Promise<Socket[]> {
  const all = new SocketColumns()
  for await (const batch of os.sockets(query)) all.append(batch)
  return Array.from({ length: all.length }, (_, row) => socketAt(all, row))
}

const bare = { platform: 'plan9', lsof: null, ps: null, privileged: false }
const bareStage = async (): Promise<Stage> => ({ os: openPortable(bare) })
for (const one of CONFORMANCE) {
  if (unmet(one, await bareStage()).length > 0) continue
  test(`a system that can’t tell sockets: ${one.name}`, () => runCase(one, bareStage))
}

test('a system that can’t tell sockets says so', async () => {
  const os = openPortable(bare)
  await assert.rejects(read(os), { code: 'E_HOST_UNSUPPORTED', message: /plan9/ })
  const { length, coverage } = await os.owners()
  assert.deepEqual([length, coverage.unsupported], [0, true])
  assert.deepEqual((await os.processes([process.pid])).get(process.pid), {
    known: false,
    reason: 'unsupported',
  })
  for (const allowed of Object.values(await os.can())) assert.equal(allowed.yes, false)
})

test('our own user is named', {
  skip: process.platform === 'win32' && 'Windows has no numbers for users',
}, async () => {
  const { uid, username } = userInfo()
  assert.deepEqual([...(await openPortable().userNames([uid, uid + 1]))], [[uid, username]])
})

const ADDRESSES: readonly (readonly [told: object, wanted: object | null])[] = [
  [
    { address: '192.0.2.1', family: 'IPv4', cidr: '192.0.2.1/24' },
    { interface: 'en0', index: 0, address: '192.0.2.1', prefix: 24 },
  ],
  [
    { address: 'fe80::1', family: 'IPv6', cidr: 'fe80::1/64', scopeid: 7 },
    { interface: 'en0', index: 7, address: 'fe80::1', prefix: 64 },
  ],
  [
    { address: 'fe80::1%en0', family: 'IPv6', cidr: 'fe80::1%en0/64', scopeid: 7 },
    { interface: 'en0', index: 7, address: 'fe80::1', prefix: 64 },
  ],
  [{ address: '192.0.2.1', family: 'IPv4', cidr: null }, null],
]
for (const [told, wanted] of ADDRESSES) {
  test(`an interface with ${JSON.stringify(told)}`, () =>
    assert.deepEqual(readAddresses({ en0: [told as never] }), wanted === null ? [] : [wanted]))
}

const file = (fd: number, device: string, name: string, more = '', type = 'IPv4', protocol = 'TCP'): string =>
  `f${fd}\0t${type}\0${device === '' ? '' : `d${device}\0`}P${protocol}\0n${name}\0${more}\n`
const LISTEN = 'TST=LISTEN\0TQR=0\0TQS=0\0'

/** As lsof on macOS writes it, by its documentation: devices are addresses of control blocks. */
const MAC = [
  'p812\0cnode\0u501\0Lalice\0\n',
  file(20, '0x7d3a1e2f9c4b5a61', '*:3000', LISTEN, 'IPv6'),
  file(21, '0x7d3a1e2f9c4b5a62', '127.0.0.1:3000->127.0.0.1:52000', 'TST=ESTABLISHED\0TQR=3\0TQS=4\0'),
  file(22, '0x7d3a1e2f9c4b5a63', '*:5353', 'TQR=0\0TQS=0\0', 'IPv4', 'UDP'),
  file(23, '0x7d3a1e2f9c4b5a64', '*:9000', LISTEN),
  file(24, '0x7d3a1e2f9c4b5a65', '[fe80:7::1]:9001', LISTEN, 'IPv6'),
  'p813\0cnode\0u501\0Lalice\0\n',
  file(20, '0x7d3a1e2f9c4b5a61', '*:3000', LISTEN, 'IPv6'),
  file(21, '0x7d3a1e2f9c4b5a66', '*:9000', LISTEN),
].join('')

const mac = (lsof: Tool, ps: Tool | null = null): OS =>
  openPortable({ platform: 'darwin', lsof, ps, privileged: false })

test('what lsof tells is a table', async () => {
  const rows = (await read(mac(prints(MAC)))).map(
    ({ protocol, family, state, local, peer, interface: index }) => [
      protocol,
      family,
      state,
      formatEndpoint(local as never),
      peer && formatEndpoint(peer as never),
      index,
    ],
  )
  assert.deepEqual(rows, [
    ['tcp', 'ipv6', 'listen', '[::]:3000', undefined, 0],
    ['tcp', 'ipv4', 'established', '127.0.0.1:3000', '127.0.0.1:52000', 0],
    ['udp', 'ipv4', 'bound', '0.0.0.0:5353', undefined, 0],
    ['tcp', 'ipv4', 'listen', '0.0.0.0:9000', undefined, 0],
    ['tcp', 'ipv6', 'listen', '[fe80::1]:9001', undefined, 7],
    ['tcp', 'ipv4', 'listen', '0.0.0.0:9000', undefined, 0],
  ])
})

test('a socket with two holders is one, two sockets on one endpoint are two', async () => {
  const os = mac(prints(MAC))
  const inodes = async (localPort: number): Promise<Set<number>> =>
    new Set((await read(os, { localPort, states: ['listen'] })).map(({ inode }) => inode))
  const [shared, apart] = [await inodes(3000), await inodes(9000)]
  assert.deepEqual([shared.size, apart.size], [1, 2])
  const holders = async (set: ReadonlySet<number>): Promise<number[]> => {
    const { length, pid } = await os.owners({ inodes: set })
    return [...pid.subarray(0, length)]
  }
  assert.deepEqual(await holders(shared), [812, 813])
  assert.deepEqual(await holders(apart), [812, 813])
  assert.deepEqual(await holders(new Set([[...apart][1]!])), [813])
})

test('a socket keeps its number as long as it is there', async () => {
  const os = mac(prints(MAC))
  assert.deepEqual(await read(os), await read(os))
})

test('who asks while lsof runs gets the same answer', async () => {
  const once = script(
    `process.stdout.write(${JSON.stringify(MAC)} + 'p' + process.pid + '\\0cx\\0\\n' + ${JSON.stringify(file(3, '0x1', '*:1', LISTEN))})`,
  )
  const os = mac(once)
  const [owners, rows] = await Promise.all([os.owners(), read(os)])
  const last = rows.find(({ local }) => 'port' in local && local.port === 1)!
  const holder = owners.pid[owners.inode.indexOf(last.inode)]
  const again = await os.owners({ inodes: new Set([last.inode]) })
  assert.equal(again.length, 1)
  assert.notEqual(again.pid[0], holder, 'the second run is another process')
})

test('without sudo the answer says what is missing', async () => {
  const notes: string[] = []
  const os = mac(prints(MAC))
  for await (const batch of os.sockets({})) notes.push(...batch.notes.map(({ says }) => says))
  assert.match(notes.join(), /another user’s/)
  assert.equal((await os.owners()).coverage.hidden, true)
  assert.equal((await os.can())['all-owners'].yes, false)
  const root = openPortable({ platform: 'darwin', lsof: prints(MAC), privileged: true })
  assert.equal((await root.owners()).coverage.hidden, false)
  assert.equal((await root.can())['all-owners'].yes, true)
})

const FINDS_NOTHING: readonly (readonly [name: string, tool: Tool])[] = [
  ['ends with status 0', prints('')],
  ['ends with status 1, as lsof does', prints('', 'process.exitCode = 1')],
]
for (const [name, tool] of FINDS_NOTHING) {
  test(`lsof that finds nothing and ${name} is no error`, async () => {
    assert.deepEqual(await read(mac(tool)), [])
    assert.equal((await mac(tool).owners()).length, 0)
  })
}

test('lsof that complains and tells something all the same is believed', async () => {
  const tool = prints(
    MAC,
    'process.stderr.write("lsof: WARNING: no pwd entry for UID 99\\n"); process.exitCode = 1',
  )
  assert.equal((await read(mac(tool))).length, 6)
})

const BROKEN: readonly (readonly [name: string, tool: Tool, code: string, said: RegExp])[] = [
  [
    'is not there',
    { command: 'portolan-no-such-tool' },
    'E_TOOL_MISSING',
    /portolan-no-such-tool.*not found/,
  ],
  ['is not at its path', { command: '/nowhere/lsof' }, 'E_TOOL_MISSING', /no lsof/],
  ['hangs', script('setInterval(() => {}, 1000)', 50), 'E_TOOL_TIMEOUT', /0\.05 s/],
  [
    'complains and tells nothing',
    script('console.error("lsof: no such option"); process.exitCode = 1'),
    'E_TOOL_FAILED',
    /no such option/,
  ],
  ['ends with another status', script('process.exitCode = 3'), 'E_TOOL_FAILED', /status 3/],
  [
    'is killed',
    script('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'),
    'E_TOOL_FAILED',
    /SIGTERM|status/,
  ],
]
for (const [name, tool, code, said] of BROKEN) {
  test(`lsof that ${name} is a fault`, async () => {
    await assert.rejects(read(mac(tool)), { code, message: said })
    await assert.rejects(mac(tool).owners(), { code })
  })
}

test('a signal ends the wait for one, and the run when nobody waits any more', async () => {
  const os = mac(script('setInterval(() => {}, 1000)', 600_000))
  const [first, second] = [new AbortController(), new AbortController()]
  const owners = os.owners({}, { signal: first.signal })
  const rows = (async () => {
    for await (const _ of os.sockets({}, { signal: second.signal }));
  })()
  first.abort()
  await assert.rejects(owners, { name: 'AbortError' })
  second.abort()
  await assert.rejects(rows, { name: 'AbortError' })
  // The next question starts a run of its own, and doesn't get what was given up.
  await assert.rejects(os.owners({}, { signal: AbortSignal.timeout(1) }), { name: 'TimeoutError' })
})

const psScript = (facts: string, programs: string): Tool =>
  script(
    `process.stdout.write(process.argv.some(a => a.includes('lstart')) ? ${JSON.stringify(facts)} : ${JSON.stringify(programs)})`,
  )

test('ps tells processes, on macOS with the path of the program', async () => {
  const facts =
    '  812     1   501 Fri Jan  2 03:04:05 2026 /Applications/My App.app/Contents/MacOS/My App --port 3000\n'
  const ps = psScript(facts, '  812 /Applications/My App.app/Contents/MacOS/My App\n')
  const told = await mac(prints(MAC), ps).processes([812, 813])
  assert.deepEqual(told.get(812), {
    known: true,
    value: {
      pid: 812,
      parent: 1,
      name: 'My App',
      comm: 'My App',
      argv: ['/Applications/My App.app/Contents/MacOS/My App', '--port', '3000'],
      cwd: { known: false, reason: 'unsupported' },
      exe: { known: true, value: '/Applications/My App.app/Contents/MacOS/My App' },
      uid: 501,
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    },
  })
  assert.deepEqual(told.get(813), { known: false, reason: 'vanished' })
})

await withRealLsof()

/** The lsof and ps of this machine, held to the suite as on a system that has nothing else. */
async function withRealLsof(): Promise<void> {
  const missing = ['lsof', 'ps'].find(
    tool => spawnSync(tool, ['-v'], { stdio: 'ignore' }).error !== undefined,
  )
  if (missing !== undefined) {
    test('the table through the real lsof', { skip: `there is no ${missing} here` }, () => {})
    return
  }
  const { sockets, close } = await openSockets()
  after(close)
  const stage = async (): Promise<Stage> => ({
    os: openPortable({ lsof: { command: 'lsof' }, ps: { command: 'ps' } }),
    sockets,
    pid: process.pid,
    address: '127.0.0.1',
    binds: true,
  })
  const absent: string[] = []
  for (const one of CONFORMANCE) {
    const needs = unmet(one, await stage())
    if (needs.length > 0) absent.push(...needs)
    else test(`through lsof: ${one.name}`, () => runCase(one, stage))
  }
  test('what a system has that is known through lsof alone is but for these things all', () =>
    assert.deepEqual([...new Set(absent)].sort(), ['claims', 'otherNamespace', 'tunable']))

  test('through ps, this process is what it is', async () => {
    const told = (await (await stage()).os.processes([process.pid])).get(process.pid)!
    assert(told.known)
    assert.equal(told.value.parent, process.ppid)
    assert.equal(told.value.uid, process.geteuid?.())
    assert(Math.abs(told.value.startedAt - performance.timeOrigin) < 60_000)
    assert(told.value.argv.join(' ').includes('portable.test.ts'))
  })
}

test('leases, and to become another program, are refused with the reason', async () => {
  const os = openPortable({ platform: 'darwin' })
  await assert.rejects(os.claims(), { code: 'E_LEASE_UNSUPPORTED' })
  await assert.rejects(os.become({ program: 'true', words: [], env: {} }), { code: 'E_PROGRAM' })
  const request = { protocol: 'udp', address: LOOPBACK_V4, port: 0, device: 'lo' } as const
  await assert.rejects(os.bind(request), { code: 'E_BIND_UNSUPPORTED' })
})

async function openSockets(): Promise<{ sockets: StagedSocket[]; close: () => void }> {
  const closers: (() => void)[] = []
  const sockets: StagedSocket[] = []
  const listen = async (host: string, family: 'ipv4' | 'ipv6'): Promise<number> => {
    const server = createServer(socket => void closers.push(() => socket.destroy())).listen(0, host)
    await once(server, 'listening')
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    sockets.push({ protocol: 'tcp', family, state: 'listen', localPort: port, holder: process.pid })
    return port
  }
  const port = await listen('127.0.0.1', 'ipv4')
  await listen('::1', 'ipv6')
  const client = connect(port, '127.0.0.1')
  await once(client, 'connect')
  closers.push(() => client.destroy())
  const ends = { localPort: client.localPort!, peerPort: port, holder: process.pid }
  sockets.push({ protocol: 'tcp', family: 'ipv4', state: 'established', ...ends })
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  await once(udp, 'listening')
  closers.push(() => udp.close())
  const { port: localPort } = udp.address()
  sockets.push({ protocol: 'udp', family: 'ipv4', state: 'bound', localPort, holder: process.pid })
  return { sockets, close: () => closers.reverse().forEach(one => void one()) }
}
