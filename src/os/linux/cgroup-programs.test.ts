import assert from 'node:assert/strict'
import test from 'node:test'
import type { Libc } from '../ffi.ts'
import { readCgroupPrograms } from './cgroup-programs.ts'
import { machineSources, type Sources } from './sources.ts'

const MOUNT = '36 35 98:0 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n'

/** Groups by path, each with what is attached: type and count. */
function machine(
  groups: Readonly<Record<string, readonly (readonly [type: number, count: number])[]>>,
  errno = 0,
): Sources {
  const paths = Object.keys(groups)
  const libc = {
    errno: () => errno,
    open: (bytes: Uint8Array) => {
      const path = Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '')
      return paths.indexOf(path.slice('/sys/fs/cgroup'.length)) + 3
    },
    close: () => 0,
    bpf(command: number, attributes: Uint8Array) {
      assert.equal(command, 16)
      if (errno !== 0) return -1
      const [fd, type] = new Uint32Array(attributes.slice(0, 8).buffer)
      const count = groups[paths[fd! - 3]!]!.find(([one]) => one === type)?.[1] ?? 0
      attributes.set(new Uint8Array(Uint32Array.of(count).buffer), 24)
      return 0
    },
  } as unknown as Libc
  return {
    ...machineSources(),
    ffi: { libc },
    files: {
      ...machineSources().files,
      read: () => Buffer.from(MOUNT),
      folders: path =>
        paths.flatMap(one => {
          const inside = one.startsWith(`${path.slice('/sys/fs/cgroup'.length)}/`)
          const rest = one.slice(path.length - '/sys/fs/cgroup'.length + 1)
          return inside && rest !== '' && !rest.includes('/') ? [rest] : []
        }),
    },
  }
}

test('programs of every group are told, with what they are for', () => {
  const told = readCgroupPrograms(
    machine({
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
        says: '1 program for packets that arrive',
      },
      {
        kind: 'cgroup',
        place: '/system.slice/db.service',
        direction: 'egress',
        says: '2 programs for packets that leave',
      },
      { kind: 'cgroup', place: '/system.slice/db.service', says: '1 program for connect, IPv4' },
    ],
  })
})

test('without the right to ask, that is said', () => {
  assert.deepEqual(readCgroupPrograms(machine({ '': [] }, 1)), { known: false, reason: 'denied' })
})

test('a machine without such groups has no such programs', () => {
  const { files, ...rest } = machine({})
  const told = readCgroupPrograms({ ...rest, files: { ...files, read: () => Buffer.from('') } })
  assert.deepEqual(told, { known: true, value: [] })
})
