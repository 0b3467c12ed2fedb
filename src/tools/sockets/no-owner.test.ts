import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_OWNER_REASONS, type NoOwnerReason } from '../../model/owner.ts'
import { SOCKET_STATES } from '../../model/socket.ts'
import { openMemory } from '../../os/memory/memory.ts'
import type { Coverage } from '../../os/os.ts'
import { type RowSpec, tableOf } from './filter/rows.cases.ts'
import { NO_OWNER_SAYS, NO_OWNER_WORDS, whyNoOwner } from './no-owner.ts'
import { overhear } from './overheard.cases.ts'
import { readTable } from './table.ts'

const ALL_SEEN: Coverage = {
  processes: 9,
  refused: [],
  hidden: false,
  confined: false,
  privileged: true,
  unsupported: false,
}
const listener: RowSpec = { state: 'listen', local: '0.0.0.0:80', inode: 5 }
const connection = (state: RowSpec['state'], rest: Partial<RowSpec> = {}): RowSpec => ({
  state,
  local: '127.0.0.1:80',
  peer: '127.0.0.1:40000',
  ...rest,
})

const ROWS: readonly (readonly [
  name: string,
  row: RowSpec,
  coverage: Partial<Coverage> | null,
  reason: NoOwnerReason,
])[] = [
  ['waits out late segments', connection('time-wait', { timer: 'time-wait' }), {}, 'time-wait'],
  ['waits, and no timer is told', connection('time-wait'), {}, 'time-wait'],
  [
    'a late FIN_WAIT_2 is a mini-socket as well',
    connection('fin-wait-2', { timer: 'time-wait' }),
    {},
    'time-wait',
  ],
  ['FIN_WAIT_1 after close', connection('fin-wait-1'), {}, 'orphaned'],
  ['FIN_WAIT_2 after close', connection('fin-wait-2'), {}, 'orphaned'],
  ['FIN_WAIT_2 with another timer', connection('fin-wait-2', { timer: 'keepalive' }), {}, 'orphaned'],
  ['CLOSING after close', connection('closing'), {}, 'orphaned'],
  ['LAST_ACK after close', connection('last-ack'), {}, 'orphaned'],
  ['closed before it was connected', connection('syn-sent'), {}, 'orphaned'],
  ['half a handshake', connection('syn-recv'), {}, 'half-open'],
  ['established, in the accept queue', connection('established'), {}, 'not-accepted'],
  ['closed by the peer, in the accept queue', connection('close-wait'), {}, 'not-accepted'],
  [
    'a unix connection in the accept queue',
    { protocol: 'unix', state: 'connected', local: '/s' },
    {},
    'not-accepted',
  ],
  ['a listener without a descriptor is being closed', { ...listener, inode: 0 }, {}, 'vanished'],
  [
    'so is a bound socket',
    { protocol: 'udp', state: 'bound', local: '0.0.0.0:53', inode: 0 },
    {},
    'vanished',
  ],
  ['so is one in state closed', connection('closed'), {}, 'vanished'],
  ['all was seen, and nobody holds it', listener, {}, 'kernel'],
  ['a kernel’s connection', connection('established', { inode: 5 }), {}, 'kernel'],
  ['held in a state in which most are not', connection('fin-wait-2', { inode: 5 }), {}, 'kernel'],
  ['one process may not be read', listener, { refused: [1] }, 'denied'],
  ['processes can’t even be seen', listener, { hidden: true }, 'denied'],
  ['not even by root', listener, { refused: [1], privileged: true }, 'denied'],
  ['all that are in this container were seen', listener, { confined: true }, 'other-namespace'],
  ['in a container, and one may not be read', listener, { confined: true, refused: [7] }, 'denied'],
  ['in a container, and some can’t be seen', listener, { confined: true, hidden: true }, 'denied'],
  ['the system does not tell', listener, { unsupported: true }, 'unsupported'],
  [
    'what the system does not tell is not denied',
    listener,
    { unsupported: true, refused: [1], hidden: true, confined: true },
    'unsupported',
  ],
  ['nobody asked', listener, null, 'not-asked'],
  ['nobody asked, and there is none anyway', connection('time-wait'), null, 'time-wait'],
  [
    'denied, and there is none anyway',
    connection('established'),
    { refused: [1], hidden: true },
    'not-accepted',
  ],
  ['not told, and there is none anyway', connection('syn-recv'), { unsupported: true }, 'half-open'],
]
for (const [name, row, coverage, reason] of ROWS) {
  test(`${name}: ${reason}`, () => {
    const told = whyNoOwner(tableOf([row]), 0, coverage === null ? null : { ...ALL_SEEN, ...coverage })
    assert.equal(told, reason)
  })
}

