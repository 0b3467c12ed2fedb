/**
 * What isn't known, what isn't understood, and what is told of the walk. That packets fare as the kernel has it is judged by
 * the kernel (test/kernel/filter).
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { decideAtHook, type EvaluateOptions } from './evaluate.ts'
import type { Packet, Surroundings } from './packet.ts'
import type { Chain, Hook, Ruleset } from './ruleset.ts'
import type { Statement } from './statement.ts'

const ruleset = (text: string): Ruleset => parseNftText(text).ruleset
const input = (policy: string, ...rules: readonly string[]): Ruleset =>
  ruleset(
    `table inet t {\nchain in { type filter hook input priority 0; policy ${policy};\n${rules.join('\n')}\n}\n}`,
  )

const A = 0x0a010002
const ME = 0x0a010001
const SYN: Packet = {
  family: 'ipv4',
  protocol: 6,
  source: A,
  destination: ME,
  sourcePort: 4000,
  destinationPort: 22,
  tcpFlags: 2,
  icmpType: 0,
  length: 40,
}
const without = (...keys: readonly (keyof Packet)[]): Packet =>
  Object.fromEntries(
    Object.entries(SYN).filter(([key]) => !keys.includes(key as keyof Packet)),
  ) as unknown as Packet
const KNOWN: Surroundings = {
  inputInterface: 'eth0',
  outputInterface: null,
  mark: 0,
  conntrack: { state: 'new' },
}

const decide = (
  rules: Ruleset,
  packet: Packet,
  surroundings: Surroundings = KNOWN,
  options: EvaluateOptions = {},
  hook: Hook = 'input',
) => decideAtHook(rules, hook, packet, surroundings, options).decision

interface Row {
  readonly name: string
  readonly rules: Ruleset
  readonly packet?: Packet
  readonly surroundings?: Surroundings
  readonly options?: EvaluateOptions
  /** Kind; of what depends also the facts, and what follows from yes and no. */
  readonly wanted: string
}

