/** What `ports scan` makes of its words, how it ends, and what it says while it runs. Its outputs are golden files. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory } from '../../../os/memory/memory.ts'
import type { OS } from '../../../os/os.ts'
import { runFake } from '../fake-context.ts'
import { Progress, progressText } from '../scan/progress.ts'
import { duration } from '../scan/scan-item.ts'

const MACHINE: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'eth0 198.51.100.7/24'],
  sockets: [{ listen: 'tcp 127.0.0.1:22' }],
  elsewhere: { '198.51.100.8': 'unknown local-ENOBUFS', '198.51.100.9': 'closed reset 1' },
}

const scanned = (words: string, os: OS = openMemory(MACHINE)) =>
  runFake(['scan', ...words.split(' ')], { os, terminal: 80 })

const STATUSES: readonly (readonly [what: string, words: string, status: number])[] = [
  ['a port is open', '127.0.0.1 -p 20-30', 0],
  ['a port is open, others could not be asked', '127.0.0.1 198.51.100.8 -p 22', 0],
  ['none is open', '198.51.100.9 -p 20-30', 3],
  ['none is open, and some could not be asked', '198.51.100.8 198.51.100.9 -p 20-30', 6],
  ['a dry run', '198.51.100.8 --dry-run', 0],
]
for (const [what, words, status] of STATUSES)
  test(`${what}: exits with ${status}`, async () => {
    assert.equal((await scanned(words)).status, status)
  })

for (const allowed of ['--allow 192.0.2.0/24 --allow 203.0.113.0/24', '--allow 192.0.2.0/24,203.0.113.0/24'])
  test(`networks that may be scanned: ${allowed}`, async () => {
    const ran = await scanned(`192.0.2.1 203.0.113.1 --dry-run -o json ${allowed}`)
    assert.equal(ran.status, 0, ran.err)
    assert.match(ran.out, /192\.0\.2\.1[\s\S]*203\.0\.113\.1/)
  })

const WRONG: readonly (readonly [words: string, says: RegExp])[] = [
  ['127.0.0.1 -p 22 --top 5', /--ports and --top can’t both be had/],
  ['127.0.0.1 -p 22-', /"22-" is not a set of ports: "22-" has no end/],
  ['127.0.0.1 -p no-such-service', /is not a set of ports/],
  ['127.0.0.1 --top 0', /"0" is not a number of ports/],
  ['127.0.0.1 --top 65536', /"65536" is not a number of ports/],
  ['127.0.0.1 --rate -5', /rate/],
  ['127.0.0.1 --rate 1000001', /"1000001" is not a rate/],
  ['127.0.0.1 --tries 11', /"11" is not a number of tries/],
  ['127.0.0.1 --tries 1.5', /"1\.5" is not a number of tries/],
  ['127.0.0.1 --at-once 0', /"0" is not a number of sockets/],
  ['127.0.0.1 --seed 4294967296', /"4294967296" is not a seed/],
  ['127.0.0.1 --allow 10.0.0.1/8', /is not an address prefix/],
  ['127.0.0.1 --timeout soon', /"soon" is not a length of time/],
  ['127.0.0.1 --source here', /"here" is not an IP address/],
  ['::1 127.0.0.1 --source 127.0.0.1', /127\.0\.0\.1 is of another family/],
  ['192.0.2.1', /192\.0\.2\.1 is not scanned/],
  ['nowhere.example', /no address \(ENOTFOUND\)\s+Write a name, an address, a prefix or a range/],
]
for (const [words, says] of WRONG)
  test(`refused: ${words}`, async () => {
    const { status, out, err } = await scanned(words)
    assert.equal(status, 2)
    assert.equal(out, '')
    assert.match(err, says)
  })

test('what was found until it was interrupted is told, and that it was', async () => {
  const stop = new AbortController()
  const memory = openMemory(MACHINE)
  const os: OS = {
    ...memory,
    async *probe(plan, options) {
      yield* memory.probe({ ...plan, ports: plan.ports.slice(0, 3) })
      stop.abort()
      options?.signal?.throwIfAborted()
    },
  }
  const { out } = await runFake(['scan', '127.0.0.1', '-p', '21-30', '--json'], { os, signal: stop.signal })
  const told = JSON.parse(out) as {
    complete: boolean
    warnings: { code: string }[]
    items: { port: number }[]
  }
  assert.equal(told.complete, false)
  assert.deepEqual(
    told.warnings.map(({ code }) => code),
    ['interrupted'],
  )
  assert.deepEqual(
    told.items.map(({ port }) => port),
    [22],
  )
})

test('a dry run asks nobody', async () => {
  const os: OS = {
    ...openMemory(MACHINE),
    // biome-ignore lint/correctness/useYield: whoever asks it has failed
    async *probe() {
      throw new Error('somebody was asked')
    },
  }
  assert.equal((await scanned('127.0.0.1 --dry-run', os)).status, 0)
})

test('names of hosts lose what could drive a terminal', async () => {
  const { out, err } = await scanned('127.0.0.1 d\u001b[2Jb')
  assert.doesNotMatch(`${out}${err}`, /\u001b\[2J/)
})

test('progress tells how many, how fast, and how long yet', () => {
  const told = { done: 500, open: 3, all: 2500, ms: 10_000 }
  assert.equal(progressText(told), '500 of 2500 ports, 50 a second, 40 s left, 3 open')
  assert.match(progressText({ ...told, done: 0 }), /nothing settled yet/)
})

function recorded(isTTY: boolean, columns: number) {
  const said: string[] = []
  return {
    said,
    to: { isTTY, columns, write: (chunk: string | Uint8Array) => void said.push(String(chunk)) },
  }
}

test('on a terminal progress is one line, written over and taken away; elsewhere a line now and then', async () => {
  for (const isTTY of [true, false]) {
    let now = 0
    const { to, said } = recorded(isTTY, 30)
    const progress = new Progress(to, 1000, () => now)
    for (let done = 0; now < 20_100; now += 100) await progress.step(done++, 1)
    await progress.end()
    const text = said.join('')
    if (isTTY) {
      assert.doesNotMatch(text, /\n/)
      const lines = text.split('\r').filter(line => line.trim() !== '')
      assert.ok(lines.length > 50 && lines.every(line => line.length < 30), `${lines.length} lines`)
      assert.match(text, /\r {10,}\r$/)
    } else assert.equal(text.match(/\n/g)?.length, 2)
  }
})

test('what takes less than a second has no progress', async () => {
  let now = 0
  const { to, said } = recorded(true, 80)
  const progress = new Progress(to, 10, () => now)
  for (; now < 1000; now += 50) await progress.step(1, 0)
  await progress.end()
  assert.deepEqual(said, [])
})

test('lengths of time', () => {
  assert.deepEqual([412, 12_000, 185_000, 7_800_000].map(duration), [
    '0.4 s',
    '12 s',
    '3 min 5 s',
    '2 h 10 min',
  ])
})
