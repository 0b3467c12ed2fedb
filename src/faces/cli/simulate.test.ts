/** `--sim` before a command. What commands then say is in golden files, `test/golden/commands/sim-*.golden`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { runFake } from './fake-context.ts'

const ALONE = 'hosts:\n  web:\n    sockets:\n      - { listen: "tcp 0.0.0.0:80" }\n'

test('a network of one host needs no --host', async () => {
  const { status, out } = await runFake(['--sim', 'one.yaml', 'ls'], { files: { 'one.yaml': ALONE } })
  assert.equal(status, 0)
  assert.match(out, /0\.0\.0\.0:80/)
})

test('a network may come by standard input', async () => {
  const { status, out } = await runFake(['--sim', '-', '80'], { input: ALONE })
  assert.equal(status, 0)
  assert.match(out, /80/)
})

test('rules of a simulated host are not changed', async () => {
  const { status, err } = await runFake(['--sim', '-', 'fw', 'open', '81', '--yes'], { input: ALONE })
  assert.notEqual(status, 0)
  assert.match(err, /described/)
})

test('the schema of scenario files is printed', async () => {
  const { status, out } = await runFake(['schema', 'scenario'])
  assert.equal(status, 0)
  const schema = JSON.parse(out) as { title: string; properties: Record<string, unknown> }
  assert.equal(schema.title, 'A simulated network')
  assert.deepEqual(Object.keys(schema.properties), ['seed', 'hosts', 'links', 'connections'])
})
