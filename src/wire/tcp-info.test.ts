import assert from 'node:assert/strict'
import test from 'node:test'
import { TCP_FIELDS, type TcpField } from '../model/socket-columns.ts'
import { LITTLE_ENDIAN, readTcpInfo } from './tcp-info.ts'
import { tcpInfoDetail } from './tcp-info-detail.ts'

/** A tcp_info of 280 bytes, established, whose u32 at offset n is 1000 + n: no two fields are alike. */
function sample(state = 1): Uint8Array {
  const view = new DataView(new ArrayBuffer(280))
  for (let at = 0; at < 280; at += 4) view.setUint32(at, 1000 + at, LITTLE_ENDIAN)
  view.setUint8(0, state)
  return new Uint8Array(view.buffer)
}

function read(bytes: Uint8Array, length = bytes.length, offset = 0): Partial<Record<TcpField, number>> {
  const into = new Float64Array(TCP_FIELDS.length + 2).fill(Number.NaN)
  readTcpInfo(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset, length, into, 1)
  assert.ok(Number.isNaN(into[0]) && Number.isNaN(into.at(-1)), 'wrote beside its place')
  const told = TCP_FIELDS.map((field, i) => [field, into[1 + i]!] as const).filter(
    ([, value]) => !Number.isNaN(value),
  )
  return Object.fromEntries(told)
}

/** The kernel's u64 whose two halves the sample has at `at`. */
const wide = (at: number): number =>
  LITTLE_ENDIAN ? 1000 + at + (1004 + at) * 2 ** 32 : (1000 + at) * 2 ** 32 + 1004 + at

/** Offsets of include/uapi/linux/tcp.h, and where each field ends. */
const FIELDS: readonly (readonly [TcpField, end: number, value: number])[] = [
  ['rttMs', 72, 1.068],
  ['rttVarMs', 76, 1.072],
  ['retransmits', 104, 1100],
  ['bytesAcked', 128, wide(120)],
  ['bytesReceived', 136, wide(128)],
  ['sinceSentMs', 48, 1044],
  ['sinceReceivedMs', 56, 1052],
  ['congestionWindow', 84, 1080],
  ['mss', 20, 1016],
  ['deliveryRate', 168, wide(160)],
]
for (const length of [0, 1, 10, 19, 20, 71, 72, 76, 103, 104, 127, 128, 167, 168, 232, 280]) {
  test(`of ${length} bytes, only the fields that end within them`, () => {
    const expected = Object.fromEntries(
      FIELDS.filter(([, end]) => end <= length).map(([field, , value]) => [field, value]),
    )
    assert.deepEqual(read(sample().subarray(0, length)), expected)
    assert.deepEqual(read(sample(), length), expected, 'the length given counts, not the bytes behind')
  })
}

test('a longer tcp_info, of a kernel to come, is read as the one we know', () => {
  const longer = new Uint8Array(400)
  longer.set(sample())
  assert.deepEqual(read(longer), read(sample()))
})

test('a length beyond the bytes there are reads no further', () => {
  assert.deepEqual(read(sample().subarray(0, 104), 400), read(sample(), 104))
  assert.deepEqual(read(sample(), 280, 1000), {})
  assert.deepEqual(read(sample(), 280, -4), {})
  assert.deepEqual(read(sample(), Number.NaN), {})
})

test('an offset that is no multiple of 4', () => {
  const shifted = new Uint8Array(283)
  shifted.set(sample(), 3)
  assert.deepEqual(read(shifted, 280, 3), read(sample()))
})

test('before the first sample there is no round-trip time', () => {
  const bytes = sample()
  bytes.fill(0, 68, 72)
  const { rttMs, rttVarMs, mss } = read(bytes)
  assert.deepEqual([rttMs, rttVarMs, mss], [undefined, undefined, 1016])
  const detail = tcpInfoDetail(bytes)
  assert.deepEqual([detail.rttUs, detail.rttVarUs], [undefined, undefined])
})

test('before the handshake is done, times since the last segment count from boot', () => {
  const { sinceSentMs, sinceReceivedMs, mss } = read(sample(2))
  assert.deepEqual([sinceSentMs, sinceReceivedMs, mss], [undefined, undefined, 1016])
  assert.equal(tcpInfoDetail(sample(2)).sinceDataSentMs, undefined)
})

test('a listener has an accept queue and no numbers of a connection', () => {
  assert.deepEqual(read(sample(10)), {})
  assert.deepEqual(tcpInfoDetail(sample(10)), { acceptQueueLength: 1024, acceptQueueLimit: 1028 })
  assert.deepEqual(tcpInfoDetail(sample(10).subarray(0, 31)), {})
})

test('in full: all that 280 bytes hold, and nothing twice', () => {
  const detail = tcpInfoDetail(sample())
  const values = Object.values(detail).filter(value => typeof value === 'number' && value >= 1000)
  assert.equal(new Set(values).size, values.length)
  // Some of the table of offsets, from its beginning to its end.
  assert.equal(detail.retransmitTimeoutUs, 1008)
  assert.equal(detail.pathMtuBytes, 1060)
  assert.equal(detail.retransmitsTotal, 1100)
  assert.equal(detail.ackedBytes, wide(120))
  assert.equal(detail.minRttUs, 1148)
  assert.equal(detail.busyTimeUs, wide(168))
  assert.equal(detail.deliveredCeSegments, 1196)
  assert.equal(detail.peerWindowBytes, 1228)
  assert.equal(detail.ownWindowBytes, 1232)
  assert.equal(detail.rehashes, 1236)
  assert.equal(detail.timeoutTimeMs, 1244)
  assert.equal(detail.receivedCeBytes, 1272)
})

test('in full, of an older kernel: what it lacks is absent', () => {
  const detail = tcpInfoDetail(sample().subarray(0, 232))
  assert.equal(detail.peerWindowBytes, 1228)
  assert.equal('ownWindowBytes' in detail, false)
  assert.equal('rehashes' in detail, false)
  const oldest = tcpInfoDetail(sample().subarray(0, 104))
  assert.equal(oldest.retransmitsTotal, 1100)
  assert.equal('pacingRateBytesPerSecond' in oldest, false)
  assert.deepEqual(tcpInfoDetail(new Uint8Array()), {})
})

test('in full: bits and nibbles', () => {
  const bytes = sample()
  bytes.set([1, 3, 0, 0, 0, 0b0000_0111, 0x97, 1])
  const detail = tcpInfoDetail(bytes)
  assert.equal(detail.congestionState, 'recovery')
  assert.deepEqual(detail.options, ['timestamps', 'sack', 'window-scale'])
  assert.deepEqual([detail.sendWindowScale, detail.receiveWindowScale], [7, 9])
  assert.equal(detail.deliveryRateLimitedByApplication, true)
  bytes[5] = 0
  assert.equal(tcpInfoDetail(bytes).sendWindowScale, undefined, 'no scaling was agreed on')
})

test('in full: no limit is no number', () => {
  const bytes = sample()
  bytes.fill(0xff, 112, 120)
  bytes.fill(0xff, 148, 152)
  new DataView(bytes.buffer).setUint32(76, 0x7fffffff, LITTLE_ENDIAN)
  const detail = tcpInfoDetail(bytes)
  assert.equal(detail.maxPacingRateBytesPerSecond, undefined)
  assert.equal(detail.minRttUs, undefined)
  assert.equal(detail.slowStartThresholdSegments, undefined)
})