const ROWS: readonly Row[] = [
  { name: 'all is known', rules: input('drop', 'tcp dport 22 accept'), wanted: 'accept' },
  {
    name: 'a port that decides and isn’t known',
    rules: input('drop', 'tcp dport 22 accept'),
    packet: without('destinationPort'),
    wanted: 'depends: tcp dport 22? accept, drop',
  },
  {
    name: 'a port that isn’t known and decides nothing',
    rules: input('drop', 'tcp dport 22 accept', 'tcp dport != 22 accept'),
    packet: without('destinationPort'),
    wanted: 'accept',
  },
  {
    name: 'what was assumed holds afterwards',
    rules: ruleset(`table inet t {
      chain sub { tcp dport 80 drop; tcp dport 22 accept; drop; }
      chain in { type filter hook input priority 0; policy accept; tcp dport 22 jump sub; }
    }`),
    packet: without('destinationPort'),
    wanted: 'accept',
  },
  {
    name: 'ports are one fact, whatever header names them',
    rules: input('accept', 'th dport 22 accept', 'tcp dport 22 drop'),
    packet: without('destinationPort'),
    wanted: 'accept',
  },
  {
    name: 'a protocol that isn’t known',
    rules: input('drop', 'meta l4proto tcp accept', 'udp dport 53 drop'),
    packet: without('protocol'),
    wanted: 'depends: meta l4proto tcp? accept, drop',
  },
  {
    name: 'states that are all accepted',
    rules: input(
      'drop',
      'ct state established,related accept',
      'ct state { new, untracked, invalid } accept',
    ),
    surroundings: { inputInterface: 'eth0', mark: 0 },
    wanted: 'accept',
  },
  {
    name: 'a state that decides',
    rules: input('drop', 'ct state established accept'),
    surroundings: { inputInterface: 'eth0', mark: 0 },
    wanted: 'depends: ct state established? accept, drop',
  },
  {
    name: 'flags under a mask: some of them are all the same',
    rules: input('drop', 'tcp flags & (syn|ack) == syn accept', 'tcp flags & (syn|ack) != syn accept'),
    packet: without('tcpFlags'),
    wanted: 'accept',
  },
  {
    name: 'a part of a concatenation that can’t match leaves the rest unasked',
    rules: input('drop', 'ip saddr . tcp dport { 10.9.9.9 . 22, 10.9.9.8 . 80 } accept'),
    packet: without('destinationPort'),
    wanted: 'drop',
  },
  {
    name: 'a part of a concatenation that may',
    rules: input('drop', 'ip saddr . tcp dport { 10.1.0.2 . 22, 10.9.9.8 . 80 } accept'),
    packet: without('destinationPort'),
    wanted: 'depends: ip saddr . tcp dport { 10.1.0.2 . 22, 10.9.9.8 . 80 }? accept, drop',
  },
  {
    name: 'a limit may be used up',
    rules: input('drop', 'limit rate 10/second accept'),
    wanted: 'depends: limit rate 10/second is not used up? accept, drop',
  },
  {
    name: 'a limit that is said to be used up',
    rules: input('drop', 'limit rate 10/second accept'),
    options: { rates: 'beyond' },
    wanted: 'drop',
  },
  {
    name: 'chance',
    rules: input('drop', 'numgen random mod 4 < 1 accept', 'numgen random mod 4 < 4 drop'),
    wanted: 'depends: numgen random mod 4 < 1? accept, drop',
  },
  {
    name: 'two draws are two',
    rules: input('drop', 'numgen random mod 2 == 0 drop', 'numgen random mod 2 == 0 accept'),
    wanted: 'depends: numgen random mod 2 0? drop, depends',
  },
  {
    name: 'a queue',
    rules: input('drop', 'queue num 1'),
    wanted: 'depends: the program that reads the queue lets it pass? accept, drop',
  },
  {
    name: 'a queue that nobody reads',
    rules: input('accept', 'queue num 1'),
    options: { queue: 'nobody' },
    wanted: 'drop',
  },
  {
    name: 'a queue that nobody reads, bypassed',
    rules: input('drop', 'queue flags bypass num 1'),
    options: { queue: 'nobody' },
    wanted: 'accept',
  },
  {
    name: 'chains of one priority, where the order decides',
    rules: ruleset(`table inet t {
      chain one { type filter hook input priority 0; policy accept; meta mark set 1; }
      chain two { type filter hook input priority 0; policy accept; meta mark 1 drop; }
    }`),
    wanted: 'depends: chain inet t two before chain inet t one? accept, drop',
  },
  {
    name: 'where it doesn’t',
    rules: ruleset(`table inet t {
      chain one { type filter hook input priority 0; policy drop; }
      chain two { type filter hook input priority 0; policy drop; }
    }`),
    wanted: 'drop',
  },
  {
    name: 'a table that is set aside',
    rules: ruleset(
      'table inet t { flags dormant; chain in { type filter hook input priority 0; policy drop; } }',
    ),
    wanted: 'accept',
  },
  {
    name: 'rejects of two kinds are rejects',
    rules: input('accept', 'tcp dport 22 reject with tcp reset', 'reject'),
    packet: without('destinationPort'),
    wanted: 'reject',
  },
]

const said = ({ kind, unknown }: ReturnType<typeof decide>): string =>
  [kind, ...unknown.map(({ expression, ifTrue, ifFalse }) => `${expression}? ${ifTrue}, ${ifFalse}`)]
    .join(': ')
    .replace(/: $/, '')

for (const { name, rules, packet = SYN, surroundings, options, wanted } of ROWS) {
  test(name, () =>
    assert.equal(
      said(decide(rules, packet, surroundings, options))
        .split(': ')
        .slice(0, 2)
        .join(': '),
      wanted,
    ),
  )
}

const odd = (matches: boolean, ends: boolean): Statement => ({
  kind: 'unsupported',
  text: 'xt match recent',
  matches,
  ends,
})
function withStatement(rules: Ruleset, statement: Statement): Ruleset {
  const [table] = rules.tables
  const [chain] = table!.chains
  const [rule, ...rest] = chain!.rules
  const changed: Chain = {
    ...chain!,
    rules: [{ ...rule!, statements: [statement, ...rule!.statements] }, ...rest],
  }
  return { tables: [{ ...table!, chains: [changed] }] }
}

