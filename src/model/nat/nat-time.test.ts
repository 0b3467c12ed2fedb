/** Rows by RFC 4787 section 4.3, RFC 5382 section 5 and RFC 7857 section 2: how long a mapping lives. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NatBehaviour, Translation } from './nat-box.ts'
import { ACK, boxOf, FIN, ICMP, MINUTE, packet, RST, SYN, said, TCP, UDP } from './nat-notation.cases.ts'

describe('time (RFC 4787 section 4.3, RFC 5382 section 5)', () => {
  const after = (
    behaviour: Partial<NatBehaviour>,
    protocol: number,
    ...steps: readonly (readonly [number, string, number?])[]
  ) => {
    const box = boxOf(behaviour)
    let came: Translation | undefined
    for (const [now, from, tcpFlags = SYN] of steps)
      came =
        from === 'in'
          ? box.inbound(packet('198.51.100.1:53 > 203.0.113.1:4000', { protocol, tcpFlags }), now)
          : box.outbound(packet('10.0.0.1:4000 > 198.51.100.1:53', { protocol, tcpFlags }), now)
    return said(came!).split(' ')[0]
  }
  const rows: readonly (readonly [
    string,
    string,
    Partial<NatBehaviour>,
    number,
    ...(readonly [number, string, number?])[],
  ])[] = [
    ['UDP lives five minutes', 'passed', {}, UDP, [0, 'out'], [5 * MINUTE - 1, 'in']],
    ['and not a millisecond more', 'dropped', {}, UDP, [0, 'out'], [5 * MINUTE, 'in']],
    ['what goes out prolongs it', 'passed', {}, UDP, [0, 'out'], [4 * MINUTE, 'out'], [8 * MINUTE, 'in']],
    ['what comes in doesn’t', 'dropped', {}, UDP, [0, 'out'], [4 * MINUTE, 'in'], [8 * MINUTE, 'in']],
    [
      'but where it does',
      'passed',
      { inboundRefresh: true },
      UDP,
      [0, 'out'],
      [4 * MINUTE, 'in'],
      [8 * MINUTE, 'in'],
    ],
    ['an echo is answered within a minute', 'dropped', {}, ICMP, [0, 'out'], [MINUTE, 'in']],
    ['TCP that isn’t answered: four minutes', 'dropped', {}, TCP, [0, 'out'], [4 * MINUTE, 'in']],
    [
      'TCP that is: two hours and four minutes',
      'passed',
      {},
      TCP,
      [0, 'out'],
      [1, 'in', SYN | ACK],
      [124 * MINUTE, 'in', ACK],
    ],
    [
      'one side has closed: still',
      'passed',
      {},
      TCP,
      [0, 'out'],
      [1, 'in', SYN | ACK],
      [2, 'out', FIN | ACK],
      [124 * MINUTE, 'in', ACK],
    ],
    [
      'both have: four minutes',
      'dropped',
      {},
      TCP,
      [0, 'out'],
      [1, 'in', SYN | ACK],
      [2, 'out', FIN | ACK],
      [3, 'in', FIN | ACK],
      [4 * MINUTE + 3, 'in', ACK],
    ],
    [
      'a reset: four minutes',
      'dropped',
      {},
      TCP,
      [0, 'out'],
      [1, 'in', SYN | ACK],
      [2, 'in', RST],
      [4 * MINUTE + 2, 'in', ACK],
    ],
    [
      'data after a reset brings it back (RFC 7857 section 2.2)',
      'passed',
      {},
      TCP,
      [0, 'out'],
      [1, 'in', SYN | ACK],
      [2, 'in', RST],
      [3, 'out', ACK],
      [124 * MINUTE, 'in', ACK],
    ],
  ]
  for (const [name, wanted, behaviour, protocol, ...steps] of rows)
    test(name, () => assert.equal(after(behaviour, protocol, ...steps), wanted))

  test('a simultaneous open stands (RFC 5382 REQ-2)', () => {
    const box = boxOf()
    const out = packet('10.0.0.1:4000 > 198.51.100.1:53', { protocol: TCP, tcpFlags: SYN })
    const back = packet('198.51.100.1:53 > 203.0.113.1:4000', { protocol: TCP, tcpFlags: SYN })
    box.outbound(out, 0)
    box.inbound(back, 1)
    assert.match(said(box.inbound({ ...back, tcpFlags: ACK }, 100 * MINUTE)), /^passed/)
  })
})
