/** Waiting on machines that are made up, whose clock is turned by hand: each kind of target, each reason. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, type MemoryOS, openMemory } from '../../os/memory/memory.ts'
import { parseWaitTarget, type WaitOptions, type WaitResult, waitFor, waiting } from './wait.ts'

/** Turns the clock until it is done; some thousand turns are more than any wait here takes. */
async function done<T>(os: MemoryOS, waited: Promise<T>): Promise<T> {
  let over = false
  const end = waited.finally(() => {
    over = true
  })
  end.catch(() => {})
  for (let turn = 0; turn < 5000 && !over; turn++) {
    await os.clock.advance(20)
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.ok(over, 'it still waits')
  return end
}

const run = (os: MemoryOS, targets: string | string[], options: WaitOptions = {}): Promise<WaitResult> =>
  done(os, waitFor(os, targets, { timeoutMs: 1000, ...options }))

const SERVER: MachineDescription = {
  processes: [{ pid: 812, run: 'node server.js' }],
  sockets: [
    { listen: 'tcp 127.0.0.1:3000', by: 812 },
    { bound: 'udp 0.0.0.0:53', by: 812 },
    { listen: 'unix /run/db.sock', by: 812 },
    { bound: 'tcp 127.0.0.1:4000', by: 812 },
  ],
  files: ['/srv/ready'],
  pages: { 'http://localhost:3000/health': 200, 'http://127.0.0.1:3000/broken': 503 },
  names: { db: ['::1'], web: ['::1', '127.0.0.1'] },
}

const READY: readonly (readonly [target: string, says: RegExp])[] = [
  ['127.0.0.1:3000', /^127\.0\.0\.1:3000 answers$/],
  [':3000', /localhost means ::1 first, where it is refused/],
  ['web:3000', /on 127\.0\.0\.1, but web means ::1 first, where it is refused/],
  ['udp/53', /bound/],
  ['unix:/run/db.sock', /there/],
  ['file:/srv/ready', /there/],
  ['http-get://localhost:3000/health', /answers/],
]
for (const [target, says] of READY) {
  test(`${target} is there`, async () => {
    const { ready, targets } = await run(openMemory(SERVER), target)
    assert.equal(ready, true)
    assert.match(targets[0]!.reason.says, says)
  })
}

const LATE: readonly (readonly [target: string, code: string, says: RegExp])[] = [
  ['127.0.0.1:3001', 'refused', /^nobody listens on 127\.0\.0\.1:3001 \(refused\)$/],
  ['[::1]:3000', 'refused', /the server listens on 127\.0\.0\.1 only$/],
  ['db:3000', 'refused', /nobody listens on \[::1\]:3000.*the server listens on 127\.0\.0\.1 only/],
  ['127.0.0.1:4000', 'refused', /a program has bound 127\.0\.0\.1 and does not listen yet/],
  ['localhost:3001', 'refused', /nobody listens on \[::1\]:3001 \(refused\), nor on 127\.0\.0\.1/],
  ['nowhere:3000', 'unresolved', /the name nowhere has no address \(ENOTFOUND\)/],
  ['udp/54', 'refused', /nobody has udp port 54 here/],
  ['file:/srv/steady', 'absent', /^there is no \/srv\/steady$/],
  ['unix:/run/other.sock', 'absent', /there is no \/run\/other\.sock/],
  ['http-get://127.0.0.1:3000/broken', 'broken', /HTTP 503$/],
]
for (const [target, code, says] of LATE) {
  test(`${target} isn’t there: ${code}`, async () => {
    const { ready, targets } = await run(openMemory(SERVER), target)
    assert.equal(ready, false)
    assert.equal(targets[0]!.reason.code, code)
    assert.match(targets[0]!.reason.says, says)
    assert.ok(targets[0]!.waitedMs >= 1000)
  })
}

test('it comes while it is waited for, and the reasons are told as they change', async () => {
  const os = openMemory({ processes: [{ pid: 812, run: 'node server.js' }] })
  const told: string[] = []
  await done(
    os,
    (async () => {
      for await (const event of waiting(os, [parseWaitTarget('127.0.0.1:3000')])) {
        if (event.type === 'done') {
          told.push(event.result.ready ? 'ready' : 'late')
          continue
        }
        told.push(event.reason.says)
        if (told.length === 1) os.machine.open({ bound: 'tcp 127.0.0.1:3000', by: 812 })
        else os.machine.open({ listen: 'tcp 127.0.0.1:3000', by: 812 })
      }
    })(),
  )
  assert.deepEqual(told, [
    'nobody listens on 127.0.0.1:3000 (refused)',
    'nobody listens on 127.0.0.1:3000 (refused); a program has bound 127.0.0.1 and does not listen yet',
    'ready',
  ])
})

test('--free says who holds the port, and sees its end at once', async () => {
  const os = openMemory(SERVER)
  const seen: string[] = []
  const started = os.clock.monotonic()
  let ended = Number.POSITIVE_INFINITY
  await done(
    os,
    (async () => {
      const options = { free: true, intervalMs: 100_000 }
      for await (const event of waiting(os, [parseWaitTarget(':3000')], options)) {
        if (event.type === 'done') ended = os.clock.monotonic()
        else {
          seen.push(event.reason.says)
          os.machine.exit(812)
        }
      }
    })(),
  )
  assert.deepEqual(seen, ['it is held by node server.js (pid 812)'])
  assert.ok(ended - started < 60_000)
})

test('--free of a port that is never freed gives up with the holder’s name', async () => {
  const { ready, targets } = await run(openMemory(SERVER), ':3000', { free: true })
  assert.equal(ready, false)
  assert.deepEqual(targets[0]!.reason, { code: 'held', says: 'it is held by node server.js (pid 812)' })
})

test('--free of a file and a name waits until they are gone', async () => {
  const os = openMemory(SERVER)
  assert.equal((await run(os, ['file:/srv/ready'], { free: true })).ready, false)
  os.machine.files.delete('/srv/ready')
  assert.equal((await run(os, ['file:/srv/ready', '[::1]:9999'], { free: true })).ready, true)
})

test('what comes and goes is not there until it stays', async () => {
  const os = openMemory({ files: ['/srv/ready'] })
  const late = await run(os, 'file:/srv/ready', { stableMs: 2000 })
  assert.equal(late.ready, false)
  const steady = await run(os, 'file:/srv/ready', { stableMs: 500 })
  assert.equal(steady.ready, true)
  assert.ok(steady.targets[0]!.waitedMs >= 500)
})

test('all targets have to come, and each says for itself', async () => {
  const { ready, targets } = await run(openMemory(SERVER), ['127.0.0.1:3000', 'file:/srv/steady'])
  assert.equal(ready, false)
  assert.deepEqual(
    targets.map(one => one.ready),
    [true, false],
  )
})

test('a signal ends it', async () => {
  const os = openMemory(SERVER)
  const stop = new AbortController()
  const waited = waitFor(os, 'file:/srv/steady', { signal: stop.signal })
  stop.abort()
  await assert.rejects(done(os, waited), { name: 'AbortError' })
})

for (const [what, machine, says] of [
  [
    'hidden',
    { processes: [{ pid: 812, hidden: true, uid: 1000 }], coverage: { privileged: false } },
    /somebody who can’t be named/,
  ],
  ['gone already', {}, /no process has it any more/],
] as const) {
  test(`--free of a port whose holder is ${what}`, async () => {
    const by = what === 'hidden' ? { by: 812 } : {}
    const os = openMemory({ ...machine, sockets: [{ listen: 'tcp 127.0.0.1:3000', inode: 77, ...by }] })
    const { targets } = await run(os, ':3000', { free: true })
    assert.match(targets[0]!.reason.says, says)
  })
}
