import assert from 'node:assert/strict'
import test from 'node:test'
import { openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'
import { wrongWithJson } from '../schemas/wrong-with-json.cases.ts'

async function run(line: string) {
  const os = openMemory({
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [{ listen: 'tcp 127.0.0.1:3000', by: 812 }],
    files: ['/srv/ready'],
  })
  let over = false
  const running = runFake(line.split(' '), { os }).finally(() => {
    over = true
  })
  for (let turn = 0; turn < 2000 && !over; turn++) {
    await os.clock.advance(50)
    await new Promise(resolve => setImmediate(resolve))
  }
  return running
}

test('what is there is a row, what is waited for is said on stderr', async () => {
  const there = await run('wait 127.0.0.1:3000 file:/srv/ready')
  assert.equal(there.status, EXIT.done)
  assert.equal(there.err, '')
  assert.equal(
    there.out,
    [
      'target\tready\twaited\twhy',
      '127.0.0.1:3000\tyes\t0.0 s\t127.0.0.1:3000 answers',
      'file:/srv/ready\tyes\t0.0 s\t/srv/ready is there',
      '',
    ].join('\n'),
  )
  const late = await run('wait 127.0.0.1:3001 --timeout 1s')
  assert.equal(late.status, EXIT.timedOut)
  assert.match(
    late.err,
    /^ports: waiting for 127\.0\.0\.1:3001: nobody listens on 127\.0\.0\.1:3001 \(refused\)\n/,
  )
  assert.match(late.err, /\nports: gave up on 127\.0\.0\.1:3001 after 1\.\d s: nobody listens/)
  assert.doesNotMatch((await run('wait 127.0.0.1:3001 -q --timeout 1s')).err, /waiting/)
})

for (const line of [
  'wait 127.0.0.1:3000 file:/srv/ready --json',
  'wait --free :3000 nowhere:3000 -t 1s --json',
  'wait http-get://127.0.0.1:3000/ -t 1s -o ndjson',
]) {
  test(`what "ports ${line}" writes is as its schema says`, async () => {
    const { out } = await run(line)
    assert.notEqual(out, '')
    assert.deepEqual(wrongWithJson(out), [])
  })
}

for (const [line, says] of [
  ['wait', 'Run'],
  ['wait --', 'Run'],
  ['wait -- ls', 'nothing to wait for'],
  ['wait :3000 --', 'no command stands after'],
  ['wait nonsense', 'nothing to wait for'],
  ['wait :3000 --timeout 0', 'length of time'],
  ['wait :3000 --stable never', 'length of time'],
] as const) {
  test(`ports ${line} is refused`, async () => {
    const { status, err } = await run(line)
    assert.equal(status, EXIT.usage)
    assert.ok(err.includes(says), err)
  })
}
