/** What is in force, read back: by nft, iptables-nft and iptables-legacy, put together without losing or widening a rule. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Chain, Rule, Table } from '../../src/model/filter/ruleset.ts'
import { agreementOf } from '../../src/tools/firewall/agreement.ts'
import type { LiveRuleset } from '../../src/tools/firewall/firewall.ts'
import { parseIptablesSave } from '../../src/wire/iptables-save/iptables-save.ts'
import { fileOf, RULES } from '../../src/wire/iptables-save/rules.cases.ts'
import { whyNoStage } from '../kernel/stage/stage.ts'

const missing = ['iptables-legacy', 'ipset', 'nft'].find(
  tool => spawnSync(tool, ['--version']).error !== undefined,
)
const why =
  whyNoStage() ?? (missing === undefined ? null : `${missing.replace('-legacy', '')} is not installed`)
const skip = why ?? false
const live = skip === false ? play() : undefined

function play(): LiveRuleset {
  const file = fileURLToPath(new URL('./live-ruleset-scene.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', process.execPath, file], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as LiveRuleset
}

function table(family: string, name: string, backend: Table['backend']): Table {
  const found = live!.ruleset.tables.find(
    one => one.family === family && one.name === name && one.backend === backend,
  )
  assert.ok(found, `there is no table ${family} ${name} of ${backend}`)
  return found
}
const chain = (of: Table, name: string): Chain => of.chains.find(one => one.name === name)!
const wide = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

test('every listing agrees with the others', { skip }, () => {
  assert.deepEqual(live!.warnings, [])
  assert.deepEqual(live!.missing, [])
})

for (const { family, table: name, rule } of RULES) {
  test(`${family} ${name} ${rule}: whole, and with nft's handle`, { skip }, () => {
    const [into] = rule.split(' ')
    const found = chain(table(family, name, 'iptables-nft'), into!).rules.find(
      ({ text }) => text === `-A ${rule}`,
    )
    assert.ok(found, 'the rule is gone')
    assert.ok(Number.isInteger(found.handle), 'it has no handle')
    const written = parseIptablesSave(fileOf(name, [rule]), { family, backend: 'iptables-nft' }).tables[0]!
    const rules = JSON.parse(JSON.stringify(chain(written, into!).rules, wide)) as Rule[]
    assert.equal(agreementOf(found, rules[0]!), 'same')
  })
}

test('a rule that nft put beside those of iptables keeps its set, which iptables-save leaves out', {
  skip,
}, () => {
  const [first] = chain(table('ip', 'filter', 'iptables-nft'), 'OUTPUT').rules
  assert.equal(first!.text, undefined)
  assert.deepEqual(
    first!.statements.map(({ kind }) => kind),
    ['match', 'match', 'verdict'],
  )
  assert.match(JSON.stringify(first!.statements[0]), /"kind":"set"/)
})

test('a set of ipset comes with its elements', { skip }, () => {
  const filter = table('ip', 'filter', 'iptables-nft')
  assert.deepEqual(filter.sets.find(({ name }) => name === 'ipset:allowed')?.elements, [
    {
      key: {
        kind: 'tuple',
        parts: [
          { kind: 'value', value: 0x0a000001 },
          { kind: 'value', value: 6 },
          { kind: 'value', value: 443 },
        ],
      },
    },
  ])
})

test('the tables of legacy iptables, which nft does not show, are there', { skip }, () => {
  const legacy = table('ip', 'filter', 'iptables-legacy')
  assert.equal(chain(legacy, 'FORWARD').base!.policy, 'drop')
  assert.deepEqual(
    chain(legacy, 'INPUT').rules.map(({ text }) => text),
    ['-A INPUT -p tcp -m tcp --dport 23 -j DROP'],
  )
})

test('the device of a netdev chain is known, though the JSON of some versions leaves it out', {
  skip,
}, () => {
  assert.deepEqual(chain(table('netdev', 'guard', 'nftables'), 'in').base!.devices, ['lo'])
  assert.equal(chain(table('inet', 'mine', 'nftables'), 'in').rules.length, 1)
})
