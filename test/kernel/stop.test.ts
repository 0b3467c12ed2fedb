/**
 * Stopping real processes: who is ended and who is not, whatever happens between the look and the signal. All on loopback,
 * on ports that the system chose; pids are used again in a pid namespace of its own.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { afterEach, beforeEach } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseEndpoint } from '../../src/model/endpoint.ts'
import { machineFiles } from '../../src/os/linux/file-tree.ts'
import { openLinux } from '../../src/os/linux/linux.ts'
import { machineSources } from '../../src/os/linux/sources.ts'
import type { OS } from '../../src/os/os.ts'
import { carryOut, planStop, stopPort } from '../../src/tools/stop/stop.ts'
import { ports, ran, Troupe } from './stage/troupe.ts'

const linux = process.platform === 'linux'
const root = linux && process.getuid!() === 0
const skip = linux ? false : 'there is no Linux kernel here'
const skipAsUser = root ? false : 'only root can be somebody else'
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

let troupe = new Troupe()
let os: OS
beforeEach(() => {
  if (!linux) return
  troupe = new Troupe()
  os = openLinux()
})
afterEach(async () => {
  if (!linux) return
  await troupe.close()
  await os.close()
})

/** No second look for successors: each test that is about them says so. */
const AT_ONCE = { settleMs: 0, timeoutMs: 5000 } as const

test('the server is ended through a pidfd, a client of the port is not', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const client = await troupe.start({ part: 'client', port: server.port })
  const { verdict, steps, plan } = await stopPort(os, server.port, AT_ONCE)
  assert.equal(verdict, 'freed')
  assert.deepEqual(
    steps.map(({ outcome }) => outcome),
    [{ kind: 'ended', through: 'pidfd' }],
  )
  assert.equal(plan.connections, 1)
  assert.equal(client.alive(), true)
})

test('the port of a client is nobody’s, and the client is let be', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const client = await troupe.start({ part: 'client', port: server.port })
  assert.equal((await stopPort(os, client.port, AT_ONCE)).verdict, 'nobody')
  assert.deepEqual([server.alive(), client.alive()], [true, true])
})

test('of several owners all are shown and ended, who opened the socket first', { skip }, async () => {
  const server = await troupe.start({ part: 'sharing' })
  const plan = await planStop(os, parseEndpoint(String(server.port)))
  assert.deepEqual(
    plan.holders.map(({ process: { pid }, role }) => [pid, role]),
    [
      [server.pid, 'creator'],
      [server.told.child, 'inherited'],
    ],
  )
  assert.equal((await carryOut(os, plan, AT_ONCE)).verdict, 'freed')
})

test('one that a supervisor starts again has taken the port over', { skip }, async () => {
  // The port has to be the same the second time: the first actor finds one that is free.
  const first = await troupe.start({ part: 'server' })
  await stopPort(os, first.port, AT_ONCE)
  const server = await troupe.start({ part: 'supervisor', port: first.port })
  const { verdict, successors } = await stopPort(os, first.port, { timeoutMs: 5000, settleMs: 10_000 })
  assert.equal(verdict, 'taken-over')
  assert.equal(successors[0]!.fresh, true)
  assert.equal(successors[0]!.restartedBy?.pid, server.told.supervisor)
})

test('somebody else who takes the port over is named', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const heir = await troupe.start({ part: 'heir', port: server.port })
  const { verdict, successors } = await stopPort(os, server.port, { timeoutMs: 5000, settleMs: 10_000 })
  assert.equal(verdict, 'taken-over')
  assert.deepEqual(
    successors.map(({ pid, fresh, restartedBy }) => [pid, fresh, restartedBy]),
    [[heir.pid, true, undefined]],
  )
})

