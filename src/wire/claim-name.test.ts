import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Claim } from '../model/claim.ts'
import { claimPrefix, decodeClaim, encodeClaim } from './claim-name.ts'

const prefix = claimPrefix('02934b98-f29c-4449-a117-993d477397cb\n', 4026531833)

const claims = fc
  .record({
    first: fc.integer({ min: 1, max: 65535 }),
    count: fc.integer({ min: 1, max: 1000 }),
    state: fc.constantFrom<Claim['state']>('pending', 'held', 'past'),
    key: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(n => n.toString(16).padStart(16, '0')),
    holder: fc.option(fc.record({ pid: fc.nat(2 ** 22), start: fc.nat(), space: fc.nat() }), { nil: null }),
    expiresAt: fc.option(fc.nat(), { nil: null }),
    madeAt: fc.nat(),
    nonce: fc.stringMatching(/^[0-9a-z]{1,32}$/),
  })
  .filter(({ first, count }) => first + count <= 65536)

test('a claim is the name that it makes', () => {
  fc.assert(
    fc.property(claims, claim => {
      const name = encodeClaim(prefix, claim)
      assert.deepEqual(decodeClaim(prefix, name), structuredClone(claim))
      // NAME_MAX of Linux.
      assert.ok(name.length <= 255 && !name.includes('/'))
    }),
  )
})

test('what is read is written the same, and nothing throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-.apheldstp/\n') }), text => {
      const claim = decodeClaim(prefix, prefix + text)
      assert.ok(claim === null || encodeClaim(prefix, claim) === prefix + text)
    }),
  )
})

const GOOD = '3000-1.held.0123456789abcdef.812-1540791-4026531836.-.1767323045000.k3x9'

test('the prefix is that of the boot and the namespace', () => {
  assert.equal(prefix, 'portolan-lease.02934b98f29c.4026531833.')
  assert.equal(decodeClaim(prefix, `portolan-lease.02934b98f29c.4026531834.${GOOD}`), null)
  assert.equal(decodeClaim(prefix, prefix + GOOD)?.first, 3000)
})

for (const [what, change] of [
  ['no port 0', (name: string) => name.replace('3000-1', '0-1')],
  ['none past the last port', (name: string) => name.replace('3000-1', '65535-2')],
  ['no row of none', (name: string) => name.replace('3000-1', '3000-0')],
  ['no leading zero', (name: string) => name.replace('3000-1', '03000-1')],
  ['no other state', (name: string) => name.replace('held', 'kept')],
  ['no short key', (name: string) => name.replace('cdef', 'cde')],
  ['nothing behind it', (name: string) => `${name}.x`],
  ['no nonce that leaves the folder', (name: string) => name.replace('k3x9', '../x')],
] as const)
  test(`a claim has ${what}`, () => assert.equal(decodeClaim(prefix, prefix + change(GOOD)), null))
