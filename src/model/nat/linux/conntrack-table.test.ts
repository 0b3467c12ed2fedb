/** What the table of connections finds, keeps and lets go. What the kernel does is judged in test/kernel/nat. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Tuple } from '../../filter/packet.ts'
import type { IpFamily } from '../../protocol.ts'
import { ConntrackTable } from './conntrack-table.ts'
import { type Entry, STATUS } from './entry.ts'
import { CONNTRACK_DEFAULTS } from './settings.ts'

const UDP = 17
const reversed = ({ source, destination, sourcePort, destinationPort }: Tuple): Tuple => ({
  source: destination,
  destination: source,
  sourcePort: destinationPort!,
  destinationPort: sourcePort!,
})
const tuple = (sourcePort: number, source: Tuple['source'] = 1, destination: Tuple['source'] = 2): Tuple => ({
  source,
  destination,
  sourcePort,
  destinationPort: 53,
})
const entry = (original: Tuple, lasts = 1000, family: IpFamily = 'ipv4', zone = 0): Entry => ({
  family,
  protocol: UDP,
  zone,
  original,
  reply: reversed(original),
  status: STATUS.sourceDone,
  mark: 0,
  expires: lasts,
  began: 0,
  tcp: undefined,
  masqueradedBy: undefined,
  place: -1,
})

test('an entry is found by its packets and by its answers, by both families', () => {
  const table = new ConntrackTable()
  const four = entry(tuple(4000))
  const six = entry(tuple(4000, 1n, 2n), 1000, 'ipv6')
  assert.ok(table.confirm(four, 0) && table.confirm(six, 0))
  assert.deepEqual(table.find('ipv4', UDP, four.original, 0), { entry: four, direction: 0 })
  assert.deepEqual(table.find('ipv4', UDP, four.reply, 0), { entry: four, direction: 1 })
  assert.deepEqual(table.find('ipv6', UDP, six.reply, 0), { entry: six, direction: 1 })
  assert.equal(table.find('ipv4', 6, four.original, 0), undefined, 'another protocol')
  assert.equal(table.find('ipv6', UDP, tuple(4000, 1n, 3n), 0), undefined, 'an address that nobody has')
  assert.equal(table.size, 2)
})

test('zones are apart', () => {
  const table = new ConntrackTable()
  assert.ok(table.confirm(entry(tuple(4000), 1000, 'ipv4', 0), 0))
  assert.ok(table.confirm(entry(tuple(4000), 1000, 'ipv4', 7), 0))
  assert.equal(table.find('ipv4', UDP, tuple(4000), 0, 7)?.entry.zone, 7)
  assert.equal(table.find('ipv4', UDP, tuple(4000), 0, 8), undefined)
})

test('a tuple that another has can’t be confirmed, and that is counted', () => {
  const table = new ConntrackTable()
  assert.ok(table.confirm(entry(tuple(4000)), 0))
  assert.equal(table.confirm({ ...entry(tuple(4001)), reply: reversed(tuple(4000)) }, 0), false)
  const { insertFailed, drop } = table.counters
  assert.deepEqual({ insertFailed, drop, size: table.size }, { insertFailed: 1, drop: 1, size: 1 })
})

test('when its time is over it is gone, and its place is free', () => {
  const table = new ConntrackTable()
  const first = entry(tuple(4000), 1000)
  assert.ok(table.confirm(first, 500))
  assert.equal(first.expires, 1500)
  assert.ok(table.find('ipv4', UDP, tuple(4000), 1499))
  assert.equal(table.find('ipv4', UDP, tuple(4000), 1500), undefined)
  assert.equal(table.size, 0)
  assert.ok(table.confirm(entry(tuple(4000)), 1500))
})

test('entries that nobody asks for go, too, as others come', () => {
  const table = new ConntrackTable()
  for (let i = 0; i < 1000; i++) table.confirm(entry(tuple(i), 10), 0)
  for (let i = 0; i < 1000; i++) table.confirm(entry(tuple(10_000 + i), 10_000), 20)
  assert.equal(table.size, 1000)
})

test('of one source, the last made first', () => {
  const table = new ConntrackTable()
  const [one, two] = [entry(tuple(4000, 1, 2)), entry(tuple(4000, 1, 3))]
  const other = entry(tuple(4001, 1, 2))
  for (const each of [one, two, other]) table.confirm(each, 0)
  assert.deepEqual([...table.ofSource('ipv4', UDP, 0, tuple(4000))], [two, one])
  table.forget(two)
  assert.deepEqual([...table.ofSource('ipv4', UDP, 0, tuple(4000))], [one])
  table.forget(one)
  assert.deepEqual([...table.ofSource('ipv4', UDP, 0, tuple(4000))], [])
})

test('a full table makes room at the cost of what isn’t assured, and of nothing else', () => {
  const settings = { ...CONNTRACK_DEFAULTS, max: 8, buckets: 1 }
  let draw = 0
  const table = new ConntrackTable(settings, () => (draw = (draw + 0.37) % 1))
  const assured = Array.from({ length: 7 }, (_, i) => {
    const one = entry(tuple(i))
    return { ...one, status: one.status | STATUS.assured }
  })
  for (const one of assured) table.confirm(one, 0)
  const weak = entry(tuple(100))
  table.confirm(weak, 0)
  assert.equal(table.hasRoom(), true)
  assert.equal(table.counters.earlyDrop, 1)
  assert.equal(table.find('ipv4', UDP, weak.original, 0), undefined)
  const last = entry(tuple(101))
  table.confirm({ ...last, status: last.status | STATUS.assured }, 0)
  assert.equal(table.hasRoom(), false, 'all are assured')
  assert.equal(table.size, 8)
})
