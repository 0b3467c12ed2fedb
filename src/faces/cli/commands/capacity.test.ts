import assert from 'node:assert/strict'
import test from 'node:test'
import { MACHINES } from '../../../../test/golden/machines.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'

const wrong: readonly (readonly [words: string, code: string, says: RegExp])[] = [
  ['plan --rate lots --hold 60', 'E_VALUE_SYNTAX', /"lots" is not a rate/],
  ['plan --rate 0 --hold 60', 'E_VALUE_SYNTAX', /"0" is not a rate/],
  ['plan --rate 1e9 --hold 60', 'E_VALUE_SYNTAX', /"1e9" is not a rate/],
  ['plan --rate 1 --hold 0', 'E_DURATION_SYNTAX', /"0" is not a length of time/],
  ['plan --rate 1 --hold 60 --addresses 0', 'E_VALUE_SYNTAX', /"0" is not a count/],
  ['plan --rate 1 --hold 60 --destinations 2.5', 'E_VALUE_SYNTAX', /"2.5" is not a count/],
  ['plan --rate 1 --hold 60 --range 60999-32768', 'E_VALUE_SYNTAX', /"60999-32768" is not a range/],
  ['plan --rate 1 --hold 60 --range 1-65536', 'E_VALUE_SYNTAX', /is not a range/],
  ['plan --rate 1', 'E_USAGE', /needs --rate and --hold/],
  ['plan --rate 1 --hold 1 --range 1-2 --provider aws', 'E_USAGE', /exclude each other/],
  ['plan --rate 1 --hold 1 --provider acme', 'E_USAGE', /acme/],
  ['plan --rate 1 --hold 1 --watch', 'E_USAGE', /looks at nothing/],
  ['plan plan', 'E_USAGE', /"plan plan"/],
  ['forecast', 'E_USAGE', /"forecast"/],
  ['--rate 800', 'E_USAGE', /--rate is for "ports capacity plan"/],
  ['--to 10.0.0.300:1', 'E_ENDPOINT_SYNTAX', /10\.0\.0\.300/],
  ['--to 0', 'E_USAGE', /port 0/],
  ['--to udp/10.0.0.1:53', 'E_USAGE', /TCP, not udp/],
  ['--interval soon', 'E_DURATION_SYNTAX', /"soon"/],
  ['--watch -o prom', 'E_USAGE', /one answer/],
  ['--json -o prom', 'E_USAGE', /--json and -o prom/],
]
for (const [words, code, says] of wrong) {
  test(`ports capacity ${words}: ${code}`, async () => {
    const argv = ['capacity', ...words.split(' ')]
    const { status, out, err } = await runFake(argv, { os: openMemory() })
    assert.deepEqual([status, out.startsWith('{') ? '' : out], [EXIT.usage, ''])
    assert.match(err + out, says)
    if (!words.includes('json')) {
      const asJson = await runFake([...argv, '--json'], { os: openMemory() })
      if (asJson.out !== '') assert.match(asJson.out, new RegExp(`${code}|E_USAGE`))
    }
  })
}

test('a name that has no address is a fault', async () => {
  const { status, err } = await runFake(['capacity', '--to', 'db.example:443'], { os: openMemory() })
  assert.equal(status, EXIT.usage)
  assert.match(err, /"db\.example" has no address/)
})

test('a watch shows every look until it is interrupted, and what was used as a line of blocks', async () => {
  const os = openMemory(MACHINES.exhausted!.description)
  const stop = new AbortController()
  const running = runFake(['capacity', '--watch', '--interval', '1s'], {
    os,
    terminal: 100,
    signal: stop.signal,
  })
  for (let look = 0; look < 3; look++) {
    while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
    os.machine.open({
      'time-wait': `tcp 10.0.0.7:${40_031 + 2 * look} > 10.0.0.8:443`,
      timer: { kind: 'time-wait', ms: 59_900, retransmits: 0 },
    })
    await os.clock.advance(1000)
  }
  while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  const { out } = await running
  assert.equal(out.match(/^2026-01-02T03:04:\d\d\.\d{3}Z$/gm)?.length, 3)
  // 26, 27 and 28 of 36 ports: 5.8, 6 and 6.2 eighths.
  assert.match(out, /28 +36 .*▆▇▇/)
})

test('a watch for a program is a stream of pools without gaps', async () => {
  const os = openMemory(MACHINES.exhausted!.description)
  const stop = new AbortController()
  const running = runFake(['capacity', '--watch', '--interval', '1s', '-o', 'ndjson'], {
    os,
    signal: stop.signal,
  })
  for (let look = 0; look < 2; look++) {
    while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
    await os.clock.advance(1000)
  }
  while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  const lines = (await running).out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    lines.map((_, i) => i),
  )
  assert.equal(new Set(lines.map(({ at }) => at)).size, 2)
})

test('Prometheus text is as its format says: HELP, TYPE, then samples, labels escaped (version 0.0.4)', async () => {
  const os = openMemory({
    ...MACHINES.exhausted!.description,
    processes: [{ pid: 812, run: 'x', name: 'say "hi"\\' }],
  })
  const running = runFake(['capacity', '-o', 'prom'], { os })
  while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
  await os.clock.advance(1000)
  const { out } = await running
  const sample =
    /^[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (?:-?\d+(?:\.\d+)?|\+Inf)$/
  for (const line of out.trimEnd().split('\n'))
    assert.ok(/^# (?:HELP|TYPE) portolan_\w+ \S/.test(line) || sample.test(line), line)
  assert.match(out, /pool="open files of say \\"hi\\"\\\\ \(pid 812\)"/)
  assert.match(out, /portolan_pool_cause\{[^}]*code="time-wait-churn",severity="critical"\} 1\n/)
})

test('in a narrow terminal columns go, and no number is cut', async () => {
  const os = openMemory(MACHINES.exhausted!.description)
  const running = runFake(['capacity'], { os, terminal: 42 })
  while (os.clock.sleepers < 1) await new Promise(resolve => setImmediate(resolve))
  await os.clock.advance(1000)
  const { out } = await running
  assert.match(out, /accept-queue-overflow/)
  assert.doesNotMatch(out, /\d…(?: |$)/m)
})
