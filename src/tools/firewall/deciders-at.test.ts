import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemory } from '../../os/memory/memory.ts'
import type { Decider } from '../../os/os.ts'
import { decidersAt } from './deciders-at.ts'

const os = openMemory({
  processes: [
    { pid: 812, run: 'postgres', unit: 'postgresql.service' },
    { pid: 813, run: 'sshd', unit: 'ssh.service' },
  ],
  sockets: [
    { listen: 'tcp 0.0.0.0:5432', by: 812, cgroup: '/system.slice/postgresql.service' },
    { listen: 'tcp 0.0.0.0:22', by: 813, cgroup: '/system.slice/ssh.service' },
    { listen: 'tcp 0.0.0.0:9999' },
  ],
})
const XDP: Decider = { kind: 'xdp', place: 'eth0', direction: 'ingress', says: 'program 7' }
const ROOT: Decider = { kind: 'cgroup', place: '/', direction: 'ingress', says: 'program 8' }
const SLICE: Decider = { kind: 'systemd', place: '-.slice', says: 'IPAddressDeny=any' }
const OF_POSTGRES: Decider = { kind: 'systemd', place: 'postgresql.service', says: 'IPAddressDeny=any' }
const OF_JOURNAL: Decider = { kind: 'systemd', place: 'systemd-journald.service', says: 'IPAddressDeny=any' }

const ROWS: readonly [name: string, port: number, found: readonly Decider[]][] = [
  ['a unit’s own list concerns its sockets', 5432, [XDP, ROOT, SLICE, OF_POSTGRES]],
  ['and nobody else’s', 22, [XDP, ROOT, SLICE]],
  ['where its group isn’t known, it may be in any', 9999, [XDP, ROOT, SLICE, OF_POSTGRES, OF_JOURNAL]],
  ['nor a port that nobody has', 80, [XDP, ROOT, SLICE]],
]
for (const [name, port, found] of ROWS) {
  test(name, async () => {
    assert.deepEqual(
      await decidersAt(os, [XDP, ROOT, SLICE, OF_POSTGRES, OF_JOURNAL], { protocol: 6, port }),
      found,
    )
  })
}