test('one that ignores SIGTERM is killed only when that is wanted', { skip }, async () => {
  const server = await troupe.start({ part: 'stubborn' })
  const mild = await stopPort(os, server.port, { settleMs: 0, timeoutMs: 100 })
  assert.equal(mild.steps[0]!.outcome.kind, 'running')
  assert.equal(mild.verdict, 'held')
  assert.equal(server.alive(), true)
  const hard = await stopPort(os, server.port, { settleMs: 0, timeoutMs: 100, kill: true })
  assert.equal(hard.steps[0]!.killed, true)
  assert.equal(hard.verdict, 'freed')
})

test('a process that has let go of the port is not ended', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const plan = await planStop(os, parseEndpoint(String(server.port)))
  const [{ holder }] = plan.steps as [Extract<(typeof plan.steps)[number], { kind: 'signal' }>]
  const outcome = await os.acts.stopProcess({
    pid: holder.process.pid,
    startedAt: holder.process.startedAt,
    inodes: [0xffffffff],
    signal: 'SIGTERM',
    waitMs: 0,
  })
  assert.equal(outcome.kind, 'let-go')
  assert.equal(server.alive(), true)
})

test('without pidfds kill(2) does it, after the same checks', { skip }, async () => {
  const sources = machineSources()
  const plain = openLinux({
    ...sources,
    ffi: { missing: 'the test says so' },
    netlink: () => ({ why: 'so' }),
  })
  const server = await troupe.start({ part: 'server' })
  const { verdict, steps } = await stopPort(plain, server.port, AT_ONCE)
  assert.deepEqual(steps[0]!.outcome, { kind: 'ended', through: 'kill' })
  assert.equal(verdict, 'freed')
})

test('a pid that is used again in between is another process, and lives', { skip: skipAsUser }, async () => {
  const script = fileURLToPath(new URL('./stage/pid-again.ts', import.meta.url))
  const words = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, script]
  const { status, out, err } = await ran(words)
  assert.equal(status, 0, out + err)
  assert.deepEqual(JSON.parse(out), { samePid: true, outcomes: ['another'], alive: true })
})

test('a process of another user is refused, and why is said', { skip: skipAsUser }, async () => {
  const server = await troupe.start({ part: 'server' })
  const { status, out } = await ports(['stop', String(server.port), '--yes'], NOBODY)
  assert.equal(status, 1)
  assert.match(out, /held by root, in a process that can’t be named/)
  assert.match(out, /sudo/)
  assert.equal(server.alive(), true)
})

test('a process of another user may not be signalled, even when its pid is known', {
  skip: skipAsUser,
}, async () => {
  const server = await troupe.start({ part: 'server' })
  const known = (await os.processes([server.pid])).get(server.pid)!
  assert.ok(known.known)
  const script = fileURLToPath(new URL('./stage/send-signal.ts', import.meta.url))
  const request = { pid: server.pid, startedAt: known.value.startedAt, signal: 'SIGTERM', waitMs: 0 }
  const { out, err } = await ran([...NOBODY, process.execPath, script, JSON.stringify(request)])
  assert.deepEqual(JSON.parse(out || err), {
    kind: 'denied',
    says: `SIGTERM to process ${server.pid}: EPERM`,
  })
  assert.equal(server.alive(), true)
})

