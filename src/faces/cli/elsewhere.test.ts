/** What stands before a command: on which host it runs. What a remote host says is played by an agent in this process. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { honest } from '../../os/defective-host.cases.ts'
import type { RemoteHost } from '../../os/open.ts'
import { throughAgent } from '../../os/remote/pair.cases.ts'
import { COMMANDS } from './commands.ts'
import type { CliContext } from './context.ts'
import { elsewhere } from './elsewhere.ts'
import { fakeContext, runFake } from './fake-context.ts'
import { openRemotes } from './open-remotes.ts'

/** A machine behind an agent, and how often it was closed. */
async function remote(
  change: Partial<RemoteHost> = {},
): Promise<RemoteHost & { readonly closed: () => number }> {
  let closed = 0
  const { os } = await throughAgent(honest())
  return {
    ...os,
    place: 'ssh://web',
    hostname: 'web',
    uid: 0,
    through: { kind: 'agent', program: 'portolan 0' },
    ...change,
    async close() {
      closed++
      await os.close()
    },
    closed: () => closed,
  }
}

test('a command runs on the host that --host names, and the connection ends with it', async () => {
  const web = await remote()
  const { status, out } = await runFake(['--host', 'ssh://web', 'ls', '-tl', '--json'], {
    remotes: { 'ssh://web': web },
  })
  assert.equal(status, 0)
  const { host, items } = JSON.parse(out) as { host: string; items: { local: { port: number } }[] }
  assert.equal(host, 'web')
  assert.deepEqual(
    items.map(({ local }) => local.port),
    [3000],
  )
  assert.equal(web.closed(), 1)
})

test('help is the same on every host, and asks none', async () => {
  const { status, out } = await runFake(['--host=ssh://web', 'ls', '--help'])
  assert.equal(status, 0)
  assert.match(out, /ports ls/)
})

test('a host that is read by a shell is said to be', async () => {
  const web = await remote({ through: { kind: 'shell', why: 'no\u001b[2J program' } })
  const { status, err } = await runFake(['--host', 'ssh://web', 'ls'], { remotes: { 'ssh://web': web } })
  assert.equal(status, 0)
  assert.match(err, /ssh:\/\/web is read by a shell/)
  assert.doesNotMatch(err, /\u001b/)
})

const REFUSED: readonly (readonly [words: string, says: RegExp])[] = [
  ['--host web ls', /--host names a host of a simulated network/],
  ['--host', /--host needs a value/],
  ['--host= ls', /--host needs a value/],
  ['--agent-command x ls', /--host ssh/],
  ['--sim town.yaml --host ssh://web ls', /none of them/],
  ['--host ssh://web ls', /can’t be reached/],
]
for (const [words, says] of REFUSED)
  test(`ports ${words} is refused`, async () => {
    const { status, err } = await runFake(words.split(' '))
    assert.notEqual(status, 0)
    assert.match(err, says)
  })

/** Lines for the honest host, and how they end there (docs/exit-status.md). */
const LINES: Readonly<Record<string, readonly [words: readonly string[], status: number]>> = {
  overview: [[], 0],
  explain: [['3000'], 0],
  ls: [['ls', '-tl'], 0],
  capacity: [['capacity'], 0],
  'nat show': [['nat'], 0],
  'fw show': [['fw'], 0],
  'fw status': [['fw', 'status'], 0],
  'fw apply': [['fw', 'apply', 'new.nft'], 6],
  stop: [['stop', '3000', '--dry-run'], 0],
  wait: [['wait', ':3000'], 0],
  'can-bind': [['can-bind', '8080'], 0],
  lease: [['lease', 'shop'], 6],
  exec: [['exec', 'shop', '--', 'true'], 6],
  self: [['self'], 0],
}
for (const [name, [words, wanted]] of Object.entries(LINES))
  test(`on a remote host: ports ${name}`, async () => {
    assert.ok(name in COMMANDS)
    const { status, err } = await runFake(['--host', 'ssh://web', ...words], {
      remotes: { 'ssh://web': await remote() },
      files: { 'new.nft': '', '/srv/shop/new.nft': '' },
    })
    assert.equal(status, wanted, err)
  })

