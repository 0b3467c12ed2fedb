/**
 * Recorded answers of Linux 6.18 beside what conntrack-tools 1.4.7 said of the same table in the same moment; requests
 * beside the bytes that the kernel's header describes.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import { appendTracked, TrackedColumns, trackedAt } from '../model/nat/tracked-columns.ts'
import type { TrackedConnection } from '../model/nat/tracked-connection.ts'
import { type ConnectionQuery, trackedMatcher } from '../model/nat/tracked-query.ts'
import {
  type ConnectionFilter,
  decodeConnectionEvents,
  decodeConnections,
  decodeCounters,
  decodeFill,
  encodeConnectionsRequest,
  encodeCountersRequest,
  encodeFillRequest,
  noTrackingCounters,
  type TableFill,
} from './ctnetlink.ts'
import { viewsOf } from './netlink.ts'

const recorded = (file: string): Buffer => readFileSync(new URL(`./testdata/${file}`, import.meta.url))
const table = (keep?: Parameters<typeof decodeConnections>[3]): readonly TrackedConnection[] => {
  const bytes = Uint8Array.from(recorded('conntrack.ctnetlink'))
  const columns = new TrackedColumns(1)
  const progress = decodeConnections(viewsOf(bytes), bytes.length, columns, keep)
  assert.deepEqual(progress, { done: true, errno: 0, interrupted: false })
  return Array.from({ length: columns.length }, (_, row) => trackedAt(columns, row))
}

/** What conntrack writes of one entry, by its XML. */
interface Listed {
  readonly id: number
  readonly cells: Readonly<Record<string, unknown>>
}