test('a unit is stopped by systemctl, found on the PATH that is handed over', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-stop-'))
  try {
    const server = await troupe.start({ part: 'server' })
    const program = join(folder, 'systemctl')
    writeFileSync(program, `#!/bin/sh\necho "$@" > ${folder}/said\nkill ${server.pid}\n`)
    chmodSync(program, 0o755)
    const files = {
      ...machineFiles,
      read: (path: string) =>
        path === `/proc/${server.pid}/cgroup`
          ? Buffer.from('0::/system.slice/shop.service\n')
          : machineFiles.read(path),
    }
    const host = openLinux({ ...machineSources(), files })
    const path = `${folder}:/usr/bin:/bin`
    const { verdict, steps } = await stopPort(host, server.port, { path, settleMs: 300, timeoutMs: 5000 })
    await host.close()
    assert.equal(steps[0]!.outcome.kind, 'stopped')
    assert.equal(readFileSync(join(folder, 'said'), 'utf8'), 'stop -- shop.service\n')
    // It is only told to end by then; the look afterwards waits for that.
    assert.equal(verdict, 'freed')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('several ports at once', { skip }, async () => {
  const [one, other] = [await troupe.start({ part: 'server' }), await troupe.start({ part: 'server' })]
  const { status, out } = await ports(['stop', String(one.port), `tcp/${other.port}`, '--yes'])
  assert.equal(status, 0, out)
  assert.match(out, new RegExp(`port ${one.port} is free`))
  assert.match(out, new RegExp(`tcp/${other.port} is free`))
})

test('without a terminal and without --yes nothing is ended', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const { status, out, err } = await ports(['stop', String(server.port)])
  assert.equal(status, 2)
  assert.match(out, new RegExp(`held by .*\\(pid ${server.pid}\\)`))
  assert.match(err, /nothing was ended/)
  assert.equal(server.alive(), true)
})

const ANSWERS = [
  ['y\n', 0, false],
  ['n\n', 1, true],
  ['\n', 1, true],
  ['\u0004', 1, true],
  ['\u0003', 130, true],
] as const
for (const [answer, status, alive] of ANSWERS) {
  test(`at a terminal ${JSON.stringify(answer)} ${alive ? 'ends nothing' : 'ends it'}`, {
    skip,
  }, async () => {
    const server = await troupe.start({ part: 'server' })
    const line = `exec ${process.execPath} bin/ports.js stop ${server.port}`
    const told = await ran(['script', '-qec', line, '/dev/null'], { prompt: /\[y\/N\] /, answer })
    assert.equal(told.status, status, told.out)
    assert.equal(server.alive(), alive)
  })
}

test('single connections are ended, both sides see it, and the server goes on', {
  skip: skipAsUser,
}, async () => {
  const server = await troupe.start({ part: 'server' })
  const [one, other] = [
    await troupe.start({ part: 'client', port: server.port }),
    await troupe.start({ part: 'client', port: server.port }),
  ]
  const ended = once(one.lines, 'line')
  const filter = ['sport', '=', `:${server.port}`, 'and', 'dport', '=', `:${one.port}`]
  const refused = await ports(['stop', '--connection', ...filter])
  assert.equal(refused.status, 2, refused.out)
  assert.match(refused.out, new RegExp(`127.0.0.1:${server.port}\\t127.0.0.1:${one.port}\\testablished`))
  const { status, out } = await ports(['stop', '--connection', '--yes', ...filter, '-o', 'json'])
  assert.equal(status, 0, out)
  const { items } = JSON.parse(out) as { items: { outcome: string }[] }
  assert.deepEqual(
    items.map(({ outcome }) => outcome),
    ['destroyed'],
  )
  // The peer of an aborted connection gets a reset (RFC 9293 section 3.10.5, tcp_abort).
  assert.deepEqual(JSON.parse(((await ended) as [string])[0]), { ended: 'ECONNRESET' })
  assert.deepEqual([server.alive(), other.alive()], [true, true])
  await troupe.start({ part: 'client', port: server.port })
})

test('who may not end connections is told which right it takes', { skip: skipAsUser }, async () => {
  const server = await troupe.start({ part: 'server' }, NOBODY)
  const client = await troupe.start({ part: 'client', port: server.port }, NOBODY)
  const filter = ['dport', '=', `:${client.port}`]
  const { status, out } = await ports(['stop', '--connection', '--yes', ...filter], NOBODY)
  assert.equal(status, 1)
  assert.match(out, /CAP_NET_ADMIN/)
})

for (const [what, words, status] of [
  ['no filter', [''], 2],
  ['a filter that does not read', ['sport', '=', '='], 2],
  ['a filter that means nothing', ['sport', '=', ':1', 'and', 'dport', '=', ':1'], 3],
] as const) {
  test(`--connection with ${what} ends with ${status}`, { skip }, async () => {
    assert.equal((await ports(['stop', '--connection', '--yes', ...words])).status, status)
  })
}
