/** Rows by RFC 4787 and RFC 5508: who sees which endpoint, who comes in, and laws that always hold. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DEPENDENCES, type Dependence } from './behaviour.ts'
import { type NatBehaviour, NatBox, type NatPacket, type Translation } from './nat-box.ts'
import {
  ACK,
  boxOf,
  externalPort,
  fractions,
  ICMP,
  MINUTE,
  packet,
  SECOND,
  SYN,
  said,
  TCP,
  text,
  UDP,
  v4,
} from './nat-notation.cases.ts'
import { NAT_PROFILES } from './profiles.ts'

describe('mapping (RFC 4787 section 4.1): which peers see the same external port', () => {
  const rows: readonly (readonly [Dependence, boolean, boolean])[] = [
    // Another port of the same address; another address.
    ['endpoint-independent', true, true],
    ['address-dependent', true, false],
    ['address-and-port-dependent', false, false],
  ]
  for (const [mapping, samePort, sameAddress] of rows) {
    test(mapping, () => {
      const box = boxOf({ mapping })
      const [first, second, third] = ['198.51.100.1:53', '198.51.100.1:54', '198.51.100.2:53'].map(peer =>
        externalPort(box.outbound(packet(`10.0.0.1:4000 > ${peer}`), 0)),
      )
      assert.equal(first, 4000, 'the first one keeps its port')
      assert.equal(second === first, samePort)
      assert.equal(third === first, sameAddress)
      assert.equal(externalPort(box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 1)), first)
    })
  }
})

describe('filtering (RFC 4787 section 5): who may come in', () => {
  const rows: readonly (readonly [Dependence, string, string, string])[] = [
    ['endpoint-independent', 'passed', 'passed', 'passed'],
    ['address-dependent', 'passed', 'passed', 'dropped filtered'],
    ['address-and-port-dependent', 'passed', 'dropped filtered', 'dropped filtered'],
  ]
  for (const [filtering, peer, otherPort, otherAddress] of rows) {
    test(filtering, () => {
      const box = boxOf({ filtering })
      box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)
      for (const [from, wanted] of [
        ['198.51.100.1:53', peer],
        ['198.51.100.1:99', otherPort],
        ['198.51.100.2:53', otherAddress],
      ] as const) {
        const came = said(box.inbound(packet(`${from} > 203.0.113.1:4000`), 1))
        assert.equal(came, wanted === 'passed' ? `passed ${from} > 10.0.0.1:4000` : wanted, from)
      }
    })
  }
  test('coming in is no right to come in again: only who was sent to is let in', () => {
    const box = boxOf({ filtering: 'address-and-port-dependent' })
    box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)
    const stranger = packet('198.51.100.2:53 > 203.0.113.1:4000')
    assert.equal(said(box.inbound(stranger, 1)), 'dropped filtered')
    assert.equal(said(box.inbound(stranger, 2)), 'dropped filtered')
  })
  test('what nobody has mapped is for nobody', () => {
    assert.equal(said(boxOf().inbound(packet('198.51.100.1:53 > 203.0.113.1:4000'), 0)), 'dropped no-mapping')
  })
})

describe('hairpinning (RFC 4787 section 6)', () => {
  const rows: readonly (readonly [NatBehaviour['hairpin'], string])[] = [
    ['external-source', 'hairpin 203.0.113.1:5000 > 10.0.0.1:4000'],
    ['internal-source', 'hairpin 10.0.0.2:5000 > 10.0.0.1:4000'],
    ['none', 'dropped hairpin'],
  ]
  for (const [hairpin, wanted] of rows) {
    test(hairpin, () => {
      const box = boxOf({ hairpin })
      box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)
      assert.equal(said(box.outbound(packet('10.0.0.2:5000 > 203.0.113.1:4000'), 1)), wanted)
    })
  }
  test('the filter holds for those inside, too', () => {
    const box = boxOf({ filtering: 'address-dependent' })
    box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)
    assert.equal(said(box.outbound(packet('10.0.0.2:5000 > 203.0.113.1:4000'), 1)), 'dropped filtered')
  })
})

describe('ICMP errors (RFC 5508 section 4)', () => {
  const quoting = (outer: string, inner: string): NatPacket => {
    const { quoted: _, tcpFlags: __, ...about } = packet(inner)
    return packet(outer, { protocol: ICMP, quoted: about })
  }
  const both = (came: Translation): string =>
    came.kind === 'dropped' ? said(came) : `${said(came)} about ${text(came.packet.quoted!)}`
  const opened = () => {
    const box = boxOf({ preservesPort: false })
    const port = externalPort(box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0))
    return { box, port }
  }
  test('from a router on the way, about what went out', () => {
    const { box, port } = opened()
    assert.equal(
      both(box.inbound(quoting('192.0.2.9 > 203.0.113.1', `203.0.113.1:${port} > 198.51.100.1:53`), 1)),
      'passed 192.0.2.9:0 > 10.0.0.1:0 about 10.0.0.1:4000 > 198.51.100.1:53',
    )
  })
  test('from an inside host, about what came in', () => {
    const { box, port } = opened()
    assert.equal(
      both(box.outbound(quoting('10.0.0.1 > 198.51.100.1', '198.51.100.1:53 > 10.0.0.1:4000'), 1)),
      `passed 203.0.113.1:0 > 198.51.100.1:0 about 198.51.100.1:53 > 203.0.113.1:${port}`,
    )
  })
  test('about nothing that is mapped: dropped', () => {
    const { box } = opened()
    assert.equal(
      both(box.inbound(quoting('192.0.2.9 > 203.0.113.1', '203.0.113.1:1 > 198.51.100.1:53'), 1)),
      'dropped no-mapping',
    )
  })
  test('they neither end a mapping nor keep it alive (REQ-6)', () => {
    const { box, port } = opened()
    const error = quoting('192.0.2.9 > 203.0.113.1', `203.0.113.1:${port} > 198.51.100.1:53`)
    assert.match(both(box.inbound(error, 4 * MINUTE)), /^passed/)
    assert.match(
      said(box.inbound(packet(`198.51.100.1:53 > 203.0.113.1:${port}`), 5 * MINUTE - 1)),
      /^passed/,
    )
    assert.equal(both(box.inbound(error, 5 * MINUTE)), 'dropped no-mapping')
  })
})

describe('whatever happens', () => {
  const step = fc.record({
    inside: fc.integer({ min: 1, max: 4 }),
    port: fc.integer({ min: 5000, max: 5005 }),
    peer: fc.integer({ min: 1, max: 3 }),
    wait: fc.constantFrom(0, 1, 30 * SECOND, 3 * MINUTE, 10 * MINUTE),
    protocol: fc.constantFrom(UDP, TCP, ICMP),
  })
  test('no two living mappings have one external endpoint, and answers find their way back', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom(...DEPENDENCES),
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 7 }),
        (steps, mapping, overloads, chances) => {
          const overloading = overloads && mapping !== 'endpoint-independent'
          const box = new NatBox(
            {
              ...NAT_PROFILES['full-cone'],
              mapping,
              overloads: overloading,
              ports: { low: 5000, high: 5007, keepsClass: true },
            },
            { external: [v4('203.0.113.1'), v4('203.0.113.2')], random: fractions(...chances) },
          )
          let now = 0
          for (const { inside, port, peer, wait, protocol } of steps) {
            now += wait
            const out = packet(`10.0.0.${inside}:${port} > 198.51.100.${peer}:53`, {
              protocol,
              tcpFlags: SYN,
            })
            const came = box.outbound(out, now)
            if (came.kind !== 'passed') continue
            const { source, sourcePort, destination, destinationPort } = came.packet
            const back = box.inbound(
              {
                protocol,
                source: destination,
                sourcePort: destinationPort,
                destination: source,
                destinationPort: sourcePort,
                tcpFlags: SYN | ACK,
              },
              now,
            )
            assert.equal(said(back), `passed 198.51.100.${peer}:53 > 10.0.0.${inside}:${port}`)
            const keys = [...box.mappings()]
              .filter(({ expires }) => expires > now)
              .map(one =>
                [
                  one.protocol,
                  one.externalAddress,
                  one.externalPort,
                  ...(overloading ? [one.peer] : []),
                ].join(),
              )
            assert.equal(new Set(keys).size, keys.length)
          }
          box.expire(now + 3 * 3600 * SECOND)
          assert.equal(box.size, 0)
        },
      ),
    )
  })
})
