/** The writer of bytes against the columns that it stands for: the same text for any table. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES, type SocketState, TIMER_KINDS } from '../../../model/socket.ts'
import { familyCode, SocketColumns, UNTOLD, UNTOLD_BYTE } from '../../../model/socket-columns.ts'
import { openMemory } from '../../../os/memory/memory.ts'
import type { Coverage, Ownership } from '../../../os/os.ts'
import { TableFacts } from '../../../tools/sockets/facts.ts'
import { OwnerIndex, type SocketTable } from '../../../tools/sockets/sockets.ts'
import { plainLines } from '../render/plain.ts'
import { defaultColumns } from './socket-columns.ts'
import { socketLines, writeNumber } from './socket-lines.ts'

const NAMESPACES = [4026531840, 4026532001]

const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
const padded = (bytes: Iterable<number>, at = 0): Uint8Array => {
  const all = new Uint8Array(16)
  all.set([...bytes], at)
  return all
}
const mapped = (bytes: Iterable<number>): Uint8Array => padded([0xff, 0xff, ...bytes], 10)
const addresses = {
  ipv4: fc
    .oneof(v4, fc.constantFrom([0, 0, 0, 0], [127, 0, 0, 1], [255, 255, 255, 255]))
    .map(some => padded(some)),
  ipv6: fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    v4.map(mapped),
    v4.map(some => padded(some, 12)),
    fc.constantFrom(
      padded([]),
      padded([1], 15),
      padded([0xfe, 0x80, 1]),
      mapped([0, 0, 0, 0]),
      padded([0xff, 0x02]),
    ),
    // Nearly a mapped address.
    fc.nat(9).map(at => mapped([10, 0, 0, 1]).with(at, 1)),
  ),
  unix: fc.constant(padded([])),
}
const number32 = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 9, 10, UNTOLD - 1, UNTOLD))
const port = fc.oneof(fc.nat(65535), fc.constantFrom(0, 80, 65535))
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '/run/db.sock',
    '@abstract',
    '',
    'a\tb',
    'a\nb',
    '\x1b[2J',
    '\u202e',
    '\ud800',
    '帆船',
    'x'.repeat(3000),
  ),
)

const row = fc.constantFrom(...FAMILIES).chain(family =>
  fc.record({
    family: fc.constant(family),
    protocol: fc.constantFrom(...SOCKET_PROTOCOLS.filter(one => (one === 'unix') === (family === 'unix'))),
    state: fc.constantFrom(...SOCKET_STATES),
    timer: fc.constantFrom(...TIMER_KINDS),
    v6only: fc.constantFrom(0, 1, UNTOLD_BYTE),
    local: addresses[family],
    peer: fc.oneof(addresses[family], fc.constant(padded([]))),
    localPort: family === 'unix' ? fc.constant(0) : port,
    peerPort: family === 'unix' ? fc.constant(0) : port,
    interface: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(4)),
    netns: fc.constantFrom(...NAMESPACES),
    inode: fc.nat(6),
    receiveQueue: number32,
    sendQueue: number32,
    name: oddText,
    peerInode: fc.option(number32),
  }),
)
type Row = typeof row extends fc.Arbitrary<infer One> ? One : never

const holder = fc.record({
  inode: fc.integer({ min: 1, max: 4 }),
  pid: fc.integer({ min: 10, max: 15 }),
  fd: fc.nat(9),
})
const coverage: fc.Arbitrary<Coverage> = fc.record({
  processes: fc.constant(5),
  refused: fc.constantFrom([], [99]),
  hidden: fc.boolean(),
  confined: fc.boolean(),
  privileged: fc.boolean(),
  unsupported: fc.boolean(),
})

/** Processes 10 to 14 have names; 15 is gone. */
const hostWith = (names: readonly string[]) =>
  openMemory({
    addresses: ['lo 127.0.0.1/8', 'eth0 203.0.113.7/24', 'we\u202eird 10.0.0.1/8'],
    namespaces: [{ inode: NAMESPACES[1]!, addresses: ['lo 127.0.0.1/8', 'veth 10.0.0.2/8'] }],
    processes: names.map((name, i) => ({ pid: 10 + i, name })),
  })

