/**
 * A host on another machine, through a real sshd: the suite of the seam over the agent there, the command beside itself there,
 * and every way in which ssh says no.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FaultCode } from '../../../src/model/faults.ts'
import { CONFORMANCE, runCase, type Stage } from '../../../src/os/conformance.ts'
import { openRemote, type RemoteHost } from '../../../src/os/open.ts'
import { root } from '../../project.ts'
import type { Held } from './holder.ts'
import { AGENT, type SshStage, setSshStage, whyNoSsh } from './ssh-stage.ts'

const skip = whyNoSsh()
const PATIENCE = { skip, timeout: 60_000 }
const path = process.env.PATH
let stage: SshStage
let held: Held
let shared: RemoteHost
/** A socket in our own namespace, which is another than sshd's. */
const here = createServer().unref()

before(async () => {
  if (skip !== false) return
  stage = await setSshStage()
  // What this process starts finds the stage's ssh first.
  process.env.PATH = stage.env.PATH
  const { line } = await stage.play(process.execPath, fileURLToPath(new URL('./holder.ts', import.meta.url)))
  held = JSON.parse(line) as Held
  here.listen(0, '127.0.0.1')
  await once(here, 'listening')
  shared = await openRemote('ssh://web')
})
after(async () => {
  process.env.PATH = path
  here.close()
  await shared?.close()
  await stage?.close()
})

/** One connection serves all cases; a host of its own only where it is about closing. */
async function openStage(name: string): Promise<Stage> {
  const own = name.includes('closing')
  return {
    os: own ? await openRemote('ssh://web') : { ...shared, close: async () => undefined },
    sockets: [
      { protocol: 'tcp', family: 'ipv4', state: 'listen', localPort: held.listen, holder: held.pid },
      {
        protocol: 'tcp',
        family: 'ipv4',
        state: 'established',
        localPort: held.client,
        peerPort: held.listen,
      },
      { protocol: 'udp', family: 'ipv4', state: 'bound', localPort: held.udp, holder: held.pid },
    ],
    pid: held.pid,
    otherNamespace: statSync('/proc/self/ns/net').ino,
    tunable: ['kernel.ostype', 'Linux'],
    user: [0, 'root'],
    address: '127.0.0.1',
    binds: true,
  }
}

for (const one of CONFORMANCE)
  if (!one.needs.includes('claims'))
    test(`over ssh: ${one.name}`, PATIENCE, () => runCase(one, () => openStage(one.name)))

test('it is in the namespace of the other machine', PATIENCE, async () => {
  assert.equal(shared.netns, held.netns)
  assert.notEqual(shared.netns, statSync('/proc/self/ns/net').ino)
  assert.deepEqual([shared.uid, shared.through.kind], [0, 'agent'])
})

const PORTS = join(root, 'bin', 'ports.js')

function ports(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const ran = spawnSync(process.execPath, [PORTS, ...words], { encoding: 'utf8', timeout: 30_000 })
  return { status: ran.status, out: ran.stdout, err: ran.stderr }
}

/** The same, started there by hand. */
function portsThere(...words: readonly string[]): string {
  const argv = [`--net=/proc/${stage.pid}/ns/net`, process.execPath, PORTS, ...words]
  return spawnSync('nsenter', argv, { encoding: 'utf8', timeout: 30_000 }).stdout
}

/** What differs from one look to the next: connections of ssh itself, and times. */
const LASTING: readonly (readonly string[])[] = [
  ['ls', '-tul', '--no-header'],
  ['ls', '-ua'],
  [],
  ['fw', 'status'],
  ['fw', 'show'],
  ['platform'],
]
for (const words of LASTING)
  test(
    `ports --host ssh://web ${words.join(' ')} says what ports ${words.join(' ')} says there`,
    PATIENCE,
    () => {
      const { status, out, err } = ports('--host', 'ssh://web', ...words)
      assert.equal(err, '')
      assert.equal(status, 0)
      assert.equal(out, portsThere(...words))
    },
  )

