/** Random filters and random tables, for laws. */
import fc from 'fast-check'
import { type Address, addressFromBytes } from '../../../model/address.ts'
import { EXPOSURE_LEVELS } from '../../../model/exposure.ts'
import type { Port } from '../../../model/port.ts'
import { PortSet } from '../../../model/port-set.ts'
import { networkOf, type Prefix } from '../../../model/prefix.ts'
import { FAMILIES, SOCKET_PROTOCOLS } from '../../../model/protocol.ts'
import { SOCKET_STATES, TIMER_KINDS } from '../../../model/socket.ts'
import { SocketColumns, UNTOLD } from '../../../model/socket-columns.ts'
import {
  allOf,
  anyOf,
  COMPARISONS,
  type Filter,
  METRICS,
  type Metric,
  not,
  TEXT_FIELDS,
  type Term,
} from './ast.ts'
import { STATE_WORDS } from './state-words.ts'

const plainRecord = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>

// Few values, so that filters and rows meet.
const port = fc.constantFrom(0, 22, 80, 81, 443, 1024, 65535) as fc.Arbitrary<Port>
const range = fc
  .tuple(port, port)
  .map(([a, b]) => ({ first: Math.min(a, b) as Port, last: Math.max(a, b) as Port }))
const ports = fc.array(range, { maxLength: 3 }).map(ranges => new PortSet(ranges))
const V4: readonly Uint8Array[] = [
  [127, 0, 0, 1],
  [10, 0, 0, 1],
  [10, 1, 0, 1],
  [0, 0, 0, 0],
].map(b => Uint8Array.from(b))
const V6: readonly Uint8Array[] = [
  Uint8Array.from([...Array(15).fill(0), 1]),
  Uint8Array.from([...Array(10).fill(0), 0xff, 0xff, 10, 0, 0, 1]),
  Uint8Array.from([0x20, 0x01, 0x0d, 0xb8, ...Array(11).fill(0), 7]),
  new Uint8Array(16),
]
const address: fc.Arbitrary<Address> = fc.constantFrom(
  ...V4.map(bytes => addressFromBytes(bytes, 0, 'ipv4')),
  ...V6.map(bytes => addressFromBytes(bytes, 0, 'ipv6')),
)
const prefix: fc.Arbitrary<Prefix> = fc
  .tuple(address, fc.constantFrom(0, 8, 9, 31, 32, 64, 96, 128))
  .map(([of, length]) => networkOf(of, of.includes(':') ? length : Math.min(length, 32)))
const oneRange = range.map(r => new PortSet([r]))
const host = fc.oneof(plainRecord({ prefix }), plainRecord({ prefix, ports: oneRange }))
const end = fc.constantFrom('local' as const, 'peer' as const, 'either' as const)
const word = fc.oneof(
  fc.constantFrom('node', 'alice', 'a b', '*', '/x', 'it"s', '\\', 'x,y', '0'),
  fc.string({ minLength: 1 }),
)
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 3 })
const number = fc.nat({ max: 5 })
const metric = fc.constantFrom(...(Object.keys(METRICS) as Metric[]))

const match = fc.oneof(
  fc.constant({ how: 'any' as const }),
  plainRecord({ how: fc.constant('is' as const), values: some(word) }),
  plainRecord({ how: fc.constant('contains' as const), text: word }),
  plainRecord({
    how: fc.constant('regex' as const),
    source: fc.constantFrom('a|b', '^n.*[de]$', '\\d+\\/', 'x y'),
    flags: fc.constantFrom('' as const, 'i' as const),
  }),
)