async function tableOf(
  rows: readonly Row[],
  holders: readonly { inode: number; pid: number; fd: number }[] | null,
  told: Coverage,
  names: readonly string[],
): Promise<SocketTable> {
  const columns = new SocketColumns()
  for (const one of rows) append(columns, one)
  const os = hostWith(names)
  const ownership: Ownership | null =
    holders === null
      ? null
      : {
          length: holders.length,
          inode: Uint32Array.from(holders, ({ inode }) => inode),
          pid: Uint32Array.from(holders, ({ pid }) => pid),
          fd: Uint32Array.from(holders, ({ fd }) => fd),
          coverage: told,
        }
  const owners = ownership === null ? null : new OwnerIndex(ownership)
  const facts = new TableFacts(os, columns, owners, ownership === null ? null : told)
  const all = Uint32Array.from(rows, (_, i) => i).reverse()
  await facts.prepare(all, { owners: true, exposure: true })
  return {
    own: os.netns,
    columns,
    rows: all,
    owners,
    coverage: ownership?.coverage ?? null,
    facts,
    notes: [],
    undecided: 0,
  }
}

function append(columns: SocketColumns, one: Row): void {
  const at = columns.add()
  columns.family[at] = familyCode(one.family)
  columns.protocol[at] = SOCKET_PROTOCOLS.indexOf(one.protocol)
  columns.state[at] = SOCKET_STATES.indexOf(one.state as SocketState)
  columns.timer[at] = TIMER_KINDS.indexOf(one.timer)
  columns.local.set(one.local, at * 16)
  columns.peer.set(one.peer, at * 16)
  for (const key of [
    'v6only',
    'localPort',
    'peerPort',
    'interface',
    'netns',
    'inode',
    'receiveQueue',
    'sendQueue',
  ] as const)
    columns[key][at] = one[key]
  if (one.family !== 'unix') return
  if (one.name !== '') columns.names.set(at, one.name)
  if (one.peerInode !== null) columns.peerInodes.set(at, one.peerInode)
}

const written = (table: SocketTable, header: boolean, owners: boolean): string =>
  Buffer.concat(Array.from(socketLines(table, { header, owners }), piece => Buffer.from(piece))).toString()
const expected = (table: SocketTable, header: boolean, owners: boolean): string =>
  [...plainLines(defaultColumns(table, { owners }), table.rows, { header })].join('')

test('law: whatever is in a table, the bytes are what its columns say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 12 }),
      fc.option(fc.array(holder, { maxLength: 8 })),
      coverage,
      fc.array(oddText, { minLength: 5, maxLength: 5 }),
      fc.boolean(),
      async (rows, holders, told, names, header) => {
        const table = await tableOf(rows, holders, told, names)
        const owners = holders !== null
        assert.equal(written(table, header, owners), expected(table, header, owners))
      },
    ),
    { numRuns: 500 },
  )
})

test('the same over many chunks, with rows that are longer than one', async () => {
  const some = fc.sample(row, { numRuns: 200, seed: 1 })
  const long = { ...some.find(({ family }) => family === 'unix')!, name: 'y'.repeat(400_000) }
  const rows = Array.from({ length: 20_000 }, (_, i) => (i % 7000 === 6999 ? long : some[i % some.length]!))
  const nobody = {
    processes: 1,
    refused: [],
    hidden: false,
    confined: false,
    privileged: true,
    unsupported: false,
  }
  const table = await tableOf(rows, [{ inode: 1, pid: 10, fd: 3 }], nobody, ['node', 'b', 'c', 'd', 'e'])
  const text = expected(table, true, true)
  assert.ok(text.length > 4 * 256 * 1024)
  assert.ok(written(table, true, true) === text)
})

test('a socket of a process that has just been closed says so', async () => {
  const [one] = fc.sample(row, { numRuns: 1, seed: 2 })
  const told = {
    processes: 1,
    refused: [],
    hidden: false,
    confined: false,
    privileged: true,
    unsupported: false,
  }
  const table = await tableOf([{ ...one!, inode: 5 }], [], told, ['a', 'b', 'c', 'd', 'e'])
  table.facts.markGone(0)
  assert.match(written(table, false, true), /\(just gone\)\n$/)
  assert.equal(written(table, false, true), expected(table, false, true))
})

const edges = [0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
for (let power = 1; power <= 1e9; power *= 10) edges.push(power - 1, power, power + 1)
test('writeNumber writes what String does, at its place, and nothing beside it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...edges), fc.nat(0xffffffff)), fc.nat(5), (value, at) => {
      const bytes = new Uint8Array(20).fill(255)
      const end = writeNumber(bytes, at, value)
      assert.equal(Buffer.from(bytes.subarray(at, end)).toString(), String(value))
      assert.ok([...bytes.subarray(0, at), ...bytes.subarray(end)].every(byte => byte === 255))
    }),
    { numRuns: 2000, examples: edges.map((edge): [number, number] => [edge, 3]) },
  )
})
