import assert from 'node:assert/strict'
import test from 'node:test'
import type { FileTree } from './file-tree.ts'
import { readLineage, terminalName } from './lineage.ts'

/** Documentation/admin-guide/devices.txt of the kernel; numbers as new_encode_dev makes them. */
const DEVICES: readonly (readonly [device: number, name: string | null])[] = [
  [0, null],
  [(4 << 8) | 1, 'tty1'],
  [(4 << 8) | 64, 'ttyS0'],
  [(5 << 8) | 1, 'console'],
  [(136 << 8) | 3, 'pts/3'],
  [(137 << 8) | 3, 'pts/259'],
  [(188 << 8) | 2, 'ttyUSB2'],
  [(204 << 8) | 64, 'ttyAMA0'],
  [(229 << 8) | 0, 'hvc0'],
  [(240 << 8) | 7, '240:7'],
]
for (const [device, name] of DEVICES) {
  test(`device ${device} is ${name ?? 'no terminal'}`, () => assert.equal(terminalName(device), name))
}

test('a process and those it was started from, with what sshd said', () => {
  const stat = (pid: number, parent: number, terminal: number) =>
    `${pid} (a) b) S ${parent} 1 1 ${terminal} 1 4194304 0`
  const texts: Record<string, string> = {
    '/proc/9/stat': stat(9, 8, (136 << 8) | 3),
    '/proc/9/status': 'Name:\ta\nUid:\t1000\t0\t0\t0\n',
    '/proc/8/stat': stat(8, 1, 0),
    '/proc/8/environ': 'A=1\0SSH_CONNECTION=192.0.2.7 1 192.0.2.1 22\0B=2\0',
    '/proc/1/stat': stat(1, 0, 0),
  }
  const files = {
    read(path: string) {
      const text = texts[path]
      if (path === '/proc/1/environ') throw Object.assign(new Error(path), { code: 'EACCES' })
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
      return Buffer.from(text)
    },
  } as FileTree
  assert.deepEqual(readLineage(files, 9), [
    { pid: 9, uid: 0, terminal: 'pts/3', sshConnection: null, hidden: false },
    { pid: 8, uid: 0, terminal: null, sshConnection: '192.0.2.7 1 192.0.2.1 22', hidden: false },
    { pid: 1, uid: 0, terminal: null, sshConnection: null, hidden: true },
  ])
})
