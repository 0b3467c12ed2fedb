/** Rules as people write them, in nft's words and iptables', and what is said of each. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { rulesetFromText } from '../firewall/firewall.ts'
import { translationRules } from './translation-rules.ts'

const inChain = (hook: string, rule: string, family = 'ip'): string =>
  `table ${family} nat {\n chain c {\n  type nat hook ${hook} priority 0; policy accept;\n  ${rule}\n }\n}\n`

const read = (text: string) => translationRules(rulesetFromText(text, { name: 'a test' }).ruleset)

const WORDS: readonly (readonly [hook: string, rule: string, words: string, family?: string])[] = [
  [
    'postrouting',
    'oifname "eth0" masquerade',
    'what comes leaving by eth0 takes the address of the interface that it leaves by',
  ],
  [
    'postrouting',
    'ip saddr 10.0.0.0/8 oifname != "docker0" masquerade fully-random',
    'what comes from 10.0.0.0/8 not leaving by docker0 takes the address of the interface that it leaves by (fully-random)',
  ],
  [
    'postrouting',
    'ip saddr 10.0.0.0/24 snat to 203.0.113.1-203.0.113.4',
    'what comes from 10.0.0.0/24 takes the source 203.0.113.1-203.0.113.4',
  ],
  [
    'postrouting',
    'meta l4proto { tcp, udp } masquerade to :1024-2047',
    'tcp or udp takes the address of the interface that it leaves by, and a port of 1024-2047',
  ],
  [
    'prerouting',
    'iifname "wan" tcp dport 443 ip daddr 203.0.113.1 dnat to 10.0.0.5:8443',
    'tcp coming in by wan to 203.0.113.1 port 443 goes to 10.0.0.5:8443',
  ],
  [
    'prerouting',
    'fib daddr type local udp dport 5000-5010 dnat to 10.0.0.5',
    'udp to this machine port 5000-5010 goes to 10.0.0.5',
  ],
  ['output', 'tcp dport 80 redirect to :8080', 'tcp to port 80 goes to this machine’s port 8080'],
  [
    'prerouting',
    'ct mark 0x7 tcp dport 80 redirect',
    'tcp to port 80, if ct mark 0x00000007, goes to this machine',
  ],
  [
    'prerouting',
    'ip6 daddr 2001:db8::1 tcp dport 22 dnat to [2001:db8:1::5]:2222',
    'tcp to 2001:db8::1 port 22 goes to [2001:db8:1::5]:2222',
    'ip6',
  ],
  [
    'prerouting',
    'dnat to tcp dport map { 80 : 10.0.0.1, 443 : 10.0.0.2 }',
    'what comes goes to what tcp dport map { 80 : 10.0.0.1, 443 : 10.0.0.2 } says',
  ],
]
for (const [hook, rule, words, family] of WORDS)
  test(rule, () =>
    assert.deepEqual(
      read(inChain(hook, rule, family)).map(one => one.words),
      [words],
    ),
  )

const DOCKER = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
`

test('rules of Docker are known by their chains and devices, wherever they are entered from', () => {
  const rules = read(DOCKER)
  assert.deepEqual(
    rules.map(({ kind, words, maker, hooks }) => [kind, words, maker, hooks]),
    [
      [
        'masquerade',
        'what comes from 172.17.0.0/16 not leaving by docker0 takes the address of the interface that it leaves by',
        'Docker',
        ['postrouting'],
      ],
      ['dnat', 'tcp not coming in by docker0 to port 8080 goes to 172.17.0.2:80', 'Docker', ['prerouting']],
    ],
  )
  assert.equal(
    rules[1]!.rule.text,
    '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
  )
})

test('what only filters is not among them', () => {
  assert.deepEqual(
    read(
      'table ip f {\n chain c {\n  type filter hook input priority 0; policy drop;\n  tcp dport 22 accept\n }\n}\n',
    ),
    [],
  )
})
