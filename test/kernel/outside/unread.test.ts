/**
 * Root of a user namespace may read the rules of a network namespace of its own, and not what bpf(2) tells: the answer is
 * then said to be part of one.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { PORTS, ran } from '../stage/troupe.ts'
import { whyNoPrograms } from './harness.ts'

const skip = whyNoPrograms()
const RULES =
  'table inet f {\n chain i {\n type filter hook input priority 0; policy accept;\n tcp dport 23 drop\n }\n}\n'
const PREPARE = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip address add 10.9.0.1/24 dev v0',
  'ip link set v0 up',
]
const FLOW = 'tcp 127.0.0.1:4000 -> 127.0.0.1:22'

const LINES: readonly (readonly [words: readonly string[], status: number])[] = [
  [['fw', 'test', FLOW], 0],
  [['fw', 'explain', '10.9.0.1:22'], 0],
  [['fw', 'show'], 0],
  [['fw', 'find', '--allow', 'tcp dport 22'], 0],
  [['fw', 'lint'], 1],
  [[], 0],
]

test('without bpf(2) every answer says that it is part of one, and is none with --strict', {
  skip,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-unread-'))
  const rules = join(folder, 'rules.nft')
  writeFileSync(rules, RULES)
  const script = [...PREPARE, `nft -f ${rules}`, 'echo ready', 'exec cat > /dev/null'].join(' && ')
  const words = ['--user', '--map-root-user', '--net', 'sh', '-c', script]
  const keeper = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(keeper, 'close')
  try {
    await once(keeper.stdout, 'data')
    const inside = ['nsenter', `--target=${keeper.pid}`, '--user', '--net', '--preserve-credentials']
    const ports = (...more: string[]) => ran([...inside, process.execPath, PORTS, ...more])
    for (const [line, status] of LINES) {
      const told = await ports(...line, '--json')
      assert.equal(told.status, status, `${line.join(' ')}: ${told.err}`)
      const { complete, warnings } = JSON.parse(told.out)
      assert.equal(complete, false, line.join(' '))
      const said = warnings.map(({ message }: { message: string }) => message).join('\n')
      assert.match(said, /decides outside of the rules is not all known \(denied\): tcx, netfilter, .*cgroup/)
      assert.equal((await ports(...line, '--json', '--strict')).status, 4, line.join(' '))
    }
  } finally {
    keeper.stdin.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
})
