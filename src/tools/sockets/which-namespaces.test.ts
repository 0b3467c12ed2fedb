import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFault } from '../../model/fault.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { overhear } from './overheard.cases.ts'
import { whichNamespaces } from './which-namespaces.ts'

const OWN = 4_026_531_840
const machine = openMemory({
  namespaces: [
    { inode: 4_026_532_001, name: 'blue' },
    { inode: 4_026_532_002, name: '990' },
    { inode: 991, name: 'shut', unreadable: 'denied' },
    { inode: 4_026_532_004 },
  ],
  processes: [
    { pid: 812 },
    { pid: 990, netns: 'blue' },
    { pid: 991, netns: 'blue' },
    { pid: 992, netns: 'shut' },
  ],
})

const FOUND: readonly (readonly [meaning: string, text: string | undefined, inodes: readonly number[]])[] = [
  ['our own, where nothing is said', undefined, [OWN]],
  ['our own', 'self', [OWN]],
  ['all that can be read, our own first', 'all', [OWN, 4_026_532_001, 4_026_532_002, 4_026_532_004]],
  ['a name', 'blue', [4_026_532_001]],
  ['an inode', '4026532004', [4_026_532_004]],
  ['our own by its inode', String(OWN), [OWN]],
  ['a process', '812', [OWN]],
  ['a process that lives elsewhere', '0990', [4_026_532_001]],
  ['a name goes before a process', '990', [4_026_532_002]],
]
for (const [meaning, text, inodes] of FOUND) {
  test(`${text ?? 'nothing'}: ${meaning}`, async () =>
    assert.deepEqual(await whichNamespaces(machine, text), inodes))
}

const REFUSED: readonly (readonly [meaning: string, text: string, code: string])[] = [
  ['no such name', 'green', 'E_NETNS_UNKNOWN'],
  ['neither inode nor process', '4711', 'E_NETNS_UNKNOWN'],
  ['nothing at all', '', 'E_NETNS_UNKNOWN'],
  ['a number that is none', '812x', 'E_NETNS_UNKNOWN'],
  ['a number in other clothes', '0x32c', 'E_NETNS_UNKNOWN'],
  ['a number with blanks', ' 812', 'E_NETNS_UNKNOWN'],
  ['names are told apart by case', 'Blue', 'E_NETNS_UNKNOWN'],
  ['may not be read', 'shut', 'E_NETNS_DENIED'],
  ['an inode goes before a process: may not be read', '991', 'E_NETNS_DENIED'],
  ['a process in one that may not be read', '992', 'E_NETNS_DENIED'],
]
for (const [meaning, text, code] of REFUSED) {
  test(`"${text}": ${meaning}`, async () => {
    await assert.rejects(whichNamespaces(machine, text), error => isFault(error) && error.code === code)
  })
}

test('our own is told without looking for others', async () => {
  const { os, asked } = overhear(machine)
  await whichNamespaces(os, 'self')
  assert.deepEqual(asked, [])
})
