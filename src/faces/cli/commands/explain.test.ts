/** `ports explain host:port` where the host is a name; what it prints is in the golden files. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory } from '../../../os/memory/memory.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'

const machine: MachineDescription = {
  addresses: ['lo 127.0.0.1/8', 'lo ::1/128', 'eth0 203.0.113.7/24'],
  processes: [
    { pid: 812, run: 'node server.js' },
    { pid: 813, run: 'node other.js' },
    { pid: 814, run: 'node six.js' },
  ],
  sockets: [
    { listen: 'tcp 203.0.113.7:3000', by: 812 },
    { listen: 'tcp 127.0.0.1:3000', by: 813 },
    { listen: 'tcp [::1]:3000', by: 814 },
  ],
}
const hostNames = { '203.0.113.7': 'shop.example', '127.0.0.1': 'here', '::1': 'here' }
const ask = (target: string) => runFake(['explain', target, '--json'], { os: openMemory(machine), hostNames })

const rows: readonly (readonly [target: string, status: number, pids: readonly number[]])[] = [
  ['shop.example:3000', EXIT.done, [812]],
  ['here:3000', EXIT.done, [813, 814]],
  ['tcp/here:3000', EXIT.done, [813, 814]],
  ['udp/here:3000', EXIT.nothingMatched, []],
  ['127.0.0.1:3000', EXIT.done, [813]],
  [':3000', EXIT.done, [812, 813, 814]],
]
for (const [target, status, pids] of rows) {
  test(`ports explain ${target}: ${pids.join(', ') || 'nobody'}`, async () => {
    const answer = await ask(target)
    assert.equal(answer.status, status)
    const { listeners } = JSON.parse(answer.out).items[0]
    const found = listeners.flatMap(({ owners }: { owners: { pid: number }[] }) => owners.map(one => one.pid))
    assert.deepEqual(found.toSorted(), pids)
  })
}

test('a name without an address is E_HOST_UNKNOWN, with what the system said', async () => {
  const { status, out, err } = await ask('nowhere.example:3000')
  assert.equal(status, EXIT.usage)
  const { code, details } = JSON.parse(out)
  assert.equal(code, 'E_HOST_UNKNOWN')
  assert.deepEqual(details, { host: 'nowhere.example', code: 'ENOTFOUND' })
  assert.match(err, /"nowhere\.example" has no address \(ENOTFOUND\)/)
})
