import assert from 'node:assert/strict'
import test from 'node:test'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'
import { wrongWithJson } from '../schemas/wrong-with-json.cases.ts'

const machine = (more: object = {}) =>
  openMemory({
    processes: [
      { pid: 812, run: 'node server.js', uid: 1000, ...more },
      { pid: 813, run: 'dnsmasq' },
    ],
    sockets: [
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 },
      { bound: 'udp 0.0.0.0:53', by: 813 },
    ],
    users: { 1000: 'alice' },
  })

/** Runs a command on a machine whose clock is turned until it is done. */
async function run(line: string, os = machine(), answers?: readonly string[]) {
  let over = false
  const asked = answers === undefined ? {} : { answers }
  const running = runFake(line.split(' '), { os, terminal: 80, ...asked }).finally(() => {
    over = true
  })
  for (let turn = 0; turn < 2000 && !over; turn++) {
    await os.clock.advance(50)
    await new Promise(resolve => setImmediate(resolve))
  }
  return running
}

test('it shows who would be ended and how, asks, and says that the port is free', async () => {
  const os = machine()
  const { status, out, err } = await run('stop 3000', os, ['y'])
  assert.equal(status, EXIT.done)
  assert.equal(
    out,
    [
      'port 3000 is held by node server.js (pid 812), alice, who opened it',
      '  node server.js',
      '  1 connection through it would break',
      '  would do: SIGTERM to node server.js (pid 812), wait up to 5 s',
      'node server.js (pid 812) has ended',
      'port 3000 is free',
      '',
    ].join('\n'),
  )
  assert.equal(err, 'End node server.js (pid 812)? [y/N] y\n')
})

for (const answer of ['n', '', 'yeah', 'N']) {
  test(`the answer "${answer}" ends nothing`, async () => {
    const os = machine()
    const { status, err } = await run('stop 3000', os, [answer])
    assert.equal(status, EXIT.no)
    assert.match(err, /nothing was ended/)
    assert.ok(os.machine.processes.has(812))
  })
}

test('who holds several of the ports is named once in the question', async () => {
  const { err } = await run('stop 3000 tcp/3000 53', machine(), ['n'])
  assert.match(err, /^End node server\.js \(pid 812\), dnsmasq \(pid 813\)\? \[y\/N\]/)
})

test('nobody to ask is E_STOP_UNCONFIRMED, with --json, too', async () => {
  for (const line of ['stop 3000', 'stop 3000 --json', 'stop --connection sport = :3000']) {
    const os = machine()
    const { status, err } = await run(line, os)
    assert.equal(status, EXIT.usage)
    assert.match(err, /nothing was ended: there is no terminal/)
    assert.ok(os.machine.processes.has(812))
  }
})

test('--dry-run ends nothing', async () => {
  const os = machine()
  assert.equal((await run('stop 3000 udp/53 --dry-run', os)).status, EXIT.done)
  assert.ok(os.machine.processes.has(812) && os.machine.processes.has(813))
  assert.equal((await run('stop 3001 --dry-run')).status, EXIT.nothingMatched)
})

test('a port that nobody holds ends with 3, beside one that was freed with 0', async () => {
  assert.equal((await run('stop 3001 --yes')).status, EXIT.nothingMatched)
  assert.equal((await run('stop 3001 3000 --yes')).status, EXIT.done)
})

test('what ignores SIGTERM: asked about at a terminal, left with --yes, killed with --force', async () => {
  const stubborn = () => machine({ ignores: ['SIGTERM'] })
  const asked = await run('stop 3000', stubborn(), ['y', 'y'])
  assert.equal(asked.status, EXIT.done)
  assert.match(asked.err, /node server\.js \(pid 812\) still runs\. Kill it\? \[y\/N\] y/)
  assert.match(asked.out, /was killed/)
  const left = await run('stop 3000 --yes', stubborn())
  assert.equal(left.status, EXIT.no)
  assert.match(left.out, /still runs after SIGTERM; --force kills it/)
  assert.match(left.out, /port 3000 is still held by node server\.js \(pid 812\)/)
  assert.equal((await run('stop 3000 --yes --force', stubborn())).status, EXIT.done)
})

const JSONS = [
  'stop 3000 udp/53 --yes --json',
  'stop 3000 --dry-run --json',
  'stop 3001 --yes --json',
  'stop 3000 --yes -o ndjson',
  'stop --connection --yes --json sport = :3000',
  'stop --connection --dry-run --json sport = :3000',
  'stop --connection --yes --json sport = :3999',
]
for (const line of JSONS) {
  test(`what "ports ${line}" writes is as its schema says`, async () => {
    assert.deepEqual(wrongWithJson((await run(line)).out), [])
  })
}

for (const [line, code] of [
  ['stop', 'Run'],
  ['stop 0', 'port 0 is reserved'],
  ['stop 70000', 'is not an endpoint'],
  ['stop nonsense', 'is not an endpoint'],
  ['stop 3000 --timeout soon', 'length of time'],
  ['stop --connection', ''],
  ['stop 192.0.2.77:3000 --yes', 'is not this machine'],
] as const) {
  test(`ports ${line} is refused`, async () => {
    const { status, err } = await run(line)
    assert.equal(status, EXIT.usage)
    assert.ok(err.includes(code), err)
  })
}

test('an empty filter is E_STOP_FILTER', async () => {
  const { status, out } = await runFake(['stop', '--connection', '--yes', '--json', ' '], { os: machine() })
  assert.equal(status, EXIT.usage)
  assert.equal(JSON.parse(out).code, 'E_STOP_FILTER')
})