test('a port is explained with its owner there', PATIENCE, () => {
  const { status, out } = ports('--host', 'ssh://web', String(held.listen), '--json')
  assert.equal(status, 0)
  const there = JSON.parse(out) as { items: { listeners?: unknown[] }[] }
  assert.ok(JSON.stringify(there).includes(`"pid":${held.pid}`) || out.includes(`"pid": ${held.pid}`), out)
})

test('a connection from there is one from there', PATIENCE, async () => {
  const address = '127.0.0.1' as never
  assert.equal((await shared.reach.dial({ address, port: held.listen }, { timeoutMs: 5000 })).kind, 'yes')
  const { port } = here.address() as { port: number }
  assert.equal((await shared.reach.dial({ address, port }, { timeoutMs: 5000 })).kind, 'refused')
})

const REFUSALS: readonly (readonly [
  what: string,
  code: FaultCode,
  says: RegExp,
  url: string,
  client: readonly string[],
])[] = [
  ['nobody listens there', 'E_REMOTE_UNREACHABLE', /refused/, 'ssh://web:23', []],
  ['nobody has the name', 'E_REMOTE_UNREACHABLE', /name is not known/, 'ssh://web', ['HostName no.invalid']],
  [
    'no key fits',
    'E_REMOTE_DENIED',
    /publickey/,
    'ssh://web',
    ['IdentityFile {}/stranger-key', 'PreferredAuthentications none'],
  ],
  ['there is no such user', 'E_REMOTE_DENIED', /publickey/, 'ssh://nobody-at-all@web', []],
  [
    'its key is not known',
    'E_REMOTE_HOST_KEY',
    /not known here/,
    'ssh://web',
    ['UserKnownHostsFile /dev/null'],
  ],
  [
    'its key has changed',
    'E_REMOTE_HOST_KEY',
    /another than/,
    'ssh://web',
    ['UserKnownHostsFile {}/known-otherwise'],
  ],
  ['a jump host that is not there', 'E_REMOTE_UNREACHABLE', /./, 'ssh://web', ['ProxyCommand false']],
]
for (const [what, code, says, url, client] of REFUSALS)
  test(`${what}: ${code}`, PATIENCE, async () => {
    stage.configure(client.map(line => line.replace('{}', stage.folder)))
    try {
      await assert.rejects(openRemote(url), { code, message: says })
    } finally {
      stage.configure([])
    }
  })

const AGENTS: readonly (readonly [what: string, script: string, code: FaultCode, says: RegExp])[] = [
  ['an agent that can’t be run', '#!/no/such/interpreter\n', 'E_REMOTE_AGENT', /127|126/],
  ['an agent that says something else', '#!/bin/sh\necho hello\n', 'E_REMOTE_AGENT', /ended with 0/],
  [
    'an agent that fails',
    '#!/bin/sh\necho it is Monday >&2\nexit 70\n',
    'E_REMOTE_AGENT',
    /it is Monday.*70/,
  ],
]
for (const [what, script, code, says] of AGENTS)
  test(`${what}: ${code}`, PATIENCE, async () => {
    stage.program('odd', script)
    await assert.rejects(openRemote('ssh://web', { agentCommand: ['odd'] }), { code, message: says })
    stage.program('odd', null)
  })

test('an agent is named by several words, whatever is in them', PATIENCE, async () => {
  stage.program("it's an agent", `#!/bin/sh\nshift\n${AGENT.split('\n')[1]}\n`)
  const os = await openRemote('ssh://web', { agentCommand: [`${stage.bin}/it's an agent`, '$(reboot) "x"'] })
  assert.equal(os.netns, held.netns)
  await os.close()
  stage.program("it's an agent", null)
})

test('what a login script says first is passed over', PATIENCE, async () => {
  stage.program('motd', `#!/bin/sh\nprintf 'Welcome!\\n{"id":1}\\nhalf a line'\n${AGENT.split('\n')[1]}\n`)
  const os = await openRemote('ssh://web', { agentCommand: ['motd'] })
  assert.ok((await os.addresses()).length > 0)
  await os.close()
  stage.program('motd', null)
})

const lost = { code: 'E_REMOTE_LOST' } as const

