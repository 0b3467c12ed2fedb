/** Blocks laid out by hand, as sections 4.1 to 4.3 of the format's draft have them. tshark reads one in test/peers. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { encodePcapng } from './pcapng.ts'

const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex')
const SECTION =
  '0a0d0d0a 2c000000 4d3c2b1a 01000000 ffffffffffffffff 0400 0800 706f72746f6c616e 0000 0000 2c000000'
const INTERFACE =
  '01000000 28000000 6500 0000 00000000 0200 0400 65746830 0900 0100 09000000 00000000 28000000'

test('a section with one interface and one packet of five bytes', () => {
  const packet = { interface: 0, at: 1.5, bytes: Uint8Array.of(1, 2, 3, 4, 5) }
  // 1.5 ms are 1,500,000 ns, 0x16e360.
  const block = '06000000 28000000 00000000 00000000 60e31600 05000000 05000000 0102030405000000 28000000'
  assert.equal(
    hex(encodePcapng([{ name: 'eth0' }], [packet])),
    [SECTION, INTERFACE, block].join('').replaceAll(' ', ''),
  )
})

test('a comment, and a time beyond 32 bits', () => {
  const packet = { interface: 0, at: 1_767_323_045_000, bytes: new Uint8Array(4), comment: 'lost' }
  const file = hex(encodePcapng([{ name: 'eth0' }], [packet]))
  const nanoseconds = (1_767_323_045_000n * 1_000_000n).toString(16).padStart(16, '0')
  const le = (of: string): string => of.match(/../g)!.toReversed().join('')
  assert.ok(
    file.endsWith(
      `06000000300000000000000${'0'}${le(nanoseconds.slice(0, 8))}${le(nanoseconds.slice(8))}${'0400000004000000'}${'00000000'}${'010004006c6f737400000000'}${'30000000'}`,
    ),
    file,
  )
})
