/** What `ports forward` and `ports listen` write for people, on hosts of a simulated network. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'node:test'
import { createNetwork, type SimulatedHost } from '../../../sim/sim.ts'
import { EXIT } from '../exit.ts'
import { type FakeOptions, fakeContext } from '../fake-context.ts'
import { run } from '../run.ts'

const options = { timeout: 20_000 }

function scene() {
  const network = createNetwork({ seed: 3, speed: Number.POSITIVE_INFINITY })
  const client = network.host('client', { addresses: ['192.0.2.20/24'] })
  const gate = network.host('gate', { addresses: ['192.0.2.10/24'] })
  network.link(client, gate, { delayMs: 1 })
  return { network, client, gate }
}

/** A command that runs: what it has written, and how to wait for more of it. */
function running(host: SimulatedHost, words: string, given: FakeOptions = {}) {
  const stop = new AbortController()
  const again = new AbortController()
  const context = fakeContext({
    os: host.os,
    terminal: 200,
    env: { NO_COLOR: '1' },
    signal: stop.signal,
    again: again.signal,
    ...given,
  })
  const status = run(words.split(' '), context)
  const until = async (what: RegExp): Promise<string> => {
    for (let turns = 0; turns < 100_000; turns++) {
      const all = `${context.written.out}${context.written.err}`
      if (what.test(all)) return all
      await new Promise(resolve => setImmediate(resolve))
    }
    throw new Error(`it never said ${what}: ${context.written.out}${context.written.err}`)
  }
  return { context, status, stop: () => stop.abort(), again: () => again.abort(), until }
}

/** Without the time at the beginning of each line, and the ports that the hosts chose. */
const plainly = (out: string): string[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line =>
      line
        .replace(/^\S+Z /, '')
        .replace(/:(?:3[2-9]|[456]\d)\d{3}\b/g, ':N')
        .replace(/after [\d.]+ s/, 'after T'),
    )

for (const [allowed, denied] of [
  ['--allow 192.0.2.0/24,::1', '--deny 192.0.2.1,192.0.2.2'],
  ['--allow 192.0.2.0/24 --allow ::1', '--deny 192.0.2.1 --deny 192.0.2.2'],
])
  test(`who may come: ${allowed} ${denied}`, options, async () => {
    const { network, gate } = scene()
    const it = running(gate, `forward 192.0.2.10:0:[2001:db8::9]:80 --dry-run -o json ${allowed} ${denied}`)
    assert.equal(await it.status, EXIT.done, it.context.written.err)
    const { limits } = JSON.parse(it.context.written.out)
    assert.equal(limits.allow.length, 2)
    assert.equal(limits.deny.length, 2)
    network.close()
  })

test(
  'forward says where it listens, who comes and goes, and at the end what it came to',
  options,
  async () => {
    const { network, client, gate } = scene()
    gate.createServer({ allowHalfOpen: true }, socket => void socket.pipe(socket)).listen(80)
    const it = running(gate, 'forward 192.0.2.10:8080:127.0.0.1:80 --log')
    await it.until(/listening/)
    const one = client.createConnection({ host: '192.0.2.10', port: 8080, allowHalfOpen: true })
    one.end('hello')
    assert.equal(await text(one), 'hello')
    await it.until(/closed/)
    it.stop()
    assert.equal(await it.status, EXIT.done)
    assert.deepEqual(plainly(it.context.written.out), [
      '* listening on tcp 192.0.2.10:8080 for 127.0.0.1:80',
      '+ opened 1 tcp 192.0.2.20:N to 127.0.0.1:80, as 127.0.0.1:N',
      '- closed 1 after T, 5 bytes forth and 5 back: both have ended',
    ])
    assert.deepEqual(it.context.written.err.trimEnd().split('\n'), [
      'ports: whoever reaches tcp port 8080 at 192.0.2.10 reaches 127.0.0.1:80, which sees this host as the client',
      'ports: 1 connection, 5 bytes forth and 5 back',
    ])
    network.close()
  },
)

