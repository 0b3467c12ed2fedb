import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { type PortQuestion, reachPort } from './exposure.ts'

const INPUT = (rules: string, policy = 'drop'): string => `
table inet filter { chain input { type filter hook input priority 0; policy ${policy};
  ct state established,related accept
  iifname "lo" accept
  ${rules}
} }`

const ROWS: readonly [name: string, rules: string, port: number, wanted: string][] = [
  ['no rules at all', '', 22, 'open open open open'],
  ['a policy of accept', INPUT('', 'accept'), 22, 'open open open open'],
  ['a policy of drop', INPUT(''), 22, 'open closed closed closed'],
  ['open to all', INPUT('tcp dport 22 accept'), 22, 'open open open open'],
  [
    'open to a private network',
    INPUT('ip saddr 10.0.0.0/8 tcp dport 22 accept'),
    22,
    'open closed open closed',
  ],
  ['another port', INPUT('tcp dport 22 accept'), 23, 'open closed closed closed'],
  [
    'closed to all but one network, the rest open',
    INPUT('ip saddr != 192.168.0.0/16 tcp dport 22 reject', 'accept'),
    22,
    'open closed open closed',
  ],
  ['another protocol', INPUT('udp dport 22 accept'), 22, 'open closed closed closed'],
  [
    'a set',
    INPUT('tcp dport { 20-25, 443 } ip saddr { 10.1.0.0/16, 8.0.0.0/8 } accept'),
    22,
    'open closed open open',
  ],
  [
    'dropped in the raw table',
    `${INPUT('tcp dport 22 accept')}\ntable ip raw { chain pre { type filter hook prerouting priority -300; iifname "eth0" drop; iifname != "lo" drop; } }`,
    22,
    'open closed closed closed',
  ],
  [
    'published to a container, which input does not see',
    `${INPUT('')}
    table ip nat { chain pre { type nat hook prerouting priority -100; tcp dport 8080 dnat to 172.17.0.2:80; } }`,
    8080,
    'open published published published',
  ],
  [
    'published, and passed on because of that',
    `${INPUT('')}
    table ip nat { chain pre { type nat hook prerouting priority -100; tcp dport 8080 dnat to 172.17.0.2:80; } }
    table inet g { chain f { type filter hook forward priority 0; policy drop; ct status dnat accept; } }`,
    8080,
    'open published published published',
  ],
  [
    'published, and not passed on',
    `${INPUT('')}
    table ip nat { chain pre { type nat hook prerouting priority -100; tcp dport 8080 dnat to 172.17.0.2:80; } }
    table inet g { chain f { type filter hook forward priority 0; policy drop; } }`,
    8080,
    'open closed closed closed',
  ],
]
for (const [name, rules, port, wanted] of ROWS) {
  test(name, () => {
    const { ruleset } = parseNftText(rules)
    const question: PortQuestion = { protocol: 'tcp', port, families: ['ipv4'] }
    const answers = reachPort({ ruleset }, question)
    assert.equal(
      answers.map(({ verdict }) => verdict).join(' '),
      wanted,
      JSON.stringify(answers.map(({ why, witness }) => [why, witness])),
    )
  })
}

test('both families, each with what it is called', () => {
  const { ruleset } = parseNftText(INPUT('ip6 saddr 2001:db8::/32 tcp dport 22 accept'))
  const answers = reachPort({ ruleset }, { protocol: 'tcp', port: 22, families: ['ipv6'] })
  assert.deepEqual(
    answers.map(({ says, verdict }) => `${says}: ${verdict}`),
    [
      'this host, IPv6: open',
      'its links, IPv6: closed',
      'private networks, IPv6: closed',
      'everywhere, IPv6: open',
    ],
  )
  assert.match(answers[3]!.witness!, /^tcp \[2001:db8:.*\]:22/)
})

test('what decides outside of the rules makes an open port unknown, and is named', () => {
  const outside = [{ kind: 'xdp', place: 'eth0', direction: 'ingress', says: 'program 7' }] as const
  const answers = reachPort(
    { ruleset: { tables: [] }, outside },
    { protocol: 'tcp', port: 22, families: ['ipv4'] },
  )
  assert.deepEqual(
    answers.map(({ verdict }) => verdict),
    ['open', 'unknown', 'unknown', 'unknown'],
  )
  assert.match(answers[3]!.why!, /xdp at eth0 may not: program 7/)
})
