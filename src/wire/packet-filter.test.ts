/** The packet filter's program, run by an interpreter as net/core/filter.c describes one, over packets of our own encoder. */
import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import type { Datagram, Payload } from './ip/datagram.ts'
import { encodeDatagram } from './ip/ip.ts'
import { encodeFilterProgram, encodePacketFilter } from './packet-filter.ts'

/** Bytes of a packet that are kept; a load beyond its end drops it. */
function run(program: Uint8Array, packet: Uint8Array): number {
  const view = new DataView(program.buffer)
  const little = endianness() === 'LE'
  const data = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  let [a, x] = [0, 0]
  for (let at = 0; ; at++) {
    const k = view.getUint32(at * 8 + 4, little)
    const jump = (holds: boolean): void => {
      at += view.getUint8(at * 8 + (holds ? 2 : 3))
    }
    try {
      switch (view.getUint16(at * 8, little)) {
        case 0x30:
          a = data.getUint8(k)
          break
        case 0x50:
          a = data.getUint8(x + k)
          break
        case 0x48:
          a = data.getUint16(x + k)
          break
        case 0xb1:
          x = (data.getUint8(k) & 15) * 4
          break
        case 0x01:
          x = k
          break
        case 0x74:
          a >>>= k
          break
        case 0x15:
          jump(a === k)
          break
        case 0x45:
          jump((a & k) !== 0)
          break
        case 0x06:
          return k
        default:
          throw new Error(`no instruction ${view.getUint16(at * 8, little)}`)
      }
    } catch (error) {
      if (error instanceof RangeError && at * 8 < program.length) return 0
      throw error
    }
  }
}

const V4 = { source: parseAddress('192.0.2.1'), destination: parseAddress('192.0.2.2') }
const V6 = { source: parseAddress('2001:db8::1'), destination: parseAddress('2001:db8::2') }
const tcp = (sourcePort: number, destinationPort: number, flags: number): Payload => ({
  kind: 'tcp',
  sourcePort,
  destinationPort,
  flags,
  sequence: 1,
  acknowledgement: 0,
  windowSize: 1,
  data: new Uint8Array(0),
})
const udp = (sourcePort: number, destinationPort: number): Payload => ({
  kind: 'udp',
  sourcePort,
  destinationPort,
  data: Uint8Array.of(1),
})
const icmp: Payload = { kind: 'icmp', type: 3, code: 1, data: new Uint8Array(28) }
const [SYN, RST, ACK] = [2, 4, 16]

const ROWS: readonly (readonly [what: string, payload: Payload, exact: boolean, openings: boolean])[] = [
  ['TCP from the port', tcp(443, 7, ACK), true, true],
  ['TCP to the port', tcp(7, 443, ACK), true, true],
  ['TCP of other ports', tcp(7, 8, ACK), false, false],
  ['a SYN of other ports', tcp(7, 8, SYN | ACK), false, true],
  ['a RST of other ports', tcp(7, 8, RST), false, true],
  ['UDP to the port', udp(7, 443), true, true],
  ['UDP of other ports', udp(7, 8), false, false],
  ['ICMP', icmp, true, true],
  ['another protocol', { kind: 'other', protocol: 47, data: new Uint8Array(40) }, false, false],
]
for (const [what, payload, exact, openings] of ROWS)
  for (const [family, ends] of [
    ['IPv4', V4],
    ['IPv6', V6],
  ] as const)
    test(`${what}, ${family}`, () => {
      const packet = encodeDatagram({ ...ends, hopLimit: 64, payload } as Datagram)
      // Of IPv6 what isn't known is let through: extension headers.
      const isStrange = payload.kind === 'other' && family === 'IPv6'
      assert.equal(run(encodePacketFilter(443, false), packet) > 0, exact || isStrange)
      assert.equal(run(encodePacketFilter(443, true), packet) > 0, openings || isStrange)
    })

test('ARP, and a packet cut off, are dropped', () => {
  assert.equal(run(encodePacketFilter(443, true), Uint8Array.of(0, 1, 8, 0, 6, 4)), 0)
  assert.equal(run(encodePacketFilter(443, true), Uint8Array.of(0x45)), 0)
})

test('the program for the kernel: how many instructions, and where', () => {
  const wide = encodeFilterProgram(8, 30, 0x1122334455n)
  const narrow = encodeFilterProgram(4, 30, 0x11223344n)
  const little = endianness() === 'LE'
  const [w, n] = [new DataView(wide.buffer), new DataView(narrow.buffer)]
  assert.deepEqual([w.getUint16(0, little), w.getBigUint64(8, little), wide.length], [30, 0x1122334455n, 16])
  assert.deepEqual([n.getUint16(0, little), n.getUint32(4, little), narrow.length], [30, 0x11223344, 8])
})
