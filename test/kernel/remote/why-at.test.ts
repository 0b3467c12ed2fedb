/**
 * `ports why … --at ssh://db` through a real sshd: a client and a server in namespaces with a link between them, and at the
 * server the agent, or a shell. What the client alone can't tell, the server's view does.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { after, before } from 'node:test'
import { root } from '../../project.ts'
import { AGENT, type SshStage, setSshStage, whyNoSsh } from './ssh-stage.ts'

const skip = whyNoSsh()
let server: SshStage
let client: ChildProcess
let open: number
let local: number

/** Two listeners: one for everybody, one for the server itself. */
const LISTENERS = `
import { createServer } from 'node:net'
const open = createServer(socket => socket.on('error', () => {}).end('hello'))
const local = createServer()
open.listen(0, '192.0.2.2', () => local.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify([open.address().port, local.address().port]))))
process.stdin.resume().on('end', () => process.exit(0))
`

before(async () => {
  if (skip !== false) return
  server = await setSshStage()
  const setUp = `ip link set lo up
ip link add to-server type veth peer name to-client netns /proc/${server.pid}/ns/net
ip addr add 192.0.2.1/24 dev to-server
ip link set to-server up
nsenter --net=/proc/${server.pid}/ns/net sh -e -c 'ip addr add 192.0.2.2/24 dev to-client; ip link set to-client up'
echo ready
exec cat`
  client = spawn('unshare', ['--net', 'sh', '-e', '-c', setUp], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(createInterface(client.stdout!), 'line')
  const { line } = await server.play(process.execPath, '--input-type=module', '-e', LISTENERS)
  ;[open, local] = JSON.parse(line) as [number, number]
})
after(async () => {
  if (client !== undefined) {
    const closed = once(client, 'close')
    client.kill('SIGKILL')
    await closed
  }
  await server?.close()
})

interface Cause {
  readonly code: string
  readonly certainty: string
  readonly where: { readonly host: string; readonly stage?: string; readonly rule?: unknown }
}

/** Asked by the client. */
function why(target: string, ...more: readonly string[]): { verdict: string; causes: readonly Cause[] } {
  const words = [process.execPath, join(root, 'bin', 'ports.js'), 'why', target, '--json', ...more]
  const ran = spawnSync('nsenter', [`--net=/proc/${client.pid}/ns/net`, ...words], {
    encoding: 'utf8',
    env: server.env,
    timeout: 60_000,
  })
  assert.ok([0, 1, 6].includes(ran.status ?? -1), `${ran.status}: ${ran.stdout}${ran.stderr}`)
  return (JSON.parse(ran.stdout) as { items: ReturnType<typeof why>[] }).items[0]!
}

function atServer(line: string): void {
  const words = [`--net=/proc/${server.pid}/ns/net`, 'sh', '-e', '-c', line]
  const ran = spawnSync('nsenter', words, { encoding: 'utf8' })
  assert.equal(ran.status, 0, ran.stderr)
}

for (const by of ['agent', 'shell'] as const) {
  const withView = (name: string, body: () => void | Promise<void>) =>
    test(`${by}: ${name}`, { skip, timeout: 180_000 }, async () => {
      server.program('portolan', by === 'agent' ? AGENT : null)
      await body()
    })

  withView('a healthy target is reachable', () => {
    const { verdict, causes } = why(`192.0.2.2:${open}`, '--at', 'ssh://db')
    assert.deepEqual([verdict, causes], ['reachable', []])
  })

  withView('what the server’s filter drops is proven there, by its rule', () => {
    atServer(
      `nft add table inet t; nft 'add chain inet t in { type filter hook input priority 0; }'; nft add rule inet t in tcp dport ${open} drop`,
    )
    try {
      const alone = why(`192.0.2.2:${open}`)
      assert.equal(alone.verdict, 'unreachable')
      assert.ok(
        alone.causes.every(({ certainty }) => certainty !== 'proven'),
        'the client alone can’t know',
      )
      const { verdict, causes } = why(`192.0.2.2:${open}`, '--at', 'ssh://db')
      assert.equal(verdict, 'unreachable')
      const [first] = causes
      assert.equal(first?.code, 'filter-drop')
      assert.deepEqual([first.where.host, first.where.stage], ['db', 'input'])
      if (by === 'agent') assert.equal(first.certainty, 'proven')
    } finally {
      atServer('nft delete table inet t')
    }
  })

  withView('a listener for the server alone is found there', () => {
    const { verdict, causes } = why(`192.0.2.2:${local}`, '--at', 'ssh://db')
    assert.equal(verdict, 'unreachable')
    assert.deepEqual([causes[0]?.code, causes[0]?.where.host], ['listener-loopback', 'db'])
  })
}
