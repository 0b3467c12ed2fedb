/** Waiting for real things: every kind of target, every reason, on ports that the system chose, on loopback. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, afterEach } from 'node:test'
import { openOS } from '../../src/os/open.ts'
import { TEST_CERTIFICATE, TEST_KEY } from '../../src/os/tls-certificate.cases.ts'
import { parseWaitTarget, waitFor, waiting } from '../../src/tools/wait/wait.ts'
import { ports, Troupe } from './stage/troupe.ts'

const skip = process.platform === 'linux' ? false : 'there is no Linux kernel here'
const skipAsUser =
  process.platform === 'linux' && process.getuid!() === 0 ? false : 'only root can be somebody else'
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

const folder = mkdtempSync(join(tmpdir(), 'portolan-wait-'))
after(() => rmSync(folder, { recursive: true }))
const opened: Server[] = []
const troupe = new Troupe()
afterEach(async () => {
  for (const server of opened.splice(0)) {
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)()
    await new Promise(resolve => server.close(resolve))
  }
})
after(() => troupe.close())

const listen = async (server: Server, where: object): Promise<number> => {
  opened.push(server)
  await new Promise<void>(resolve => server.listen(where, resolve))
  const address = server.address()
  return typeof address === 'string' ? 0 : (address as AddressInfo).port
}

/** The outcome of one target. */
async function wait(target: string, options = {}) {
  const os = await openOS()
  try {
    const { targets } = await waitFor(os, target, { timeoutMs: 300, ...options })
    return targets[0]!
  } finally {
    await os.close()
  }
}

