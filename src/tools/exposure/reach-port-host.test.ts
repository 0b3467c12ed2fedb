import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { Host } from '../../model/path/host.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { reachPort } from './exposure.ts'

const scalar = (text: string) => addressScalar(parseAddress(text))
const ROUTE = { family: 'ipv4', kind: 'unicast', metric: 0, table: 254 } as const
const LOCAL = {
  family: 'ipv4',
  kind: 'local',
  metric: 0,
  table: 255,
  device: 'lo',
  prefixLength: 32,
} as const
/** A machine with a way out by `up`, and a bridge of containers. What is asked of it was seen in network namespaces. */
const HOST: Host = {
  addresses: [
    { family: 'ipv4', address: scalar('127.0.0.1'), prefixLength: 8, device: 'lo' },
    { family: 'ipv4', address: scalar('10.9.0.1'), prefixLength: 24, device: 'up' },
    { family: 'ipv4', address: scalar('172.17.0.1'), prefixLength: 16, device: 'br' },
  ],
  routes: [
    { ...LOCAL, destination: scalar('10.9.0.1') },
    { ...LOCAL, destination: scalar('172.17.0.1') },
    { ...ROUTE, destination: scalar('10.9.0.0'), prefixLength: 24, device: 'up' },
    { ...ROUTE, destination: scalar('172.17.0.0'), prefixLength: 16, device: 'br' },
    { ...ROUTE, destination: 0, prefixLength: 0, device: 'up', gateway: scalar('10.9.0.2') },
  ],
  forwards: { ipv4: true, ipv6: true },
}

const INPUT = (rules: string, policy: string): string =>
  `table inet f {\n chain i {\n type filter hook input priority 0; policy ${policy};\n ${rules}\n }\n}\n`
const NAT = (rules: string): string =>
  `table ip n {\n chain p {\n type nat hook prerouting priority -100;\n ${rules}\n }\n}\n`
const INGRESS = (device: string, rules: string, name = 'd'): string =>
  `table netdev ${name} {\n chain i {\n type filter hook ingress device "${device}" priority 0;\n ${rules}\n }\n}\n`
const PASSED_ON = NAT('fib daddr type local tcp dport 80 dnat to 172.17.0.2:8080')

const ROWS: readonly [name: string, rules: string, wanted: string, forwards?: boolean][] = [
  [
    'only devices that there are: what another would let in comes from nowhere',
    INPUT('iifname "eth1" tcp dport 80 accept', 'drop'),
    'closed closed closed closed',
  ],
  [
    'closed on the way out: containers alone are left',
    INPUT('iifname "up" tcp dport 80 drop', 'accept'),
    'open open closed closed',
  ],
  [
    'packets are for an own address, not for a broadcast one',
    INPUT('fib daddr type broadcast accept', 'drop'),
    'closed closed closed closed',
  ],
  [
    'what ufw does with packets that are not for this machine',
    INPUT('fib daddr type != local drop\ntcp dport 80 accept', 'drop'),
    'open open open open',
  ],
  ['published, by what Docker asks of the destination', PASSED_ON, 'open published published published'],
  [
    'published, and let through by the device towards the container',
    `${PASSED_ON}table inet g {\n chain f {\n type filter hook forward priority 0; policy drop;\n oifname "br" accept\n }\n}`,
    'open published published published',
  ],
  [
    'published, and kept out by that device',
    `${PASSED_ON}table inet g {\n chain f {\n type filter hook forward priority 0;\n oifname "br" drop\n }\n}`,
    'open closed closed closed',
  ],
  ['published by a machine that passes nothing on', PASSED_ON, 'open closed closed closed', false],
  [
    'redirected to a port that is open',
    NAT('tcp dport 80 redirect to :8080') + INPUT('tcp dport 8080 accept', 'drop'),
    'closed published published published',
  ],
  [
    'redirected to a port that is closed',
    NAT('tcp dport 80 redirect to :8080') + INPUT('tcp dport 80 accept', 'drop'),
    'open closed closed closed',
  ],
  [
    'what this host sends to itself goes out first',
    'table inet f {\n chain o {\n type filter hook output priority 0;\n tcp dport 80 drop\n }\n}',
    'closed open open open',
  ],
  [
    'published for this host, too',
    'table ip n {\n chain o {\n type nat hook output priority -100;\n tcp dport 80 dnat to 172.17.0.2:8080\n }\n}',
    'published open open open',
  ],
  [
    'dropped by the device that it comes in by: another has it',
    INGRESS('up', 'drop'),
    'open open closed closed',
  ],
  ['dropped by all devices', INGRESS('up', 'drop') + INGRESS('br', 'drop', 'e'), 'open closed closed closed'],
  ['dropped by a device of another port', INGRESS('up', 'tcp dport 81 drop'), 'open open open open'],
  [
    'dropped by a device before it would be published',
    PASSED_ON + INGRESS('up', 'tcp dport 80 drop'),
    'open published closed closed',
  ],
  ['handed to another device', INGRESS('up', 'fwd to "br"'), 'open open closed closed'],
  ['rejected by a device', INGRESS('up', 'tcp dport 80 reject with tcp reset'), 'open open closed closed'],
  [
    'a rule that rewrites the port first',
    INPUT('tcp dport 80 tcp dport set 81\ntcp dport 81 accept', 'drop'),
    'published published published published',
  ],
]
for (const [name, rules, wanted, forwards = true] of ROWS) {
  test(name, () => {
    const { ruleset } = parseNftText(rules)
    const host = { ...HOST, forwards: { ipv4: forwards, ipv6: forwards } }
    const answers = reachPort({ ruleset, host }, { protocol: 'tcp', port: 80, families: ['ipv4'] })
    const told = JSON.stringify(answers.map(({ why, witness }) => [why, witness]))
    assert.equal(answers.map(({ verdict }) => verdict).join(' '), wanted, told)
  })
}

test('who knocks from a link is neither the machine itself nor a network', () => {
  const [link] = reachPort(
    { ruleset: { tables: [] }, host: HOST },
    { protocol: 'tcp', port: 80, families: ['ipv4'] },
    ['link'],
  )
  assert.match(link!.witness!, /^tcp (?!10\.9\.0\.[01]:|172\.17\.0\.[01]:)[\d.]+:40000 -> .* in (up|br)$/)
})

test('an IPv6 packet has no routing header unless it is said', () => {
  const { ruleset } = parseNftText(INPUT('rt type 0 drop\ntcp dport 80 accept', 'drop'))
  const answers = reachPort({ ruleset }, { protocol: 'tcp', port: 80, families: ['ipv6'] })
  assert.equal(answers.map(({ verdict }) => verdict).join(' '), 'open open open open')
})
