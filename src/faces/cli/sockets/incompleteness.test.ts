import assert from 'node:assert/strict'
import test from 'node:test'
import { type MachineDescription, openMemory } from '../../../os/memory/memory.ts'
import { readFilter, readTable, type TableRequest } from '../../../tools/sockets/sockets.ts'
import type { Warning } from '../render/json.ts'
import { incompleteness } from './incompleteness.ts'

/** Listeners on 3001 and up, `hidden` of them held by processes that nobody may look into. */
const host = (hidden: number, seen: number, more: MachineDescription = {}): MachineDescription => ({
  processes: [
    { pid: 10, run: 'node server.js' },
    ...Array.from({ length: hidden }, (_, i) => ({ pid: 20 + i, run: 'secret', hidden: true })),
  ],
  sockets: Array.from({ length: hidden + seen }, (_, i) => ({
    listen: `tcp 127.0.0.1:${3001 + i}`,
    by: i < hidden ? 20 + i : 10,
  })),
  ...more,
})
const read = (described: MachineDescription, request: TableRequest = {}) =>
  readTable(openMemory(described), { owners: true, ...request })

const SUDO = 'Run with sudo to see them.'
const ROOT = { coverage: { privileged: true } }
const rows: readonly (readonly [
  what: string,
  described: MachineDescription,
  message: string | null,
  hint?: string,
])[] = [
  ['all is seen', host(0, 3), null],
  ['nothing is there', host(0, 0), null],
  ['one of several', host(1, 2), 'the owner of 1 of 3 sockets is hidden', SUDO],
  ['two of several', host(2, 2), 'the owners of 2 of 4 sockets are hidden', SUDO],
  ['the only one', host(1, 0), 'the owner of the socket is hidden', SUDO],
  ['both', host(2, 0), 'the owners of both sockets are hidden', SUDO],
  ['all three', host(3, 0), 'the owners of all 3 sockets are hidden', SUDO],
  [
    'one process that root may not look into',
    host(1, 1, ROOT),
    'the owner of 1 of 2 sockets is hidden',
    'This system lets nobody look into process 20, not even root.',
  ],
  [
    'seven of them',
    host(7, 1, ROOT),
    'the owners of 7 of 8 sockets are hidden',
    'This system lets nobody look into processes 20, 21, 22, 23, 24 …, not even root.',
  ],
  [
    'processes that root doesn’t even see',
    host(0, 1, {
      coverage: { privileged: true, hidden: true },
      sockets: [{ listen: 'tcp 127.0.0.1:1' }],
    }),
    'the owner of the socket is hidden',
    'This system lets nobody look into them, not even root.',
  ],
]
for (const [what, described, message, hint] of rows) {
  test(`owners: ${what}`, async () => {
    const { complete, warnings } = incompleteness(await read(described))
    assert.equal(complete, message === null)
    assert.deepEqual(warnings, message === null ? [] : [{ code: 'owners-hidden', message, hint }])
  })
}

test('owners that were not asked for are not missing', async () => {
  assert.deepEqual(incompleteness(await read(host(1, 1), { owners: false })), {
    complete: true,
    warnings: [],
  })
})

test('a connection that nobody can own hides nobody', async () => {
  const described = host(1, 0, { sockets: [{ 'time-wait': 'tcp 127.0.0.1:80 > 127.0.0.1:50000' }] })
  assert.deepEqual(incompleteness(await read(described)), { complete: true, warnings: [] })
})

const UNDECIDED = [
  [1, host(1, 0), '1 socket could not be judged by the filter, because facts about it are hidden'],
  [2, host(2, 0), '2 sockets could not be judged by the filter, because facts about them are hidden'],
] as const
for (const [count, described, message] of UNDECIDED) {
  test(`${count} that the filter can’t judge`, async () => {
    const { complete, warnings } = incompleteness(
      await read(described, { filter: await readFilter('name = node') }),
    )
    assert.equal(complete, false)
    assert.deepEqual(warnings, [
      {
        code: 'filter-undecided',
        message,
        hint: 'Run with sudo, or filter by what everybody may see.',
      },
    ])
  })
}

test('root is not told to use sudo', async () => {
  const table = await read(host(1, 0, ROOT), { filter: await readFilter('name = node') })
  assert.match(incompleteness(table).warnings[0]!.hint!, /not even to root/)
})

test('what is missing beside the table comes first, and makes the answer incomplete', async () => {
  const unread: Warning = { code: 'namespaces-unread', message: '1 network namespace may not be read: blue' }
  const { complete, warnings } = incompleteness(await read(host(1, 1)), [unread])
  assert.equal(complete, false)
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['namespaces-unread', 'owners-hidden'],
  )
})

const NOTES = [
  ['table-unreadable', false],
  ['read-from-proc', false],
  ['ss-reads-it-otherwise', true],
] as const
for (const [code, complete] of NOTES) {
  test(`the note ${code} ${complete ? 'takes nothing from' : 'says that something is missing of'} the answer`, async () => {
    const table = await read(host(0, 1))
    const note = {
      code,
      severity: 'note',
      certainty: 'proven',
      subject: 'tcp',
      says: 'so it is',
      evidence: [],
      remedy: 'Do something.',
    } as const
    assert.deepEqual(incompleteness({ ...table, notes: [note] }), {
      complete,
      warnings: [{ code, message: 'so it is', hint: 'Do something.' }],
    })
  })
}
