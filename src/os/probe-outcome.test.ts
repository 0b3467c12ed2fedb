import assert from 'node:assert/strict'
import test from 'node:test'
import { outcomeAtOnce, outcomeLater, outcomeOfIcmp } from './probe-outcome.ts'

/** connect(2), ip(7), `icmp_err_convert` of net/ipv4/icmp.c. */
const LATER: readonly (readonly [
  code: string,
  icmp: string | null | undefined,
  kind: string,
  reason?: string,
])[] = [
  ['ECONNREFUSED', null, 'closed', 'reset'],
  ['ECONNRESET', null, 'closed', 'reset'],
  ['ECONNREFUSED', undefined, 'closed', 'refused'],
  ['ECONNREFUSED', 'icmp-3/3', 'filtered', 'icmp-3/3'],
  ['EHOSTUNREACH', 'icmp-3/13', 'filtered', 'icmp-3/13'],
  ['EHOSTUNREACH', undefined, 'filtered', 'error-EHOSTUNREACH'],
  ['ENETUNREACH', undefined, 'filtered', 'error-ENETUNREACH'],
  ['ENOPROTOOPT', undefined, 'filtered', 'error-ENOPROTOOPT'],
  ['EACCES', undefined, 'filtered', 'error-EACCES'],
  ['ETIMEDOUT', null, 'silent'],
  ['EADDRNOTAVAIL', undefined, 'short'],
]
for (const [code, icmp, kind, reason] of LATER)
  test(`${code} after a while, the error queue ${icmp === undefined ? 'unread' : (icmp ?? 'empty')}: ${kind} ${reason ?? ''}`, () => {
    const outcome = outcomeLater(code, icmp)
    assert.equal(outcome.kind, kind)
    assert.equal('reason' in outcome ? outcome.reason : undefined, reason)
  })

const AT_ONCE: Readonly<Record<string, readonly string[]>> = {
  short: ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRNOTAVAIL', 'EADDRINUSE'],
  denied: ['EPERM', 'EACCES'],
  impossible: ['ENETUNREACH', 'EHOSTUNREACH', 'EINVAL', 'EAFNOSUPPORT', 'ENODEV'],
}
for (const [kind, codes] of Object.entries(AT_ONCE))
  for (const code of codes)
    test(`${code} from the call itself is no answer: ${kind}`, () => {
      assert.deepEqual(outcomeAtOnce(code), { kind, code })
    })

const BY: readonly (readonly [said: string, by: 'other' | 'this-host' | 'link', outcome: object])[] = [
  ['icmp-3/13', 'other', { kind: 'filtered', reason: 'icmp-3/13' }],
  ['icmp-3/1', 'other', { kind: 'filtered', reason: 'icmp-3/1' }],
  ['icmp-3/1', 'link', { kind: 'filtered', reason: 'no-neighbour' }],
  ['icmpv6-1/3', 'link', { kind: 'filtered', reason: 'no-neighbour' }],
  ['icmp-3/13', 'link', { kind: 'impossible', code: 'icmp-3/13' }],
  ['icmp-3/1', 'this-host', { kind: 'impossible', code: 'icmp-3/1' }],
  ['icmpv6-1/3', 'this-host', { kind: 'impossible', code: 'icmpv6-1/3' }],
]
for (const [said, by, outcome] of BY)
  test(`${said} by ${by}`, () => assert.deepEqual(outcomeOfIcmp(said, by), outcome))
