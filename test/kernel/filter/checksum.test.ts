/** The checksum that the model tells of a changed packet is the one that the packet, made anew, has. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { checksumAfter } from '../../../src/model/filter/walk/checksum.ts'
import { decodeIpPacket } from '../../../src/wire/ip-packet.ts'
import { isIntact } from './checksums.ts'
import { parseProbe } from './notation.ts'
import { packetBytes } from './packet-bytes.ts'

const bytesOf = (text: string): Buffer => packetBytes(parseProbe(text).shape)

const ROWS: readonly (readonly [protocol: string, before: string, after: string])[] = [
  ['tcp', 'tcp a:4000 > b:80', 'tcp me2:4000 > b:80'],
  ['tcp', 'tcp a:4000 > b:80 ack', 'tcp a:65535 > 255.255.255.255:0 ack'],
  ['tcp', 'tcp a6:4000 > b6:80', 'tcp a6:4000 > [::1]:8080'],
  ['udp', 'udp a:4000 > b:53 payload=9', 'udp 0.0.0.1:1 > b:53 payload=9'],
  ['udp', 'udp a6:4000 > b6:53', 'udp lo6:4000 > lo6:53'],
  ['udplite', 'udplite a:4000 > b:53', 'udplite me:1 > b:54'],
  ['icmp', 'icmp a > b 8/0 id=7', 'icmp me2 > far 8/0 id=7'],
  ['icmpv6', 'icmp6 a6 > b6 128/0 id=7', 'icmp6 me26 > far6 128/0 id=7'],
]

for (const [protocol, before, after] of ROWS) {
  test(`${before} becomes ${after}`, () => {
    const changed = decodeIpPacket(bytesOf(after))!
    const arrived = decodeIpPacket(bytesOf(before))!
    const fields = new Map(arrived.fields)
    assert.equal(
      checksumAfter(protocol, arrived, { ...changed, fields }),
      changed.fields!.get(`${protocol} checksum`),
    )
  })
}

test('of what else has changed nothing is told', () => {
  const arrived = decodeIpPacket(bytesOf('tcp a:4000 > b:80'))!
  assert.equal(checksumAfter('tcp', arrived, { ...arrived, tcpFlags: 16 }), undefined)
  const fields = new Map(arrived.fields).set('tcp window', 1)
  assert.equal(checksumAfter('tcp', arrived, { ...arrived, fields }), undefined)
})

test('a bit that is turned is seen', () => {
  for (const text of ['tcp a:4000 > b:80', 'udp a6:4000 > b6:53', 'icmp a > b 8/0', 'icmp6 a6 > b6 128/0']) {
    const bytes = bytesOf(text)
    assert.ok(isIntact(bytes), text)
    const last = bytes.length - 1
    bytes[last] = bytes[last]! ^ 4
    assert.ok(!isIntact(bytes), text)
  }
})
