import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { exposureOf } from '../../model/exposure.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { effectiveExposure, judgeOf } from './exposure.ts'

const DROP = (rules: string): string =>
  `table inet f {\n chain i {\n type filter hook input priority 0; policy drop;\n iifname "lo" accept\n ${rules}\n }\n}`

const ADDRESSES = [
  { interface: 'lo', index: 1, address: parseAddress('127.0.0.1'), prefix: 8 },
  { interface: 'eth0', index: 2, address: parseAddress('203.0.113.7'), prefix: 24 },
]

const ROWS: readonly [name: string, rules: string, address: string, level: string, because: RegExp][] = [
  ['no rules', '', '0.0.0.0', 'public', /^all interfaces/],
  ['closed', DROP(''), '0.0.0.0', 'host', /the packet filter lets in only this host \(inet f i\)/],
  ['open', DROP('tcp dport 80 accept'), '0.0.0.0', 'public', /203\.0\.113\.7$/],
  [
    'for some',
    DROP('ip saddr 10.0.0.0/8 tcp dport 80 accept'),
    '0.0.0.0',
    'private',
    /only private networks/,
  ],
  [
    'bound to loopback: nothing to narrow',
    DROP('tcp dport 80 accept'),
    '127.0.0.1',
    'host',
    /^only 127\.0\.0\.1/,
  ],
  [
    'published elsewhere',
    'table ip n {\n chain p {\n type nat hook prerouting priority -100\n tcp dport 80 dnat to 172.17.0.2:8080\n }\n}',
    '0.0.0.0',
    'public',
    /translated to 172\.17\.0\.2:8080/,
  ],
]
for (const [name, rules, address, level, because] of ROWS) {
  test(name, () => {
    const judge = judgeOf({ ruleset: parseNftText(rules).ruleset })
    const atMost = exposureOf({ address: parseAddress(address), addresses: ADDRESSES })
    const found = judge({ protocol: 'tcp', port: 80, address }, atMost)
    assert.equal(found.level, level, found.because)
    assert.match(found.because, because)
  })
}

test('a machine without a filter is not asked further', async () => {
  assert.deepEqual(await effectiveExposure(openMemory({})), { unread: [] })
})
