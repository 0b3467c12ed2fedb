import assert from 'node:assert/strict'
import test from 'node:test'
import type { Libc } from '../ffi.ts'
import { bpfPrograms } from './bpf-programs.ts'
import { readCgroupPrograms } from './cgroup-programs.ts'
import { machineSources, type Sources } from './sources.ts'

const read = ({ files }: Pick<Sources, 'files'>, libc: Libc) =>
  readCgroupPrograms({ files }, libc, bpfPrograms(libc))

const MOUNT = '36 35 98:0 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n'

/** Groups by path, each with what is attached: type and count. */
function machine(
  groups: Readonly<Record<string, readonly (readonly [type: number, count: number])[]>>,
  errno = 0,
): readonly [files: Pick<Sources, 'files'>, libc: Libc] {
  const paths = Object.keys(groups)
  const libc = {
    errno: () => errno,
    open: (bytes: Uint8Array) => {
      const path = Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '')
      return paths.indexOf(path.slice('/sys/fs/cgroup'.length)) + 3
    },
    close: () => 0,
    addressOf: () => 0n,
    bpf(command: number, attributes: Uint8Array) {
      // What the programs are may not be asked: they are numbers, and the kernel wrote zeros.
      if (command !== 16 || errno !== 0) return -1
      const [fd, type] = new Uint32Array(attributes.slice(0, 8).buffer)
      const count = groups[paths[fd! - 3]!]!.find(([one]) => one === type)?.[1] ?? 0
      attributes.set(new Uint8Array(Uint32Array.of(count).buffer), 24)
      return 0
    },
  } as unknown as Libc
  const files: Sources['files'] = {
    ...machineSources().files,
    read: () => Buffer.from(MOUNT),
    folders: path =>
      paths.flatMap(one => {
        const inside = one.startsWith(`${path.slice('/sys/fs/cgroup'.length)}/`)
        const rest = one.slice(path.length - '/sys/fs/cgroup'.length + 1)
        return inside && rest !== '' && !rest.includes('/') ? [rest] : []
      }),
  }
  return [{ files }, libc]
}

test('programs of every group are told, with what they are for', () => {
  const told = read(
    ...machine({
      '': [],
      '/system.slice': [[0, 1]],
      '/system.slice/db.service': [
        [1, 2],
        [10, 1],
      ],
    }),
  )
  assert.deepEqual(told, {
    known: true,
    value: [
      {
        kind: 'cgroup',
        place: '/system.slice',
        direction: 'ingress',
        says: 'program 0 for packets that arrive',
        programs: [{ id: 0 }],
      },
      {
        kind: 'cgroup',
        place: '/system.slice/db.service',
        direction: 'egress',
        says: 'programs 0, 0 for packets that leave',
        programs: [{ id: 0 }, { id: 0 }],
      },
      {
        kind: 'cgroup',
        place: '/system.slice/db.service',
        direction: 'egress',
        family: 'ipv4',
        says: 'program 0 for connect, IPv4',
        programs: [{ id: 0 }],
      },
    ],
  })
})

test('without the right to ask, that is said', () => {
  assert.deepEqual(read(...machine({ '': [] }, 1)), { known: false, reason: 'denied' })
})

test('a machine without such groups has no such programs', () => {
  const [{ files }, libc] = machine({})
  const told = read({ files: { ...files, read: () => Buffer.from('') } }, libc)
  assert.deepEqual(told, { known: true, value: [] })
})