test('the rows tell every reason apart', () => {
  assert.deepEqual([...new Set(ROWS.map(row => row[3]))].sort(), [...NO_OWNER_REASONS].sort())
})

test('the row asked for is judged, not its neighbours', () => {
  const columns = tableOf([connection('time-wait'), connection('syn-recv'), listener])
  assert.deepEqual(
    [0, 1, 2].map(row => whyNoOwner(columns, row, ALL_SEEN)),
    ['time-wait', 'half-open', 'kernel'],
  )
})

test('law: a socket without a descriptor never waits for a right, whatever its state', () => {
  for (const state of SOCKET_STATES) {
    const columns = tableOf([connection(state)])
    for (const coverage of [null, ALL_SEEN, { ...ALL_SEEN, hidden: true, refused: [1] }]) {
      const reason = whyNoOwner(columns, 0, coverage)
      assert.ok(
        ['time-wait', 'orphaned', 'half-open', 'not-accepted', 'vanished'].includes(reason),
        `${state}: ${reason}`,
      )
    }
  }
})

for (const [kind, says] of [
  ['words', NO_OWNER_WORDS],
  ['sentences', NO_OWNER_SAYS],
] as const) {
  test(`${kind}: one for each reason, none like another`, () => {
    assert.deepEqual(Object.keys(says).sort(), [...NO_OWNER_REASONS].sort())
    assert.equal(new Set(Object.values(says)).size, NO_OWNER_REASONS.length)
    for (const text of Object.values(says)) assert.match(text, /^\w.*[\w)]$/, 'no full stop, no blank')
  })
}

test('a machine on which there is one socket for each reason but those that a whole host has', async () => {
  const host = openMemory({
    processes: [{ pid: 812 }],
    sockets: [
      { 'time-wait': 'tcp 127.0.0.1:1 > 127.0.0.1:9' },
      { 'last-ack': 'tcp 127.0.0.1:2 > 127.0.0.1:9' },
      { 'syn-recv': 'tcp 127.0.0.1:3 > 127.0.0.1:9' },
      { established: 'tcp 127.0.0.1:4 > 127.0.0.1:9', inode: 0 },
      { listen: 'tcp 0.0.0.0:5' },
      { listen: 'tcp 0.0.0.0:6' },
      { listen: 'tcp 0.0.0.0:7', by: 812 },
    ],
  })
  const { machine } = host
  const { os } = overhear(host, {
    owners(before) {
      if (before === 1) machine.close([...machine.sockets].find(({ socket }) => isAt(socket.local, 6))!)
    },
  })
  const { rows, facts } = await readTable(os, { owners: true })
  assert.deepEqual(
    [...rows].map(row => facts.noOwner(row)),
    ['time-wait', 'orphaned', 'half-open', 'not-accepted', 'kernel', 'vanished', null],
  )
})

const isAt = (end: object, port: number): boolean => 'port' in end && end.port === port

const HOSTS: readonly (readonly [
  name: string,
  coverage: Partial<Coverage>,
  owners: boolean,
  reason: NoOwnerReason,
])[] = [
  ['hidden processes', { hidden: true }, true, 'denied'],
  ['a container', { confined: true }, true, 'other-namespace'],
  ['a system that tells no owners', { unsupported: true }, true, 'unsupported'],
  ['a table without owners', {}, false, 'not-asked'],
]
for (const [name, coverage, owners, reason] of HOSTS) {
  test(`${name}: ${reason}`, async () => {
    const os = openMemory({ coverage, sockets: [{ listen: 'tcp 0.0.0.0:5' }] })
    const { facts } = await readTable(os, { owners })
    assert.equal(facts.noOwner(0), reason)
  })
}
