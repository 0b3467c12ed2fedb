import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import test from 'node:test'
import {
  ATTACH,
  decodeNetfilterLink,
  decodeProgramInfo,
  encodeId,
  encodeInfoRequest,
  encodeProgramQuery,
  nextId,
  programCount,
  QUERY_BYTES,
} from './bpf.ts'

const skip = endianness() === 'LE' ? false : 'the bytes were written for a little-endian machine'
/** What Linux 6.18 said of a program that was attached at forward, IPv6, priority -17, and of one on an interface. */
const recorded = (name: string): Uint8Array =>
  readFileSync(new URL(`./testdata/${name}.bpf`, import.meta.url))

test('a program, as the kernel told it', { skip }, () => {
  const bytes = recorded('netfilter-program')
  assert.deepEqual(decodeProgramInfo(bytes), { id: 158, type: 'netfilter', name: 'nf_forward' })
  assert.equal(decodeProgramInfo(bytes.subarray(0, 79)), null)
})

test('a program without a name, of a type that stands elsewhere', { skip }, () => {
  const bytes = new Uint8Array(80)
  bytes[0] = 2
  bytes[4] = 7
  assert.deepEqual(decodeProgramInfo(bytes), { id: 7 })
})

test('a link of netfilter, as the kernel told it; others are none', { skip }, () => {
  const told = { program: 158, family: 10, hook: 2, priority: -17 }
  assert.deepEqual(decodeNetfilterLink(recorded('netfilter-link')), told)
  assert.equal(decodeNetfilterLink(recorded('xdp-link')), null)
  assert.equal(decodeNetfilterLink(recorded('netfilter-link').subarray(0, 31)), null)
})

/** Places of include/uapi/linux/bpf.h: target 0, attach_type 4, query_flags 8, prog_ids 16, prog_cnt 24. */
test('the questions are laid out as union bpf_attr has them', { skip }, () => {
  const bytes = new Uint8Array(QUERY_BYTES).fill(255)
  encodeProgramQuery(
    { target: 3, attachType: ATTACH.tcxEgress, effective: true, ids: 0x1122334455667788n, room: 64 },
    bytes,
  )
  const view = new DataView(bytes.buffer)
  assert.deepEqual(
    [0, 4, 8, 12, 24, 28].map(at => view.getUint32(at, true)),
    [3, 47, 1, 0, 64, 0],
  )
  assert.equal(view.getBigUint64(16, true), 0x1122334455667788n)
  assert.ok(bytes.subarray(32).every(byte => byte === 0))
  view.setUint32(24, 2, true)
  assert.equal(programCount(bytes), 2)
  assert.equal(encodeId(158, bytes), 16)
  assert.deepEqual([...bytes.subarray(0, 16)], [158, ...Array.from({ length: 15 }, () => 0)])
  view.setUint32(4, 159, true)
  assert.equal(nextId(bytes), 159)
  assert.equal(encodeInfoRequest(9, 0x10n, 80, bytes), 16)
  assert.deepEqual(
    [view.getUint32(0, true), view.getUint32(4, true), view.getBigUint64(8, true)],
    [9, 80, 16n],
  )
})
