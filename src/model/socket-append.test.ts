import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressFromBytes } from './address.ts'
import type { Port } from './port.ts'
import { SOCKET_PROTOCOLS } from './protocol.ts'
import { SOCKET_STATES, type Socket, TIMER_KINDS } from './socket.ts'
import { appendSocket } from './socket-append.ts'
import { SocketColumns, TCP_FIELDS } from './socket-columns.ts'
import { socketAt } from './socket-row.ts'

const u32 = fc.integer({ min: 0, max: 0xfffffffe })
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })
const port = fc.integer({ min: 1, max: 65535 }) as fc.Arbitrary<number> as fc.Arbitrary<Port>
const end = (family: 'ipv4' | 'ipv6') =>
  fc.record({ address: bytes.map(of => addressFromBytes(of, 0, family)), port })

const common = {
  interface: u32,
  netns: u32,
  inode: u32,
  cookie: fc.bigInt(0n, 2n ** 64n - 1n),
  uid: fc.option(u32, { nil: undefined }),
  cgroup: fc.option(fc.bigInt(1n, 2n ** 64n - 1n), { nil: undefined }),
}
const timer = fc.record({
  kind: fc.constantFrom(...TIMER_KINDS.filter(kind => kind !== 'none')),
  ms: u32,
  retransmits: fc.integer({ min: 0, max: 255 }),
})
const tcp = fc
  .array(fc.constantFrom(...TCP_FIELDS), { minLength: 1 })
  .map(fields => Object.fromEntries(fields.map((field, i) => [field, i * 1.5])))

const inet = fc.constantFrom('ipv4' as const, 'ipv6' as const).chain(family =>
  fc.record({
    ...common,
    protocol: fc.constantFrom(...SOCKET_PROTOCOLS.filter(name => name !== 'unix')),
    family: fc.constant(family),
    state: fc.constantFrom(...SOCKET_STATES.filter(state => state !== 'listen')),
    local: end(family),
    peer: fc.option(end(family), { nil: undefined }),
    queue: fc.option(fc.record({ receive: u32, send: u32 }), { nil: undefined }),
    drops: fc.option(u32, { nil: undefined }),
    timer: fc.option(timer, { nil: undefined }),
    tcp: fc.option(tcp, { nil: undefined }),
  }),
)
const listener = fc.record({
  ...common,
  protocol: fc.constant('tcp' as const),
  family: fc.constant('ipv6' as const),
  state: fc.constant('listen' as const),
  local: port.map(of => ({ address: addressFromBytes(new Uint8Array(16), 0, 'ipv6'), port: of })),
  v6only: fc.option(fc.boolean(), { nil: undefined }),
  acceptQueue: fc.option(
    fc
      .record({ length: u32, limit: fc.option(u32), drops: fc.option(u32) })
      .map(({ length, limit, drops }) => ({
        length,
        ...(limit === null ? {} : { limit }),
        ...(drops === null ? {} : { drops }),
      })),
    { nil: undefined },
  ),
})
const unix = fc.record({
  ...common,
  protocol: fc.constant('unix' as const),
  family: fc.constant('unix' as const),
  kind: fc.constantFrom('stream' as const, 'datagram' as const, 'seqpacket' as const),
  state: fc.constantFrom('listen' as const, 'connected' as const, 'unconnected' as const),
  local: fc.record({ path: fc.string() }),
})

/** Without undefined fields, and objects of the ordinary sort. */
const tidy = (socket: object): Socket =>
  structuredClone(
    Object.fromEntries(Object.entries(socket).filter(([, value]) => value !== undefined)),
  ) as never

test('what is appended is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(inet, listener, unix).map(tidy), { maxLength: 8 }), sockets => {
      const columns = new SocketColumns(1)
      for (const [row, socket] of sockets.entries()) assert.equal(appendSocket(columns, socket), row)
      assert.deepEqual(
        sockets.map((_, row) => socketAt(columns, row)),
        sockets,
      )
    }),
  )
})

test('unix sockets find their peers by inode', () => {
  const columns = new SocketColumns(1)
  const base = {
    protocol: 'unix',
    family: 'unix',
    state: 'connected',
    interface: 0,
    netns: 1,
    cookie: 0n,
  } as const
  appendSocket(columns, { ...base, local: { path: '/run/db.sock' }, inode: 5 }, 6)
  appendSocket(columns, { ...base, local: { path: '' }, inode: 6 }, 5)
  assert.deepEqual(socketAt(columns, 1).peer, { path: '/run/db.sock' })
  assert.deepEqual(socketAt(columns, 0).peer, { path: '' })
})