test('several hosts are opened in their order; where one can’t be, none is', async () => {
  const [web, db] = [await remote(), await remote({ hostname: 'db', place: 'ssh://db' })]
  const context = fakeContext({ remotes: { 'ssh://web': web, 'ssh://db': db } })
  const opened = await openRemotes(context, ['ssh://db', 'ssh://web'])
  assert.deepEqual(
    opened.map(({ url, os }) => [url, os.hostname]),
    [
      ['ssh://db', 'db'],
      ['ssh://web', 'web'],
    ],
  )
  await assert.rejects(openRemotes(context, ['ssh://web', 'ssh://no', 'ssh://db']), {
    code: 'E_REMOTE_UNREACHABLE',
  })
  assert.deepEqual([web.closed(), db.closed()], [1, 1])
})

test('words of --agent-command are what spaces and quotes make of them', async () => {
  const asked: unknown[] = []
  const web = await remote()
  const context: CliContext = {
    ...fakeContext(),
    async openRemote(_: string, options: object = {}) {
      asked.push((options as { agentCommand?: unknown }).agentCommand)
      return web
    },
  }
  await openRemotes({ ...context, agentCommand: `sudo -n "/opt/my ports/bin" 'a b' c` }, ['ssh://web'])
  await openRemotes(context, ['ssh://web'])
  assert.deepEqual(asked, [['sudo', '-n', '/opt/my ports/bin', 'a b', 'c'], undefined])
  await web.close()
})

test('--agent-command is handed on, to --host and to what follows with --at', async () => {
  const commands: unknown[] = []
  const context: CliContext = {
    ...fakeContext(),
    async openRemote(_: string, options: object = {}) {
      commands.push((options as { agentCommand?: unknown }).agentCommand)
      return remote()
    },
  }
  const asked: unknown[] = []
  const run = async (words: readonly string[], given: CliContext) => {
    asked.push([words.join(' '), given.agentCommand])
    return 0 as const
  }
  await elsewhere(['--agent-command', 'x', 'why', 'db:1', '--at', 'ssh://db'], context, run)
  await elsewhere(['--agent-command=y', '--host=ssh://web', 'ls'], context, run)
  assert.deepEqual(asked, [
    ['why db:1 --at ssh://db', 'x'],
    ['ls', 'y'],
  ])
  assert.deepEqual(commands, [['y']])
})

test('self says which machine was asked, and by what', async () => {
  for (const [through, says] of [
    [{ kind: 'agent', program: 'portolan 7' }, /asked\tssh:\/\/web, by portolan 7/],
    [{ kind: 'shell', why: 'none' }, /asked\tssh:\/\/web, by a shell/],
  ] as const) {
    const { out } = await runFake(['--host', 'ssh://web', 'self'], {
      remotes: { 'ssh://web': await remote({ through }) },
    })
    assert.match(out, says)
  }
})

test('at a terminal, ssh may ask, and hosts are opened in turn', async () => {
  const web = await remote()
  const asked: unknown[] = []
  let open = 0
  const context = {
    ...fakeContext({ answers: [] }),
    async openRemote(_: string, options: object) {
      assert.equal(open++, 0, 'two at a time')
      asked.push((options as { interactive?: unknown }).interactive)
      await new Promise(resolve => setImmediate(resolve))
      open--
      return web
    },
  }
  await openRemotes(context, ['ssh://web', 'ssh://db'])
  assert.deepEqual(asked, [true, true])
  await web.close()
})

test('an agent wants to be told that it speaks over its standard streams', async () => {
  const { status, err } = await runFake(['agent'], { os: honest() })
  assert.equal(status, 2)
  assert.match(err, /--stdio/)
})

test('an agent greets, answers, and ends with its input', async () => {
  const { status, out } = await runFake(['agent', '--stdio'], {
    os: honest(),
    input: '{"id":1,"call":"routes","args":[]}\n',
  })
  assert.equal(status, 0)
  assert.match(out, /^\n\{"portolan-agent":1,"program":"portolan /)
})

test('an agent that is typed to says what it is for', async () => {
  const { status, err } = await runFake(['agent', '--stdio'], { os: honest(), input: 'help\n' })
  assert.equal(status, 2)
  assert.match(err, /not made to be typed to/)
})
