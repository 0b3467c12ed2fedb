/** `--sim` before a command. What commands then say is in golden files, `test/golden/commands/sim-*.golden`. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { COMMANDS } from './commands.ts'
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

const RULES = 'table inet portolan { chain in { type filter hook input priority filter; policy accept; }; }'
const FLOW = 'tcp 203.0.113.1:4000 -> 203.0.113.10:443'

/** Each command with words that make sense on the web server of the example, and how it ends (docs/exit-status.md). */
const LINES: Readonly<Record<string, readonly [words: readonly string[], status: number]>> = {
  overview: [[], 0],
  explain: [['443'], 0],
  ls: [['ls', '-tl'], 0],
  watch: [['watch', '--timeout', '3s'], 5],
  stop: [['stop', '3000', '--yes'], 0],
  wait: [['wait', 'web:443'], 0],
  why: [['why', '203.0.113.10:443'], 0],
  scan: [['scan', '203.0.113.10', '--ports', '443,444'], 0],
  forward: [['forward', '8080:web:443', '--dry-run'], 0],
  listen: [['listen', '8080', '--timeout', '1s'], 5],
  capacity: [['capacity'], 0],
  'nat show': [['nat'], 0],
  'nat type': [['nat', 'type', '--server', '203.0.113.1', '--timeout', '1s'], 5],
  'nat plan': [['nat', 'plan', '--subscribers', '100', '--rate', '1', '--hold', '10s'], 0],
  trace: [['trace', FLOW], 0],
  'fw show': [['fw'], 0],
  'fw test': [['fw', 'test', FLOW], 0],
  'fw explain': [['fw', 'explain', '443'], 0],
  'fw find': [['fw', 'find', '--allow', 'tcp dport 443'], 0],
  'fw lint': [['fw', 'lint'], 0],
  'fw diff': [['fw', 'diff', 'new.nft'], 1],
  'fw export': [['fw', 'export'], 0],
  'fw status': [['fw', 'status'], 6],
  'fw apply': [['fw', 'apply', 'new.nft'], 6],
  'fw confirm': [['fw', 'confirm'], 6],
  'fw rollback': [['fw', 'rollback'], 6],
  'fw open': [['fw', 'open', '81', '--yes'], 6],
  'fw close': [['fw', 'close', '443', '--yes'], 6],
  'fw generate': [['fw', 'generate'], 0],
  'fw watchdog': [['fw', 'watchdog', 'none'], 6],
  name: [['name', '443'], 0],
  'can-bind': [['can-bind', '8080'], 0],
  free: [['free'], 0],
  lease: [['lease', 'shop', '--dry-run'], 0],
  leases: [['leases'], 0],
  release: [['release', 'shop'], 3],
  exec: [['exec', 'shop', '--dry-run', '--', 'true'], 0],
  'hold-lease': [['hold-lease', 'none'], 0],
  agent: [['agent', '--stdio'], 0],
  platform: [['platform'], 0],
  completions: [['completions', 'bash'], 0],
  schema: [['schema', 'sockets'], 0],
  self: [['self'], 0],
}
const town = readFileSync(new URL('../../../docs/examples/town.yaml', import.meta.url), 'utf8')
const files = { 'town.yaml': town, 'new.nft': RULES, '/srv/shop/new.nft': RULES }

for (const name of Object.keys(COMMANDS)) {
  test(`on a simulated host: ports ${name}`, async () => {
    const row = LINES[name]
    assert.ok(row !== undefined, `give ${name} a line in this table: every command runs on a simulated host`)
    const [words, wanted] = row
    const { status, err } = await runFake(['--sim', 'town.yaml', '--host', 'web', ...words], { files })
    assert.equal(status, wanted, err)
  })
}