const term: fc.Arbitrary<Term> = fc.oneof(
  plainRecord({ kind: fc.constant('port' as const), end, ports }),
  plainRecord({ kind: fc.constant('address' as const), end, host }),
  plainRecord({
    kind: fc.constant('unix' as const),
    end,
    pattern: fc.constantFrom('/run/*', '@x', '/tmp/a b,c', '[a-c]?', ''),
  }),
  plainRecord({ kind: fc.constant('device' as const), device: fc.oneof(number, word) }),
  plainRecord({
    kind: fc.constant('state' as const),
    steps: some(plainRecord({ word: fc.constantFrom(...STATE_WORDS), exclude: fc.boolean() })),
  }),
  plainRecord({
    kind: fc.constant('protocol' as const),
    protocols: fc.subarray([...SOCKET_PROTOCOLS], { minLength: 1 }),
  }),
  plainRecord({
    kind: fc.constant('family' as const),
    families: fc.subarray([...FAMILIES], { minLength: 1 }),
  }),
  plainRecord({
    kind: fc.constant('number' as const),
    field: fc.constantFrom('pid' as const, 'inode' as const),
    values: some(number),
  }),
  plainRecord({ kind: fc.constant('cookie' as const), cookies: some(fc.bigInt({ min: 0n, max: 3n })) }),
  plainRecord({ kind: fc.constant('text' as const), field: fc.constantFrom(...TEXT_FIELDS), match }),
  plainRecord({
    kind: fc.constant('exposure' as const),
    levels: fc.subarray([...EXPOSURE_LEVELS], { minLength: 1 }),
  }),
  plainRecord({
    kind: fc.constant('metric' as const),
    metric,
    op: fc.constantFrom(...COMPARISONS),
    value: fc.oneof(fc.nat({ max: 3 }), fc.nat(), fc.constantFrom(1536, 90_000, 86_400_000, 1e12)),
  }),
)

/** Trees as the reader makes them: flat, and made of terms that have a text. */
export const randomFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>(tie => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    tie('filter').map(not),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(allOf),
    fc.tuple(tie('filter'), tie('filter')).map(anyOf),
  ),
})).filter

const random = plainRecord({
  protocol: fc.nat({ max: SOCKET_PROTOCOLS.length - 1 }),
  state: fc.nat({ max: SOCKET_STATES.length - 1 }),
  timer: fc.nat({ max: TIMER_KINDS.length - 1 }),
  six: fc.boolean(),
  local: fc.nat({ max: 3 }),
  peer: fc.nat({ max: 3 }),
  localPort: port,
  peerPort: port,
  inode: number,
  uid: fc.constantFrom(0, 1, 1000, UNTOLD),
  interface: number,
  receive: fc.constantFrom(0, 1, 3, 200),
  send: fc.constantFrom(0, 1, 128, UNTOLD),
  drops: fc.constantFrom(0, 2, UNTOLD),
  cookie: fc.bigInt({ min: 0n, max: 3n }),
  tcp: fc.option(fc.constantFrom(0, 1, 50, Number.NaN), { nil: undefined }),
})

/** Rows of any kind, possible or not. */
export const randomTable: fc.Arbitrary<SocketColumns> = fc.array(random, { maxLength: 12 }).map(rows => {
  const columns = new SocketColumns(Math.max(1, rows.length))
  for (const spec of rows) {
    const row = columns.add()
    const unix = SOCKET_PROTOCOLS[spec.protocol] === 'unix'
    columns.protocol[row] = spec.protocol
    columns.state[row] = spec.state
    columns.timer[row] = spec.timer
    columns.family[row] = FAMILIES.indexOf(unix ? 'unix' : spec.six ? 'ipv6' : 'ipv4')
    columns.inode[row] = spec.inode
    columns.uid[row] = spec.uid
    columns.interface[row] = spec.interface
    columns.receiveQueue[row] = spec.receive
    columns.sendQueue[row] = spec.send
    columns.drops[row] = spec.drops
    columns.cookie[row] = spec.cookie
    if (spec.tcp !== undefined) columns.tcpColumn().fill(spec.tcp, row * 10, row * 10 + 10)
    if (unix) {
      columns.names.set(row, spec.six ? '/run/x' : '@x')
      columns.peerInodes.set(row, spec.uid)
      continue
    }
    const among = spec.six ? V6 : V4
    columns.local.set(among[spec.local]!, row * 16)
    columns.peer.set(among[spec.peer]!, row * 16)
    columns.localPort[row] = spec.localPort
    columns.peerPort[row] = spec.peerPort
  }
  return columns
})