/** The agent of a host, and what waits for it. */
async function asking() {
  const os = await openRemote('ssh://web', { silenceMs: 7000 })
  const agent = os.acts.self!
  const endings = os.connectionEvents({ signal: new AbortController().signal })[Symbol.asyncIterator]()
  const sleeping = os.reach.datagrams({ towards: { address: '127.0.0.1' as never, port: 9 as never } })
  const opened = await sleeping
  assert.ok(opened.kind === 'yes')
  const receiving = opened.socket.receive({ timeoutMs: 600_000 })
  receiving.catch(() => {})
  return { os, agent, endings, receiving }
}

test('when the agent is killed, what was asked is lost at once', PATIENCE, async () => {
  const { os, agent, receiving } = await asking()
  process.kill(agent, 'SIGKILL')
  await assert.rejects(receiving, lost)
  await assert.rejects(os.can(), lost)
  await os.close()
})

test('when the connection is cut, what was asked is lost at once', PATIENCE, async () => {
  const { os, agent, receiving } = await asking()
  // sshd's own process of this session, above the shell and the agent.
  const session = spawnSync('ps', ['-o', 'ppid=', '-p', parentOf(agent)], { encoding: 'utf8' }).stdout.trim()
  process.kill(Number(session), 'SIGKILL')
  await assert.rejects(receiving, lost)
  await os.close()
  await gone(agent)
})

test('when the agent stands still, it is lost after a while of silence', PATIENCE, async () => {
  const { os, agent, receiving } = await asking()
  process.kill(agent, 'SIGSTOP')
  await assert.rejects(receiving, { ...lost, message: /said nothing/ })
  process.kill(agent, 'SIGKILL')
  await os.close()
})

test('a connection that never comes ends with the signal, and nothing of it is left', PATIENCE, async () => {
  const marker = `${stage.folder}/proxy-pid`
  stage.configure([`ProxyCommand sh -c 'echo $$ > ${marker}; exec sleep 600'`])
  const stop = new AbortController()
  const opening = openRemote('ssh://web', { signal: stop.signal })
  opening.catch(() => {})
  try {
    let pid = Number.NaN
    for (let look = 0; look < 200 && !(pid > 0); look++) {
      await new Promise(resolve => setTimeout(resolve, 50))
      pid = existsSync(marker) ? Number.parseInt(readFileSync(marker, 'utf8'), 10) : Number.NaN
    }
    assert.ok(pid > 0, 'the proxy was not started')
    stop.abort()
    await assert.rejects(opening, { name: 'AbortError' })
    await gone(pid)
  } finally {
    stage.configure([])
  }
})

test('who never greets is given up after its time', PATIENCE, async () => {
  stage.program('odd', '#!/bin/sh\nexec cat >/dev/null\n')
  await assert.rejects(openRemote('ssh://web', { agentCommand: ['odd'], timeoutMs: 4000 }), {
    code: 'E_REMOTE_TIMEOUT',
  })
  stage.program('odd', null)
})

test('when it is closed, nothing of it is left there', PATIENCE, async () => {
  const { os, agent } = await asking()
  await os.close()
  await gone(agent)
})

test('when who asks is killed, nothing of it is left there', PATIENCE, async () => {
  const child = spawn(process.execPath, [PORTS, '--host', 'ssh://web', 'watch'], { stdio: 'ignore' })
  const agents = () => {
    const found = spawnSync('pgrep', ['-f', `${PORTS} agent --stdio`], { encoding: 'utf8' }).stdout
    return found
      .split('\n')
      .map(Number)
      .filter(pid => pid !== 0 && pid !== shared.acts.self)
  }
  let mine: number[] = []
  for (let look = 0; look < 200 && mine.length === 0; look++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    mine = agents()
  }
  assert.ok(mine.length > 0, 'no agent was started')
  child.kill('SIGKILL')
  await once(child, 'close')
  for (const pid of mine) await gone(pid)
})

const parentOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()

/** Waits for the end of a process that is not ours to wait for. */
async function gone(pid: number): Promise<void> {
  for (let look = 0; look < 200; look++) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.fail(`process ${pid} is still there`)
}
