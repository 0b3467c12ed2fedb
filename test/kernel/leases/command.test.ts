/** `ports lease` and `ports exec` in real shells, with real programs. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { ownFolder, PORTS, runPorts, runToEnd } from './own-folder.ts'

const skip = process.platform !== 'linux' && 'there is no Linux kernel here'

/** `ports` is a function of the shell, as an installed command is a program. */
const inShell = (shell: string, folder: string, script: string) =>
  runToEnd(shell, ['-c', script.replaceAll('PORTS', `"${process.execPath}" "${PORTS}" "${folder}"`)])

for (const shell of ['bash', 'dash']) {
  for (const [what, ask] of [
    ['$(ports lease web)', 'p=$(PORTS lease web --json)'],
    ['a list in $(…)', 'p=$(true; PORTS lease web --json; true)'],
    ['a pipe in $(…)', 'p=$(PORTS lease web --json | cat)'],
    ['a $(…) within a $(…)', 'p=$(echo "$(PORTS lease web --json; true)"; true)'],
    ['a wrapper', 'p=$(timeout 20 PORTS lease web --json)'],
    ['`sh -c` of a wrapper', `p=$(timeout 20 sh -c 'PORTS lease web --json; true')`],
    ['no substitution', 'PORTS lease web --json; p='],
  ] as const) {
    test(`${shell}: the holder of ${what} is the shell`, { skip }, async t => {
      const { out, err } = await inShell(shell, ownFolder(t), `${ask}; echo "$p"; echo "shell $$"`)
      const [, holder] = /"holder":\{"pid":(\d+)/.exec(out) ?? assert.fail(out + err)
      const [, own] = /^shell (\d+)$/m.exec(out)!
      assert.equal(holder, own)
    })
  }

  test(`${shell}: the lease stands while the shell lives, and the same name is the same port`, {
    skip,
  }, async t => {
    const folder = ownFolder(t)
    const { out } = await inShell(
      shell,
      folder,
      'PORT=$(PORTS lease web); echo "$PORT"; PORTS lease web; PORTS leases web -H | cut -f1',
    )
    const [first, again, listed] = out.trim().split('\n')
    assert.match(first!, /^\d+$/)
    assert.equal(again, first)
    assert.equal(listed, first)
    assert.equal((await runPorts(folder, ['leases', 'web'])).status, 3)
    assert.equal((await inShell(shell, folder, 'echo "$(PORTS lease web)"')).out.trim(), first, 'another day')
  })

  test(`${shell}: a subshell that was written has a lease of its own`, { skip }, async t => {
    const { out } = await inShell(
      shell,
      ownFolder(t),
      'echo $(PORTS lease web); (p=$(PORTS lease web); echo "$p"); true',
    )
    const [outer, inner] = out.trim().split('\n')
    assert.notEqual(inner, outer)
  })
}

const SHOW =
  'console.log(JSON.stringify([process.env.PORT, process.env.PORT_NAME, process.env.PORT_WEB_UI, process.argv[1], process.pid]))'

test('exec gives the port as PORT, the name as PORT_NAME, and replaces {port}', { skip }, async t => {
  const words = ['exec', 'web/ui', '--', process.execPath, '-e', SHOW, 'at:{port}']
  const { out, status } = await runPorts(ownFolder(t), words)
  const [port, name, own, word] = JSON.parse(out)
  assert.equal(status, 0)
  assert.match(port, /^\d+$/)
  assert.deepEqual([name, own, word], ['web/ui', port, `at:${port}`])
})

test('exec ends as its program ends, with its status', { skip }, async t => {
  assert.equal((await runPorts(ownFolder(t), ['exec', 'web', '--', 'sh', '-c', 'exit 7'])).status, 7)
})

for (const program of ['no-such-program', '/etc/passwd', '/etc'])
  test(`exec of ${program} is a fault, and leases nothing`, { skip }, async t => {
    const folder = ownFolder(t)
    const { status, err } = await runPorts(folder, ['exec', 'web', '--', program])
    assert.equal(status, 2)
    assert.match(err, /could not start .*in PATH/s)
    assert.equal((await runPorts(folder, ['leases', '-H'])).out, '')
  })

test('exec leaves signals to the program as the system presets them', { skip }, async t => {
  const { out } = await runPorts(ownFolder(t), ['exec', 'web', '--', 'cat', '/proc/self/status'])
  const [, ours] = /^SigIgn:\s+(\w+)$/m.exec((await runToEnd('cat', ['/proc/self/status'])).out)!
  const [, theirs] = /^SigIgn:\s+(\w+)$/m.exec(out)!
  assert.equal(theirs, ours)
})

test('a program run by exec gets the signals that are sent to it, and its lease ends with it', {
  skip,
}, async t => {
  const folder = ownFolder(t)
  const script =
    'process.on("SIGTERM", () => { console.log("got"); process.exitCode = 3; process.stdin.destroy() }); process.stdin.resume(); console.log("ready")'
  const child = startProgram(t, folder, ['exec', 'web', '--', process.execPath, '-e', script])
  assert.equal(await child.line(), 'ready')
  const { items } = JSON.parse((await runPorts(folder, ['leases', '--json'])).out)
  assert.equal(items[0].holder.pid, child.pid)
  child.signal('SIGTERM')
  assert.equal(await child.line(), 'got')
  assert.equal(await child.ended, 3)
  assert.equal(JSON.parse((await runPorts(folder, ['leases', '--json'])).out).items.length, 0)
})

test('--listen-fds hands over a socket that listens on the port, to the process that LISTEN_PID names', {
  skip,
}, async t => {
  const server = `
    const { createServer } = require('node:http')
    const { LISTEN_FDS, LISTEN_PID, PORT } = process.env
    createServer((_, answer) => answer.end(PORT)).listen({ fd: 3 }, () => console.log(JSON.stringify({ LISTEN_FDS, own: LISTEN_PID === String(process.pid), PORT })))
    process.stdin.resume()`
  const words = ['exec', 'api', '--listen-fds', '--', process.execPath, '-e', server]
  const child = startProgram(t, ownFolder(t), words)
  const { LISTEN_FDS, own, PORT } = JSON.parse((await child.line())!)
  assert.deepEqual([LISTEN_FDS, own], ['1', true])
  assert.equal(await (await fetch(`http://127.0.0.1:${PORT}/`)).text(), PORT)
})

test('--hold keeps the port bound until the lease is released', { skip }, async t => {
  const folder = ownFolder(t)
  const { out, err } = await runPorts(folder, [
    'lease',
    'web',
    '--hold',
    '--pid',
    String(process.pid),
    '--project',
    'x',
  ])
  assert.equal(err, '')
  const port = Number(out)
  assert.equal(await listen(port), 'EADDRINUSE')
  assert.equal((await runPorts(folder, ['release', 'web', '--project', 'x'])).out, out)
  const deadline = performance.now() + 20_000
  let answer = await listen(port)
  while (answer !== 'listening' && performance.now() < deadline) answer = await listen(port)
  assert.equal(answer, 'listening')
})

/** Whether a plain server of Node could have the port. */
function listen(port: number): Promise<string> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', error => resolve((error as NodeJS.ErrnoException).code!))
    server.listen(port, () => server.close(() => resolve('listening')))
  })
}

function startProgram(t: TestContext, folder: string, words: readonly string[]) {
  const child = spawn(process.execPath, [PORTS, folder, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid,
    line: async () => (await lines.next()).value as string | undefined,
    signal: (name: NodeJS.Signals) => child.kill(name),
    ended: once(child, 'exit').then(([status]) => status as number | null),
  }
}