/** A port that nobody has: it was had a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, { port: 0, host: '127.0.0.1' })
  opened.pop()
  await new Promise(resolve => server.close(resolve))
  return port
}

const answering = (status: number) => (_: unknown, response: import('node:http').ServerResponse) => {
  response.writeHead(status).end()
}

test('a port, by address, by localhost and by number alone', { skip }, async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const port = await listen(createServer(), { port: 0, host })
    const address = host === '::1' ? '[::1]' : host
    for (const target of [`${address}:${port}`, `localhost:${port}`, `:${port}`, `tcp/${port}`])
      assert.equal((await wait(target)).ready, true, target)
  }
})

test('refused, and where the server listens instead', { skip }, async () => {
  const port = await listen(createServer(), { port: 0, host: '127.0.0.1' })
  const { ready, reason } = await wait(`[::1]:${port}`)
  assert.equal(ready, false)
  assert.equal(reason.says, `nobody listens on [::1]:${port} (refused); the server listens on 127.0.0.1 only`)
})

test('pages: 200 and 302 are there, 503 and 404 say so', { skip }, async () => {
  for (const [status, ready] of [
    [200, true],
    [302, true],
    [404, false],
    [503, false],
  ] as const) {
    const port = await listen(createHttp(answering(status)), { port: 0, host: '127.0.0.1' })
    const seen = await wait(`http-get://localhost:${port}/health`)
    assert.equal(seen.ready, ready, String(status))
    if (!ready) assert.match(seen.reason.says, new RegExp(`answers with HTTP ${status}$`))
  }
})

test('a page over TLS, whoever signed for it', { skip }, async () => {
  const server = createHttps({ key: TEST_KEY, cert: TEST_CERTIFICATE }, answering(200))
  const port = await listen(server, { port: 0, host: '127.0.0.1' })
  assert.equal((await wait(`https-get://localhost:${port}/`)).ready, true)
})

test('a server that takes the connection and says nothing does not answer in time', { skip }, async () => {
  const held = new Set<import('node:net').Socket>()
  const port = await listen(
    createServer(socket => void held.add(socket)),
    { port: 0, host: '127.0.0.1' },
  )
  const { reason } = await wait(`http-get://127.0.0.1:${port}/`)
  assert.equal(reason.code, 'timed-out')
  for (const socket of held) socket.destroy()
})

test('a server that breaks the connection off is broken', { skip }, async () => {
  const port = await listen(
    createServer(socket => void socket.destroy()),
    { port: 0, host: '127.0.0.1' },
  )
  assert.equal((await wait(`http-get://127.0.0.1:${port}/`)).reason.code, 'broken')
})

test('an address to which there is no way', { skip }, async () => {
  // Documentation addresses have no route on loopback: an interface that isn't there can't lead to one (RFC 4007).
  const { reason } = await wait('[fe80::1%nothere0]:80')
  assert.notEqual(reason.code, 'there')
  assert.match(reason.says, /fe80::1%nothere0/)
})

test('a name that nobody has', { skip }, async () => {
  const { reason } = await wait('portolan.invalid:80')
  assert.equal(reason.code, 'unresolved')
})

test('files, and unix sockets that are listened on, left behind, and missing', { skip }, async () => {
  const file = join(folder, 'ready')
  assert.equal((await wait(`file:${file}`)).reason.code, 'absent')
  writeFileSync(file, '')
  assert.equal((await wait(`file:${file}`)).ready, true)
  assert.equal((await wait(`file:${file}/below`)).reason.code, 'absent')

  const path = join(folder, 'db.sock')
  assert.equal((await wait(`unix:${path}`)).reason.code, 'absent')
  await listen(createServer(), { path })
  assert.equal((await wait(`unix:${path}`)).ready, true)
  // A plain file takes no connections (unix(7)).
  assert.equal((await wait(`unix:${file}`)).reason.code, 'refused')
})

test('a file in a folder that we may not enter is denied', { skip: skipAsUser }, async () => {
  const closed = mkdtempSync(join(tmpdir(), 'portolan-closed-'))
  chmodSync(closed, 0o700)
  try {
    const { status, err } = await ports(['wait', `file:${closed}/x`, '-t', '200ms'], NOBODY)
    assert.equal(status, 5)
    assert.match(err, /may not be used from here \(EACCES\)/)
  } finally {
    rmSync(closed, { recursive: true })
  }
})

test('a port that is freed while it is waited for', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  const os = await openOS()
  const told: string[] = []
  try {
    const options = { free: true, timeoutMs: 20_000 }
    for await (const event of waiting(os, [parseWaitTarget(`:${server.port}`)], options)) {
      if (event.type === 'done') told.push(event.result.ready ? 'free' : 'held')
      else {
        told.push(event.reason.says.replace(/^.*\(/, '('))
        server.child.stdin!.end()
      }
    }
  } finally {
    await os.close()
  }
  assert.equal(told[0], `(pid ${server.pid})`)
  assert.equal(told.at(-1), 'free')
  // Between the two it may be seen half-way.
  for (const says of told.slice(1, -1)) assert.match(says, /no process has it any more/)
})

test('the command runs afterwards, its status is passed on, and stdout is its own', { skip }, async () => {
  const file = join(folder, 'there')
  writeFileSync(file, '')
  const script = 'console.log(process.argv.slice(1).join()); process.exit(7)'
  const { status, out } = await ports([
    'wait',
    `file:${file}`,
    '--',
    process.execPath,
    '-e',
    script,
    '--',
    '-a',
    'b',
  ])
  assert.equal(status, 7)
  assert.equal(out, '-a,b\n')
})

test('one that a signal ends has 128 and its number', { skip }, async () => {
  const script = "process.kill(process.pid, 'SIGKILL')"
  assert.equal((await ports(['wait', `file:${folder}`, '--', process.execPath, '-e', script])).status, 137)
})

test('without what is waited for the command doesn’t run, and the status is 5', { skip }, async () => {
  const port = await freePort()
  const words = [
    'wait',
    `127.0.0.1:${port}`,
    '-t',
    '100ms',
    '--',
    process.execPath,
    '-e',
    'console.log("ran")',
  ]
  const { status, out, err } = await ports(words)
  assert.equal(status, 5)
  assert.equal(out, '')
  assert.match(err, /gave up on 127\.0\.0\.1:\d+ after .* s: nobody listens/)
})

test('a command that isn’t there is E_PROGRAM_MISSING', { skip }, async () => {
  const { status, err } = await ports(['wait', `file:${folder}`, '--', join(folder, 'nothing')])
  assert.equal(status, 2)
  assert.match(err, /could not run .*nothing: .*ENOENT/)
})
