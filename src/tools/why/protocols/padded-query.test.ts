/** A question that is made as large as one likes, byte by byte as RFC 6891 section 6.1.2 and RFC 7830 section 3 have it. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeDns } from '../../../wire/dns/dns.ts'
import { hex } from './greeting.ts'
import { datagramQueryAt } from './protocols.ts'

const dns = datagramQueryAt(53, undefined)!

for (const [bytes, options] of [
  [32, '0004 000c 0000'],
  [1472, '05a4 000c 05a0'],
  [1480, '05ac 000c 05a8'],
] as const)
  test(`a question of DNS in ${bytes} bytes`, () => {
    const padded = dns.padded!(bytes)
    assert.equal(padded.length, bytes)
    // No answers, no authorities, one additional record: OPT of the root, 1232 bytes, no flags, so many bytes of options.
    assert.deepEqual(padded.subarray(4, 12), hex('0001 0000 0000 0001'))
    const head = hex(`00 0029 04d0 00000000 ${options}`)
    assert.deepEqual(padded.subarray(dns.ask.length, dns.ask.length + head.length), head)
    assert.ok(padded.subarray(dns.ask.length + head.length).every(byte => byte === 0))
    assert.deepEqual(decodeDns(padded)?.questions, decodeDns(dns.ask)?.questions)
  })
