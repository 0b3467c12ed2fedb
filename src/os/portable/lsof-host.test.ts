/** A host told of by lsof and ps, played by scripts: what they say, and all that can be wrong with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatEndpoint } from '../../model/endpoint.ts'
import type { OS } from '../os.ts'
import { openPortable, type Tool } from './portable.ts'
import { prints, read, script } from './told-by-tools.cases.ts'

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
