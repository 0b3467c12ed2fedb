/** A recorded trace of a kernel (Linux 6.18): a SYN to port 80 through a jump, and dropped by a policy. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import test from 'node:test'
import { decodeIpPacket } from './ip-packet.ts'
import { decodeTrace } from './nft-trace.ts'

const skip = endianness() === 'LE' ? false : 'the bytes were written for a little-endian machine'
const recorded = readFileSync(new URL('./testdata/accepted.nftrace', import.meta.url))

test('each rule that matched, with its verdict, and the policy', { skip }, () => {
  const events = decodeTrace(recorded).filter(({ table }) => table === 'f')
  assert.deepEqual(
    events.map(({ kind, chain, verdict, target, handle }) => [
      kind,
      chain,
      verdict,
      target,
      handle !== undefined,
    ]),
    [
      ['rule', 'in', 'jump', 'sub', true],
      ['rule', 'sub', 'continue', undefined, true],
      ['rule', 'sub', 'continue', undefined, false],
      ['rule', 'in', 'continue', undefined, false],
      ['policy', 'in', 'drop', undefined, false],
    ],
  )
  assert.equal(new Set(events.map(({ id }) => id)).size, 1)
})

test('the headers as they are', { skip }, () => {
  const event = decodeTrace(recorded).find(({ networkHeader }) => networkHeader !== undefined)!
  const packet = decodeIpPacket(Buffer.concat([event.networkHeader!, event.transportHeader!]))!
  assert.equal(packet.source, 0x0a010002)
  assert.equal(packet.destinationPort, 80)
})

test('what isn’t a trace says nothing', () => {
  assert.deepEqual(decodeTrace(new Uint8Array(0)), [])
  assert.deepEqual(decodeTrace(Uint8Array.from({ length: 64 }, (_, i) => i)), [])
})