test(
  'forward without --log says only where it listens; a target that refuses is counted',
  options,
  async () => {
    const { network, client, gate } = scene()
    const it = running(gate, 'forward 192.0.2.10:8080:127.0.0.1:80 --allow 192.0.2.0/24')
    await it.until(/listening/)
    const [error] = await once(client.createConnection({ host: '192.0.2.10', port: 8080 }), 'error')
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
    it.stop()
    assert.equal(await it.status, EXIT.done)
    assert.equal(plainly(it.context.written.out).length, 1)
    assert.equal(it.context.written.err, 'ports: 0 connections, 1 failed, 0 bytes forth and 0 back\n')
    network.close()
  },
)

test('forward waits for who is there, and says so; told again it cuts', options, async () => {
  const { network, client, gate } = scene()
  gate.createServer(socket => void socket.on('error', () => {})).listen(80)
  const it = running(gate, 'forward 192.0.2.10:8080:127.0.0.1:80 --allow 192.0.2.20 --log')
  await it.until(/listening/)
  const one = client.createConnection({ host: '192.0.2.10', port: 8080 })
  const broken = once(one, 'error')
  await it.until(/opened/)
  it.stop()
  await it.until(/waiting for 1 connection to end; once more, and they are cut/)
  it.again()
  assert.equal(((await broken)[0] as NodeJS.ErrnoException).code, 'ECONNRESET')
  assert.equal(await it.status, EXIT.done)
  assert.match(it.context.written.out, /closed 1 after .*: we cut it/)
  network.close()
})

test('a busy port is a clear no, with who has it', options, async () => {
  const { network, gate } = scene()
  gate.createServer(() => {}).listen({ port: 8080, host: '192.0.2.10' })
  for (const words of ['forward 192.0.2.10:8080:127.0.0.1:80', 'listen 192.0.2.10:8080']) {
    const it = running(gate, words)
    assert.equal(await it.status, EXIT.no)
    assert.match(it.context.written.err, /^ports: can’t listen on tcp 192\.0\.2\.10:8080\n {2}.*8080/)
    assert.equal(it.context.written.out, '')
  }
  network.close()
})

test('listen shows what they say so that it drives no terminal', options, async () => {
  const { network, client, gate } = scene()
  const it = running(gate, 'listen 8080 --host 192.0.2.10 --once')
  await it.until(/listening/)
  client.createConnection({ host: '192.0.2.10', port: 8080 }).end(Buffer.from('\x1b[2J caf\u00e9 \u202e'))
  assert.equal(await it.status, EXIT.done)
  assert.deepEqual(plainly(it.context.written.out), [
    '* listening on tcp 192.0.2.10:8080',
    '+ came 1 tcp from 192.0.2.20:N to 192.0.2.10:8080',
    '< said 1 14 bytes: \\x1b[2J caf\u00e9 \\u202e',
    '- left 1 after T, 14 bytes from them and 0 to them: they ended it',
  ])
  network.close()
})

test('what is no text is shown in hexadecimal, and said to programs as such', options, async () => {
  const { network, client, gate } = scene()
  const it = running(gate, 'listen 8080 --host 192.0.2.10 --once --json')
  await it.until(/listening/)
  client.createConnection({ host: '192.0.2.10', port: 8080 }).end(Buffer.from([0xff, 0x00, 0x10]))
  assert.equal(await it.status, EXIT.done)
  const said = it.context.written.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
    .find(({ type }) => type === 'said')
  assert.deepEqual([said.text, said.hex, said.bytes, said.seq], [null, 'ff0010', 3, 2])
  network.close()
})

test('listen on loopback says that only this machine gets there', options, async () => {
  const { network, gate } = scene()
  const it = running(gate, 'listen 8080 --timeout 5s')
  assert.equal(await it.status, EXIT.timedOut)
  assert.equal(it.context.written.err, "ports: only this machine gets there; --host '*' lets others\n")
  network.close()
})
