import assert from 'node:assert/strict'
import test from 'node:test'
import type { Rule } from '../../model/filter/ruleset.ts'
import { unknown } from '../../model/known.ts'
import type { MachineDescription } from '../../os/memory/description.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { readRuleset } from './firewall.ts'

type Views = NonNullable<NonNullable<MachineDescription['filter']>['views']>

const live = (views: Views) => readRuleset(openMemory({ filter: { views } }))
const json = (...items: readonly object[]): string => JSON.stringify({ nftables: items })
const table = (family: string, name: string) => ({ table: { family, name, handle: 1 } })
const chain = (family: string, of: string, name: string) => ({
  chain: { family, table: of, name, handle: 2, type: 'filter', hook: 'input', prio: 0, policy: 'accept' },
})
const rule = (family: string, of: string, into: string, handle: number, ...expr: readonly object[]) => ({
  rule: { family, table: of, chain: into, handle, expr },
})
const port = (number: number) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: number },
})
const source = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right },
})
const extension = (type: string, name: string) => ({ xt: { type, name } })
const save = (...rules: readonly string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n${rules.map(one => `-A INPUT ${one}\n`).join('')}COMMIT\n`

const HEAD = [table('ip', 'filter'), chain('ip', 'filter', 'INPUT')]
const MULTIPORT = '-p tcp -m multiport --dports 22,80 -j ACCEPT'

const rulesOf = (told: Awaited<ReturnType<typeof live>>): readonly Rule[] =>
  told.ruleset.tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules))
const kinds = (one: Rule): string => one.statements.map(({ kind }) => kind).join(' ')

test('an empty machine has no rules, and nothing is missing', async () => {
  const told = await live({})
  assert.deepEqual(told.ruleset.tables, [])
  assert.deepEqual(told.missing, [])
})

test('arguments come from iptables-save, handles and counts from nft', async () => {
  const shown = rule(
    'ip',
    'filter',
    'INPUT',
    7,
    extension('match', 'multiport'),
    { counter: { packets: 5, bytes: 300 } },
    { accept: null },
  )
  const told = await live({ 'nft-json': json(...HEAD, shown), 'iptables-nft': save(MULTIPORT) })
  const [one] = rulesOf(told)
  assert.deepEqual(told.warnings, [])
  assert.equal(one!.handle, 7)
  assert.equal(one!.text, `-A INPUT ${MULTIPORT}`)
  assert.equal(kinds(one!), 'match match verdict')
  assert.equal(told.ruleset.tables[0]!.backend, 'iptables-nft')
})

test('a rule that nft made beside an extension is unsupported, with both renderings', async () => {
  const shown = rule(
    'ip',
    'filter',
    'INPUT',
    7,
    source({ set: ['10.0.0.1', '10.0.0.2'] }),
    extension('match', 'multiport'),
    { accept: null },
  )
  const told = await live({ 'nft-json': json(...HEAD, shown), 'iptables-nft': save(MULTIPORT) })
  const [one] = rulesOf(told)
  assert.equal(kinds(one!), 'unsupported')
  assert.match(
    one!.text!,
    /^nft: ip saddr \{ 10\.0\.0\.1, 10\.0\.0\.2 \} .*; iptables-save: -A INPUT -p tcp -m multiport/,
  )
  assert.match(told.warnings[0]!, /chain INPUT: rule 1 is one thing to nft and another to iptables-save/)
})

test('another extension at the same place is no agreement', async () => {
  const shown = rule('ip', 'filter', 'INPUT', 7, extension('match', 'recent'), { accept: null })
  const told = await live({ 'nft-json': json(...HEAD, shown), 'iptables-nft': save(MULTIPORT) })
  assert.equal(kinds(rulesOf(told)[0]!), 'unsupported')
})

test('another verdict is no agreement', async () => {
  const shown = rule('ip', 'filter', 'INPUT', 7, extension('match', 'multiport'), { drop: null })
  const told = await live({ 'nft-json': json(...HEAD, shown), 'iptables-nft': save(MULTIPORT) })
  assert.equal(kinds(rulesOf(told)[0]!), 'unsupported')
})

test('a native rule that iptables-save widens keeps what nft says', async () => {
  const shown = rule('ip', 'filter', 'INPUT', 7, source({ set: ['10.0.0.1', '10.0.0.2'] }), port(22), {
    accept: null,
  })
  const told = await live({
    'nft-json': json(...HEAD, shown),
    'iptables-nft': save('-p tcp -m tcp --dport 22 -j ACCEPT'),
  })
  const [one] = rulesOf(told)
  assert.equal(kinds(one!), 'match match verdict')
  assert.equal(one!.text, undefined)
})

test('when one listing has more rules, only what hides its arguments is given up', async () => {
  const hidden = rule('ip', 'filter', 'INPUT', 7, extension('match', 'multiport'), { accept: null })
  const plain = rule('ip', 'filter', 'INPUT', 8, port(22), { accept: null })
  const told = await live({ 'nft-json': json(...HEAD, hidden, plain), 'iptables-nft': save(MULTIPORT) })
  assert.deepEqual(rulesOf(told).map(kinds), ['unsupported', 'match verdict'])
  assert.match(told.warnings[0]!, /iptables-save lists 1 rules where nft has 2/)
})

test('without iptables-save an extension stays unsupported, and what is missing is named', async () => {
  const shown = rule('ip', 'filter', 'INPUT', 7, extension('match', 'multiport'), { accept: null })
  const told = await live({
    'nft-json': json(...HEAD, shown),
    'iptables-nft': unknown('unsupported'),
    'ip6tables-nft': unknown('unsupported'),
  })
  assert.equal(kinds(rulesOf(told)[0]!), 'unsupported verdict')
  assert.match(told.warnings[0]!, /what its extensions ask is not known/)
  assert.deepEqual(
    told.missing.map(({ view }) => view),
    ['iptables-nft'],
  )
})

test('without extensions nobody misses iptables-save', async () => {
  const told = await live({
    'nft-json': json(...HEAD, rule('ip', 'filter', 'INPUT', 7, port(22), { accept: null })),
    'iptables-nft': unknown('unsupported'),
    'ip6tables-nft': unknown('unsupported'),
  })
  assert.deepEqual([told.missing, told.warnings], [[], []])
})

test('without JSON the text is read, and iptables’ tables as iptables lists them', async () => {
  const text =
    'table inet mine { # handle 3\n\tchain c { # handle 1\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport 22 accept # handle 4\n\t}\n}\n' +
    'table ip filter {\n\tchain INPUT {\n\t\tthis is what libxtables makes of it\n\t}\n}\n'
  const told = await live({
    'nft-json': unknown('unsupported'),
    'nft-text': text,
    'iptables-nft': save(MULTIPORT),
  })
  assert.deepEqual(
    told.ruleset.tables.map(({ family, name, backend }) => `${family} ${name} ${backend}`),
    ['inet mine nftables', 'ip filter iptables-nft'],
  )
  assert.deepEqual(told.missing, [])
  assert.deepEqual(told.warnings, ['table ip filter is as iptables-save lists it; nft could not confirm it'])
})

test('without any right nothing is known, and every listing that is missing says so', async () => {
  const denied = unknown('denied')
  const told = await live({
    'nft-json': denied,
    'nft-text': denied,
    'iptables-nft': denied,
    'ip6tables-nft': denied,
    'iptables-legacy': denied,
    'ip6tables-legacy': denied,
    ipset: denied,
  })
  assert.deepEqual(told.ruleset.tables, [])
  assert.deepEqual(
    told.missing.map(({ view, reason }) => `${view} ${reason}`),
    [
      'nft-json denied',
      'iptables-nft denied',
      'ip6tables-nft denied',
      'iptables-legacy denied',
      'ip6tables-legacy denied',
    ],
  )
})

test('a set of ipset that holds what has no equal is known by its type alone', async () => {
  const rules = ['-m set --match-set plain src -j DROP', '-m set --match-set odd src -j DROP']
  const told = await live({
    'iptables-legacy': save(...rules),
    ipset:
      'create plain hash:net family inet\nadd plain 10.0.0.0/8 timeout 30\nadd plain 192.0.2.1\ncreate odd hash:net family inet\nadd odd 10.0.0.0/8 nomatch\n',
  })
  const [only] = told.ruleset.tables
  assert.deepEqual(
    only!.sets.map(({ name, elements }) => [name, elements]),
    [
      [
        'ipset:plain',
        [
          { key: { kind: 'prefix', address: 0x0a000000, length: 8 }, expires: 30 },
          { key: { kind: 'value', value: 0xc0000201 } },
        ],
      ],
    ],
  )
  assert.deepEqual(rulesOf(told).map(kinds), ['match verdict', 'match verdict'])
})

test('what decides outside of the rules comes along', async () => {
  const xdp = [{ kind: 'xdp', place: 'eth0', direction: 'ingress', says: 'program 7' }] as const
  const os = openMemory({ filter: { outside: { xdp } } })
  assert.deepEqual((await readRuleset(os)).outside.xdp, { known: true, value: xdp })
})
