/** Rows by RFC 4787 section 4.2 and RFC 6888: who gets which port, and what happens when none is left. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type NatBehaviour, NatBox, type NatLogRecord } from './nat-box.ts'
import {
  boxOf,
  externalPort,
  fractions,
  ICMP,
  MINUTE,
  packet,
  SYN,
  said,
  TCP,
  UDP,
  v4,
} from './nat-notation.cases.ts'
import { NAT_PROFILES } from './profiles.ts'

describe('ports (RFC 4787 section 4.2)', () => {
  test('REQ-3: two hosts never have one port at a time', () => {
    const box = boxOf()
    const ports = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(host =>
      externalPort(box.outbound(packet(`${host}:4000 > 198.51.100.1:53`), 0)),
    )
    assert.equal(ports[0], 4000)
    assert.equal(new Set(ports).size, 3)
  })
  test('RFC 7857 section 3: they may, where mappings depend on peers that differ', () => {
    const box = boxOf({ mapping: 'address-and-port-dependent', overloads: true })
    assert.equal(externalPort(box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)), 4000)
    assert.equal(externalPort(box.outbound(packet('10.0.0.2:4000 > 198.51.100.2:53'), 0)), 4000)
    assert.notEqual(externalPort(box.outbound(packet('10.0.0.3:4000 > 198.51.100.2:53'), 0)), 4000)
    assert.equal(
      said(box.inbound(packet('198.51.100.2:53 > 203.0.113.1:4000'), 1)),
      'passed 198.51.100.2:53 > 10.0.0.2:4000',
    )
  })
  test('that makes no sense where they don’t', () => {
    assert.throws(() => boxOf({ overloads: true }), /depend on the peer/)
  })
  test('REQ-4: even stays even and odd stays odd, where it can’t stay the same', () => {
    const box = boxOf({ preservesPort: false })
    for (const port of [4000, 4001, 5003, 6008])
      assert.equal(externalPort(box.outbound(packet(`10.0.0.1:${port} > 198.51.100.1:53`), 0)) % 2, port % 2)
  })
  test('section 4.2.3: the next port is kept for the next port', () => {
    const box = boxOf({ preservesPort: false, contiguous: true })
    const first = externalPort(box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0))
    assert.equal(externalPort(box.outbound(packet('10.0.0.1:4001 > 198.51.100.1:53'), 0)), first + 1)
  })
  test('REQ-3a: ports below 1024 stay there, where the pool has such', () => {
    const box = boxOf({ ports: { low: 1, high: 65_535, keepsClass: true } })
    box.outbound(packet('10.0.0.1:123 > 198.51.100.1:123'), 0)
    const second = externalPort(box.outbound(packet('10.0.0.2:123 > 198.51.100.1:123'), 0))
    assert.ok(second > 0 && second < 1024 && second !== 123, String(second))
  })
  test('protocols have ports of their own', () => {
    const box = boxOf()
    const ports = [UDP, TCP, ICMP].map(protocol =>
      externalPort(box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53', { protocol, tcpFlags: SYN }), 0)),
    )
    assert.deepEqual(ports, [4000, 4000, 4000])
  })
  test('REQ-2: a host keeps to one of several addresses', () => {
    const external = ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map(v4)
    const box = new NatBox(NAT_PROFILES['full-cone'], { external, random: fractions(0.1, 0.9, 0.5) })
    for (const host of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) {
      const seen = [4000, 4001, 4002].map(port => {
        const came = box.outbound(packet(`${host}:${port} > 198.51.100.1:53`), 0)
        return came.kind === 'passed' && came.packet.source
      })
      assert.equal(new Set(seen).size, 1, host)
    }
  })
})

describe('when nothing is left', () => {
  const narrow: Partial<NatBehaviour> = { ports: { low: 40_000, high: 40_009, keepsClass: true } }
  test('the eleventh of ten ports is refused, by RFC 5508 REQ-8 with 3/13, and nobody loses theirs', () => {
    const records: NatLogRecord[] = []
    const box = boxOf(narrow, record => records.push(record))
    const came = Array.from({ length: 11 }, (_, i) =>
      box.outbound(packet(`10.0.0.1:${5000 + i} > 198.51.100.1:53`), 0),
    )
    assert.equal(came.filter(({ kind }) => kind === 'passed').length, 10)
    assert.deepEqual(came[10], { kind: 'dropped', why: 'full', answer: { type: 3, code: 13 } })
    assert.equal(box.size, 10)
    assert.equal(records.at(-1)!.event, 'ports-exhausted')
  })
  test('with its last packet’s time over, a port is free again', () => {
    const box = boxOf(narrow)
    for (let i = 0; i < 10; i++) box.outbound(packet(`10.0.0.1:${5000 + i} > 198.51.100.1:53`), 0)
    assert.equal(said(box.outbound(packet('10.0.0.2:1 > 198.51.100.1:53'), 5 * MINUTE - 1)), 'dropped full')
    assert.match(said(box.outbound(packet('10.0.0.2:1 > 198.51.100.1:53'), 5 * MINUTE)), /^passed/)
  })
  test('RFC 6888 REQ-4: a host may only have so many', () => {
    const box = boxOf({ mappingsPerHost: 2 })
    const ask = (host: string, port: number) =>
      said(box.outbound(packet(`${host}:${port} > 198.51.100.1:53`), 0))
    assert.deepEqual(
      [ask('10.0.0.1', 1), ask('10.0.0.1', 2), ask('10.0.0.1', 3)]
        .map(one => one.split(' ').slice(0, 2).join(' '))
        .at(-1),
      'dropped quota',
    )
    assert.match(ask('10.0.0.2', 1), /^passed/)
  })
  test('RFC 6888 REQ-8: a freed port rests for two minutes; one of TCP doesn’t', () => {
    const resting: Partial<NatBehaviour> = { ...narrow, holdDown: 2 * MINUTE }
    for (const [protocol, rests] of [
      [UDP, true],
      [TCP, false],
    ] as const) {
      const box = boxOf(resting)
      for (let i = 0; i < 10; i++)
        box.outbound(packet(`10.0.0.1:${5000 + i} > 198.51.100.1:53`, { protocol, tcpFlags: SYN }), 0)
      const late = (now: number) =>
        said(box.outbound(packet('10.0.0.2:1 > 198.51.100.1:53', { protocol, tcpFlags: SYN }), now))
      assert.equal(late(5 * MINUTE).startsWith('dropped full'), rests)
      assert.match(late(7 * MINUTE), /^passed/)
    }
  })
})

describe('blocks (RFC 6888 REQ-14)', () => {
  const blocks: Partial<NatBehaviour> = {
    preservesPort: false,
    keepsParity: false,
    blocks: { size: 4, perHost: 2 },
    ports: { low: 40_000, high: 40_015, keepsClass: true },
  }
  test('a host gets one, then another, then nothing; one record for each', () => {
    const records: NatLogRecord[] = []
    const box = boxOf(blocks, record => records.push(record))
    const came = Array.from({ length: 9 }, (_, i) =>
      box.outbound(packet(`10.0.0.1:${i + 1} > 198.51.100.1:53`), 0),
    )
    assert.equal(came.filter(({ kind }) => kind === 'passed').length, 8)
    assert.deepEqual(
      records.map(({ event }) => event),
      ['block-assigned', 'block-assigned', 'ports-exhausted'],
    )
    const inBlock = (record: NatLogRecord | undefined, port: number) =>
      record?.event === 'block-assigned' && record.external.low <= port && port <= record.external.high
    came.slice(0, 8).forEach((one, i) => {
      assert.ok(inBlock(records[i < 4 ? 0 : 1], externalPort(one)))
    })
  })
  test('both protocols are in the same block, which is given back when neither uses it', () => {
    const records: NatLogRecord[] = []
    const box = boxOf(blocks, record => records.push(record))
    for (const protocol of [UDP, TCP])
      box.outbound(packet('10.0.0.1:1 > 198.51.100.1:53', { protocol, tcpFlags: SYN }), 0)
    box.expire(4 * MINUTE)
    assert.deepEqual(
      records.map(({ event }) => event),
      ['block-assigned'],
    )
    box.expire(5 * MINUTE)
    assert.deepEqual(
      records.map(({ event }) => event),
      ['block-assigned', 'block-released'],
    )
  })
})
