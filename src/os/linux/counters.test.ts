/** Counters out of a tree of files: what is missing or refused, and what other kernels lack. Needs no Linux. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { known, unknown } from '../../model/known.ts'
import { readCounters } from './counters.ts'
import type { FileTree } from './file-tree.ts'

const failing = (code: string): never => {
  throw Object.assign(new Error(code), { code })
}

/** Texts by path; a path in `refused` gives that code, any other ENOENT. */
const treeOf = (
  texts: Readonly<Record<string, string>>,
  refused: Readonly<Record<string, string>> = {},
  descriptors = { size: 0, names: ['0', '1', '2'] },
): FileTree => ({
  read: path => Buffer.from(texts[path] ?? failing(refused[path] ?? 'ENOENT')),
  list: path => (refused[path] === undefined ? descriptors.names : failing(refused[path])),
  folders: () => [],
  link: () => failing('ENOENT'),
  stat: path => (refused[path] === undefined ? { inode: 1, size: descriptors.size } : failing(refused[path])),
})

const LIMITS = 'Max open files            1024                 524288               files\n'

test('without any file nothing is known, and nothing is made up', () => {
  const { descriptors, ...rest } = readCounters(treeOf({}), null, { pids: [7] })
  for (const one of Object.values(rest)) assert.deepEqual(one, unknown('unsupported'))
  assert.deepEqual(descriptors.get(7), unknown('vanished'))
})

test('counters of IPv4 are told where there is no IPv6', () => {
  const { sockets } = readCounters(treeOf({ '/proc/net/sockstat': 'TCP: inuse 3 tw 4\n' }), null)
  assert.deepEqual(
    sockets,
    known(
      new Map([
        ['TCP.inuse', 3],
        ['TCP.tw', 4],
      ]),
    ),
  )
})

test('tracked connections without the file of what was dropped', () => {
  const folder = '/proc/sys/net/netfilter'
  const { conntrack } = readCounters(
    treeOf({ [`${folder}/nf_conntrack_count`]: '12\n', [`${folder}/nf_conntrack_max`]: '262144\n' }),
    null,
  )
  const none = unknown('unsupported')
  assert.deepEqual(
    conntrack,
    known({ entries: 12, limit: 262_144, drop: none, insertFailed: none, earlyDrop: none }),
  )
})

const PROCESSES = [
  [
    'their number by the size of the folder (Linux 6.2)',
    {},
    { size: 40, names: [] },
    known({ open: 40, limit: 1024 }),
  ],
  ['before that by its names', {}, { size: 0, names: ['0', '1', '9'] }, known({ open: 3, limit: 1024 })],
  ['another user’s', { '/proc/7/fd': 'EACCES' }, undefined, unknown('denied')],
  ['one that has just exited', { '/proc/7/fd': 'ENOENT' }, undefined, unknown('vanished')],
] as const
for (const [what, refused, folder, told] of PROCESSES) {
  test(`descriptors of a process: ${what}`, () => {
    const tree = treeOf(
      { '/proc/7/limits': LIMITS },
      refused,
      folder === undefined ? undefined : { ...folder, names: [...folder.names] },
    )
    assert.deepEqual(readCounters(tree, null, { pids: [7] }).descriptors.get(7), told)
  })
}