test('a match that isn’t understood and decides: unsupported, with its text', () => {
  const decision = decide(withStatement(input('drop', 'accept'), odd(true, false)), SYN)
  assert.equal(decision.kind, 'unsupported')
  assert.deepEqual(decision.unknown, [
    { expression: 'xt match recent', unsupported: true, ifTrue: 'accept', ifFalse: 'drop' },
  ])
})

test('a match that isn’t understood and decides nothing', () => {
  assert.equal(decide(withStatement(input('accept', 'accept'), odd(true, false)), SYN).kind, 'accept')
})

test('a target that isn’t understood may end the packet’s way', () => {
  assert.equal(
    decide(withStatement(input('drop', 'tcp dport 22'), odd(false, true)), SYN).kind,
    'unsupported',
  )
})

test('a statement that neither matches nor ends is passed over', () => {
  assert.equal(decide(withStatement(input('drop', 'accept'), odd(false, false)), SYN).kind, 'accept')
})

test('more facts than can be tried: it depends, and says so', () => {
  const rules = input(
    'drop',
    ...Array.from({ length: 12 }, (_, i) => `meta mark ${i} limit rate ${i + 1}/second accept`),
  )
  const { mark: _, ...unmarked } = KNOWN
  const decision = decide(rules, SYN, unmarked, { ways: 8 })
  assert.equal(decision.kind, 'depends')
  assert.ok(decision.unknown.some(({ expression }) => /more facts than can be tried/.test(expression)))
})

test('the walk names each rule, and why it didn’t hold', () => {
  const decision = decide(
    input('drop', 'udp dport 53 accept', 'iifname "eth1" accept', 'tcp dport { 22, 80 } counter accept'),
    SYN,
  )
  assert.deepEqual(
    decision.walk.map(({ outcome, because, rule }) => [rule?.index, outcome, because]),
    [
      [0, 'no-match', 'udp dport 53'],
      [1, 'no-match', 'iifname "eth1"'],
      [2, 'accept', undefined],
    ],
  )
  assert.match(decision.rule!.text, /^tcp dport \{ 22, 80 \} counter .*accept$/)
})

test('a policy that decides is told as one', () => {
  const { policy, rule } = decide(input('drop', 'udp dport 53 accept'), SYN)
  assert.deepEqual(policy, { family: 'inet', table: 't', chain: 'in', hook: 'input', policy: 'drop' })
  assert.equal(rule, undefined)
})

test('the packet as it is afterwards', () => {
  const rules = ruleset(
    'table ip t { chain pre { type nat hook prerouting priority -100; tcp dport 22 dnat to 10.2.0.2:2222; } }',
  )
  const { packet, surroundings } = decideAtHook(rules, 'prerouting', SYN, {
    ...KNOWN,
    conntrack: { state: 'new', status: 0 },
  })
  assert.equal(packet.destination, 0x0a020002)
  assert.equal(packet.destinationPort, 2222)
  assert.equal(surroundings.conntrack?.original?.destination, ME)
  assert.equal(surroundings.conntrack!.status! & 32, 32)
})

test('an address that the kernel chooses is not known afterwards', () => {
  const rules = ruleset(
    'table ip t { chain pre { type nat hook prerouting priority -100; dnat to 10.2.0.2-10.2.0.9; } }',
  )
  assert.equal(decideAtHook(rules, 'prerouting', SYN, KNOWN).packet.destination, undefined)
})

test('a device’s chain is for that device', () => {
  const rules = ruleset(
    'table netdev t { chain i { type filter hook ingress device "eth0" priority 0; policy accept; tcp dport 22 drop; } }',
  )
  assert.equal(decide(rules, SYN, KNOWN, {}, 'ingress').kind, 'drop')
  assert.equal(decide(rules, SYN, { ...KNOWN, inputInterface: 'eth1' }, {}, 'ingress').kind, 'accept')
})
