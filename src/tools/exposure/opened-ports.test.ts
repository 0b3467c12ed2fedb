import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decider } from '../../os/os.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { openedPorts } from './exposure.ts'

const ROWS: readonly [name: string, rules: string, policy: string, opened: readonly string[]][] = [
  ['nothing', '', 'drop', []],
  ['everything', '', 'accept', ['tcp 1-65535 public ipv4,ipv6', 'udp 1-65535 public ipv4,ipv6']],
  ['a port', 'tcp dport 22 accept', 'drop', ['tcp 22-22 public ipv4,ipv6']],
  ['neighbours are one', 'tcp dport { 80, 81-90 } accept', 'drop', ['tcp 80-90 public ipv4,ipv6']],
  ['for some', 'ip saddr 10.0.0.0/8 tcp dport 22 accept', 'drop', ['tcp 22-22 private ipv4']],
  [
    'all but one',
    'tcp dport 23 drop',
    'accept',
    ['tcp 1-22 public ipv4,ipv6', 'tcp 24-65535 public ipv4,ipv6', 'udp 1-65535 public ipv4,ipv6'],
  ],
  ['from a number on', 'udp dport > 1023 accept', 'drop', ['udp 1024-65535 public ipv4,ipv6']],
  [
    'a verdict map',
    'tcp dport vmap { 22 : accept, 23 : drop, 24-25 : accept }',
    'drop',
    ['tcp 22-22 public ipv4,ipv6', 'tcp 24-25 public ipv4,ipv6'],
  ],
]
for (const [name, rules, policy, opened] of ROWS) {
  test(name, () => {
    const { ruleset } = parseNftText(
      `table inet f {\n chain i {\n type filter hook input priority 0; policy ${policy};\n iifname "lo" accept\n ${rules}\n }\n}`,
    )
    const { ports, complete } = openedPorts({ ruleset })
    assert.deepEqual(
      ports.map(
        ({ protocol, low, high, level, families }) => `${protocol} ${low}-${high} ${level} ${families}`,
      ),
      opened,
    )
    assert.equal(complete, true)
  })
}

const OUTSIDE: readonly [name: string, decider: Decider, verdict: string][] = [
  [
    'a unit’s own list says nothing of ports',
    { kind: 'systemd', place: 'db.service', says: 'IPAddressDeny=any' },
    'open',
  ],
  ['nor does a group’s program', { kind: 'cgroup', place: '/system.slice', says: 'program 7' }, 'open'],
  ['one of all groups does', { kind: 'cgroup', place: '/', says: 'program 7' }, 'unknown'],
  ['and one at a device', { kind: 'xdp', place: 'eth0', direction: 'ingress', says: 'program 7' }, 'unknown'],
]
for (const [name, decider, verdict] of OUTSIDE) {
  test(`outside of the rules: ${name}`, () => {
    const { ruleset } = parseNftText(
      'table inet f {\n chain i {\n type filter hook input priority 0; policy drop;\n tcp dport 22 accept\n }\n}',
    )
    const { ports } = openedPorts({ ruleset, outside: [decider] })
    assert.deepEqual(
      ports.map(one => [one.low, one.verdict]),
      [[22, verdict]],
    )
  })
}
