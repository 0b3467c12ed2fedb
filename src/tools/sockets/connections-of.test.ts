import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemory } from '../../os/memory/memory.ts'
import { connectionsOf } from './connections-of.ts'
import { listenersOf } from './listeners.ts'
import { readTable } from './table.ts'

const ROWS: readonly [name: string, listens: readonly string[], local: string, want: string | null][] = [
  [
    'the specific listener goes before the wildcard',
    ['tcp 0.0.0.0:80', 'tcp 127.0.0.1:80'],
    'tcp 127.0.0.1:80',
    '127.0.0.1',
  ],
  ['the wildcard takes the rest', ['tcp 0.0.0.0:80', 'tcp 127.0.0.1:80'], 'tcp 192.0.2.1:80', '0.0.0.0'],
  ['an IPv4 client of a dual-stack listener', ['tcp [::]:80'], 'tcp [::ffff:192.0.2.1]:80', '::'],
  [
    'a mapped connection and a specific IPv4 listener',
    ['tcp [::]:80', 'tcp 192.0.2.1:80'],
    'tcp [::ffff:192.0.2.1]:80',
    '192.0.2.1',
  ],
  ['IPv6 by its own address', ['tcp [::]:80', 'tcp [2001:db8::1]:80'], 'tcp [2001:db8::1]:80', '2001:db8::1'],
  [
    'IPv4 goes before a wildcard of both families',
    ['tcp 0.0.0.0:80', 'tcp [::]:80'],
    'tcp 192.0.2.1:80',
    '0.0.0.0',
  ],
  ['whichever comes first', ['tcp [::]:80', 'tcp 0.0.0.0:80'], 'tcp 192.0.2.1:80', '0.0.0.0'],
  ['IPv6 is not for an IPv4 wildcard', ['tcp [::]:80', 'tcp 0.0.0.0:80'], 'tcp [2001:db8::1]:80', '::'],
  ['not even where nobody else is', ['tcp 0.0.0.0:80'], 'tcp [2001:db8::1]:80', null],
  ['a listener elsewhere has nothing to do with it', ['tcp 127.0.0.1:80'], 'tcp 192.0.2.1:80', null],
]

for (const [name, listens, local, want] of ROWS) {
  test(name, async () => {
    const peer = local.includes('[') ? '[2001:db8::99]:40000' : '198.51.100.7:40000'
    const os = openMemory({
      // Each with a holder of its own, so that they stay apart.
      processes: listens.map((_, i) => ({ pid: 100 + i, run: `server ${i}` })),
      sockets: [
        ...listens.map((listen, i) => ({ listen, by: 100 + i })),
        {
          established: `${local} > ${local.includes('ffff') ? '[::ffff:198.51.100.7]:40000' : peer}`,
          by: 100,
        },
      ],
    })
    const table = await readTable(os, { owners: true })
    await table.facts.prepare(table.rows, { owners: true, exposure: true })
    const listeners = listenersOf(table)
    const connection = [...table.rows].find(row => table.columns.peerPort[row] === 40000)!
    const found = [...connectionsOf(table.columns, listeners, [connection])].find(
      ([, rows]) => rows.length > 0,
    )
    const address = found === undefined ? null : table.facts.exposure(found[0].rows[0]!)
    assert.equal(
      found === undefined ? null : listens[listens.findIndex((_, i) => found[0].pids[0] === 100 + i)],
      want === null ? null : listens.find(listen => listen.includes(want.includes(':') ? `[${want}]` : want)),
    )
    assert.equal(address === null, want === null)
  })
}

for (const [local, through] of [
  ['[2001:db8::1]', true],
  ['[::ffff:192.0.2.1]', false],
] as const) {
  test(`a wildcard of IPv6 alone is ${through ? '' : 'not '}for ${local}`, async () => {
    const os = openMemory({
      processes: [{ pid: 100 }, { pid: 101 }],
      sockets: [
        { listen: 'tcp 127.0.0.1:80', by: 100 },
        { listen: 'tcp [::]:80', v6only: true, by: 101 },
        { established: `tcp ${local}:80 > ${local}:40000`, by: 100 },
      ],
    })
    const table = await readTable(os, { owners: true })
    await table.facts.prepare(table.rows, { owners: true, exposure: true })
    const listeners = listenersOf(table)
    const found = connectionsOf(table.columns, listeners, [2])
    assert.deepEqual(
      listeners.map(listener => found.get(listener)!.length),
      through ? [0, 1] : [0, 0],
    )
  })
}
