import assert from 'node:assert/strict'
import test from 'node:test'
import { no, RIGHTS, yes } from '../../../os/can.ts'
import type { OS } from '../../../os/os.ts'
import { EXIT } from '../exit.ts'
import { runFake } from '../fake-context.ts'

const host = {
  platform: 'linux',
  hostname: 'harbour',
  can: async () => ({
    ...Object.fromEntries(RIGHTS.map(right => [right, yes('netlink')])),
    'all-owners': no('CAP_SYS_PTRACE is missing', 'Run with sudo.'),
  }),
  close: async () => {},
} as Partial<OS> as OS
const options = { os: host, env: { HOME: '/srv/alice' }, files: { '/etc/services': 'http 80/tcp\n' } }

test('ports self says in words what it is and what it may see', async () => {
  const { status, out, err } = await runFake(['self'], options)
  assert.equal(status, EXIT.done)
  assert.equal(err, '')
  for (const line of [
    /^portolan\t\d+\.\d+\.\d+$/m,
    /^node\t24\.0\.0$/m,
    /^platform\tlinux x64$/m,
    /^registry\tIANA’s of \d{4}-\d\d-\d\d, built in$/m,
    /^names from\t\/etc\/services$/m,
    /^state folder\t\/srv\/alice\/\.local\/state\/portolan$/m,
    /^owners in all processes\tno: CAP_SYS_PTRACE is missing\. Run with sudo\.$/m,
    /^sockets of this namespace\tyes: netlink$/m,
  ]) {
    assert.match(out, line)
  }
})

test('ports self --json says the same, and every right', async () => {
  const { items } = JSON.parse((await runFake(['self', '--json'], options)).out)
  assert.deepEqual(Object.keys(items[0].can).sort(), [...RIGHTS].sort())
  assert.equal(items[0].registry.source, 'built in')
})
