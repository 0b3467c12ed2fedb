import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../fault.ts'
import { parseCondition } from './condition.ts'
import { findPacket } from './find-packet.ts'
import { conditionOf, rulesOf } from './tiny.cases.ts'

/** What nft itself reads the same words as. */
const AS_NFT: readonly string[] = [
  'tcp dport 22',
  'tcp dport { 22, 80-90 }',
  'udp sport != 53',
  'ip saddr 10.0.0.0/8',
  'ip6 daddr 2001:db8::/32',
  'ip saddr 10.0.0.1-10.0.0.9',
  'ct state new,established',
  'ct state == established',
  'tcp flags syn',
  'icmp type echo-request',
  'icmpv6 type { nd-router-advert, nd-neighbor-solicit }',
  'meta mark 0x10',
  'meta l4proto udp',
  'iifname "eth*"',
  'ip ttl < 5',
  'tcp dport 22 ip saddr != 10.0.0.0/8',
]

for (const text of AS_NFT) {
  test(`read as nft reads it: ${text}`, () => assert.deepEqual(parseCondition(text), conditionOf(text)))
}

/** Short forms, and the matches that they stand for. */
const SHORT: readonly (readonly [text: string, nft: string, negated?: boolean])[] = [
  ['saddr 10.0.0.0/8', 'ip saddr 10.0.0.0/8'],
  ['daddr 2001:db8::1', 'ip6 daddr 2001:db8::1'],
  ['dport 53', 'th dport 53'],
  ['udp', 'meta l4proto udp'],
  ['state established', 'ct state established'],
  ['iif eth0', 'iifname "eth0"'],
  ['mark 7', 'meta mark 7'],
  ['not tcp dport 22', 'tcp dport 22', true],
  ['not not tcp dport 22', 'tcp dport 22'],
]

for (const [text, nft, negated = false] of SHORT) {
  test(`short: ${text}`, () => {
    const [{ match } = assert.fail('nothing was read')] = conditionOf(nft)
    assert.deepEqual(parseCondition(text), [{ match, negated }])
  })
}

test('matches follow each other, with "and" or without', () => {
  assert.deepEqual(
    parseCondition('tcp dport 22 and not saddr 10.0.0.0/8'),
    parseCondition('tcp dport 22 not saddr 10.0.0.0/8'),
  )
  assert.deepEqual(parseCondition(' '), [])
})

const REFUSED: readonly (readonly [text: string, column: number, why: RegExp])[] = [
  ['tcp dport', 10, /value of inet_service/],
  ['tcp dport ssh2', 11, /"ssh2" is no value/],
  ['tcp dport 70000', 11, /no value/],
  ['tcp prot 22', 5, /nothing that can be asked/],
  ['saddr 10.0.0.0/40', 16, /0 to 32/],
  ['ip saddr 10.0.0.9-10.0.0.1', 10, /ends before/],
  ['tcp dport { 22', 11, /never closed/],
  ['tcp dport {}', 11, /nothing between/],
  ['nonsense 1', 1, /"nonsense"/],
  ['tcp dport 22 and', 17, /follow/],
  ['ct state nwe', 10, /which are .*new/],
  ['meta nothing 1', 6, /nothing that can be asked/],
  ['tcp dport < 1-2', 13, /one value/],
]

for (const [text, column, why] of REFUSED) {
  test(`refused: ${text}`, () => {
    assert.throws(
      () => parseCondition(text),
      error =>
        isFault(error) &&
        error.code === 'E_CONDITION' &&
        error.details.column === column &&
        why.test(error.message),
    )
  })
}

const ONLY_TEN = `table inet t {
  chain c {
    type filter hook input priority 0; policy drop;
    ip saddr 10.0.0.0/8 tcp dport 22 accept
    udp dport 53 accept
  }
}`

/** What follows for a rule set that lets 10.0.0.0/8 come to port 22, and anybody to UDP port 53. */
const ASKED: readonly (readonly [condition: string, found: 'yes' | 'no'])[] = [
  ['tcp dport 22', 'yes'],
  ['tcp dport 22 not saddr 10.0.0.0/8', 'no'],
  ['tcp dport 22 ip saddr != 10.0.0.0/8', 'no'],
  ['tcp dport 22 meta nfproto ipv6', 'no'],
  ['not tcp dport 22', 'yes'],
  ['not tcp dport 22 not udp', 'no'],
  ['dport 53', 'yes'],
  ['dport 53 not udp dport 53', 'no'],
  ['udp dport 53 not saddr 10.0.0.0/8 not saddr 2001:db8::/32', 'yes'],
]

for (const [condition, found] of ASKED) {
  test(`accepted, ${condition}: ${found}`, () => {
    const answer = findPacket(rulesOf(ONLY_TEN), {
      hook: 'input',
      wanted: ['accept'],
      condition: parseCondition(condition),
    })
    assert.equal(answer.found, found)
  })
}