function listed(): readonly Listed[] {
  const xml = recorded('conntrack.xml').toString()
  const flows = new Map<number, Listed>()
  for (const [, flow] of xml.matchAll(/<flow>(.*?)<\/flow>/g)) {
    const one = (tag: string, text = flow!): string | undefined =>
      new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`).exec(text)?.[1]
    const side = (direction: string) => {
      const text = new RegExp(`<meta direction="${direction}">(.*?)</meta>`).exec(flow!)![1]!
      return ['src', 'sport', 'dst', 'dport', 'packets', 'bytes'].map(tag => one(tag, text))
    }
    const id = Number(one('id'))
    flows.set(id, {
      id,
      cells: {
        protocol: /<layer4 protonum="(\d+)"/.exec(flow!)?.[1],
        original: side('original'),
        reply: side('reply'),
        state: one('state')?.toLowerCase().replace('_', '-').replace('recv', 'received'),
        timeout: one('timeout'),
        mark: one('mark'),
        zone: one('zone') ?? '0',
        assured: flow!.includes('<assured/>'),
        unreplied: flow!.includes('<unreplied/>'),
      },
    })
  }
  return [...flows.values()].toSorted((a, b) => a.id - b.id)
}

const text = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(value)

test('a table that was dumped is what conntrack lists', () => {
  const ours = table().map(({ id, protocol, original, reply, counters, ...one }): Listed => {
    const side = (which: 'original' | 'reply') => {
      const { source, destination } = { original, reply }[which]
      const { packets, bytes } = counters![which]
      return [
        source.address,
        text(source.port),
        destination.address,
        text(destination.port),
        `${packets}`,
        `${bytes}`,
      ]
    }
    return {
      id,
      cells: {
        protocol: String(protocol),
        original: side('original'),
        reply: side('reply'),
        state: one.state,
        timeout: text(one.timeoutSeconds),
        mark: String(one.mark),
        zone: String(one.zone),
        assured: (one.status & 4) !== 0,
        unreplied: (one.status & 2) === 0,
      },
    }
  })
  assert.ok(ours.length >= 6, `${ours.length} entries`)
  assert.deepEqual(
    ours.toSorted((a, b) => a.id - b.id),
    listed(),
  )
})

test('an echo’s identifier, type and code stand where ports do', () => {
  const echoes = table().filter(({ original }) => original.icmp !== undefined)
  assert.deepEqual(
    echoes.map(({ family, original, reply }) => [family, original.icmp, reply.icmp]).toSorted(),
    [
      ['ipv4', { type: 8, code: 0, id: 4711 }, { type: 0, code: 0, id: 4711 }],
      ['ipv6', { type: 128, code: 0, id: 4712 }, { type: 129, code: 0, id: 4712 }],
    ],
  )
})

test('the start is told where timestamps are on', () => {
  const earliest = Date.UTC(2026, 10, 23)
  for (const { startedAt } of table())
    assert.ok(startedAt! > earliest && startedAt! < earliest + 86_400_000, String(startedAt))
})

const QUERIES: readonly (readonly [name: string, query: ConnectionQuery, ports: readonly number[]])[] = [
  ['TCP', { protocols: [6] }, [81, 82]],
  ['UDP, IPv6', { protocols: [17], family: 'ipv6' }, [5353]],
  ['a port after translation', { port: 82 }, [81, 82]],
  ['a port of the translated source', { protocols: [17], translated: true }, [9]],
  ['a zone', { zone: 5 }, [9]],
  ['no such zone', { zone: 6 }, []],
  ['a mark', { mark: { value: 7, mask: 0xff }, protocols: [17] }, [9, 5353]],
  ['another mark', { mark: { value: 6, mask: 0xff } }, []],
  ['an address', { address: parseAddress('::1'), protocols: [17] }, [5353]],
  ['address and port of one end', { address: parseAddress('127.0.0.1'), port: 9 }, [9]],
  ['an identifier is no port', { port: 4711 }, []],
  ['what is not translated', { translated: false, protocols: [6, 17] }, [82, 5353]],
]
for (const [name, query, ports] of QUERIES) {
  test(`narrowed to ${name}`, () => {
    const found = table(trackedMatcher(query)).map(({ original }) => original.destination.port!)
    assert.deepEqual(
      found.toSorted((a, b) => a - b),
      ports,
    )
  })
}

test('nothing asked is no judge at all', () => assert.equal(trackedMatcher({}), undefined))

test('a row appended as a value is the same value again', () => {
  const columns = new TrackedColumns(1)
  const all = table()
  for (const one of all) appendTracked(columns, one)
  assert.deepEqual(
    all.map((_, row) => trackedAt(columns, row)),
    all,
  )
})

test('events are told in their order, with what they are about', () => {
  const bytes = Uint8Array.from(recorded('events.ctnetlink'))
  const told = decodeConnectionEvents(viewsOf(bytes), bytes.length)
  const story = (port: number) =>
    told
      .filter(({ connection }) => connection.original.destination.port === port)
      .map(({ kind, connection }) => `${kind} ${connection.state ?? ''}`.trim())
  // The closing of a connection, by the kernel's table of states (net/netfilter/nf_conntrack_proto_tcp.c).
  assert.deepEqual(story(81), [
    'new syn-sent',
    'update syn-received',
    'update established',
    'update fin-wait',
    'update last-ack',
    'update time-wait',
  ])
  assert.deepEqual(story(53), ['new', 'destroy'])
  assert.equal(new Set(told.map(({ connection }) => connection.id)).size, 7)
})

test('counters of all processors are summed, as conntrack -S tells them one by one', () => {
  const bytes = Uint8Array.from(recorded('counters.ctnetlink'))
  const counters = noTrackingCounters()
  decodeCounters(viewsOf(bytes), bytes.length, counters)
  const lines = recorded('counters.txt').toString()
  const sum = (name: string): number =>
    [...lines.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce((all, [, n]) => all + Number(n), 0)
  assert.deepEqual(counters, {
    found: sum('found'),
    invalid: sum('invalid'),
    insert: sum('insert'),
    insertFailed: sum('insert_failed'),
    drop: sum('drop'),
    earlyDrop: sum('early_drop'),
    error: sum('error'),
    searchRestart: sum('search_restart'),
    clashResolve: sum('clash_resolve'),
    chainTooLong: sum('chaintoolong'),
  })
  assert.notEqual(counters.error, 0)
})

test('how full the table is', () => {
  const bytes = Uint8Array.from(recorded('fill.ctnetlink'))
  const told: TableFill[] = []
  decodeFill(viewsOf(bytes), bytes.length, fill => told.push(fill))
  assert.deepEqual(told, [{ entries: table().length, limit: 262_144 }])
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const REQUESTS: readonly (readonly [name: string, filter: ConnectionFilter, body: string])[] = [
  ['all', {}, '00000000'],
  ['IPv6', { family: 6 }, '0a000000'],
  ['a zone', { zone: 5 }, '00000000 06001200 00050000'],
  ['a mark', { mark: { value: 7, mask: 0xff } }, '00000000 08000800 00000007 08001500 000000ff'],
  ['a status', { status: { value: 4, mask: 6 } }, '00000000 08000300 00000004 08001a00 00000006'],
  [
    'UDP to port 53, and an answer to 10.0.0.1',
    {
      family: 4,
      original: { protocol: 17, destinationPort: 53 },
      reply: { destination: Uint8Array.of(10, 0, 0, 1) },
    },
    // tuple orig: proto: num 17, dst port; tuple reply: ip: v4 dst; filter: orig flags proto, dport; reply flags dst
    '02000000 18000180 14000280 05000100 11000000 06000300 00350000' +
      '10000280 0c000180 08000200 0a000001' +
      '14001980 08000100 28000000 08000200 02000000',
  ],
]
for (const [name, filter, body] of REQUESTS) {
  test(`a request for ${name}`, () => {
    const bytes = encodeConnectionsRequest(filter, 9)
    const { u16, u32 } = viewsOf(bytes)
    assert.deepEqual([u32[0], u16[2], u16[3], u32[2]], [bytes.length, 0x101, 0x301, 9])
    assert.equal(hex(bytes.subarray(16)), body.replaceAll(' ', ''))
  })
}

test('requests for counters and for the fill', () => {
  const [counters, fill] = [viewsOf(encodeCountersRequest()), viewsOf(encodeFillRequest())]
  assert.deepEqual([counters.u16[2], counters.u16[3], counters.u32[0]], [0x104, 0x301, 20])
  assert.deepEqual([fill.u16[2], fill.u16[3], fill.u32[0]], [0x105, 0x005, 20])
})
