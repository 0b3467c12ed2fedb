/**
 * Side by side with iptables: its own programs load each rule in a namespace and list it, with the old backend of the
 * kernel and with nftables; we read the listing and write it again, word for word.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { parseIptablesSave, writeIptablesSave } from '../../src/wire/iptables-save/iptables-save.ts'
import { CHAINS, fileOf, RULES } from '../../src/wire/iptables-save/rules.cases.ts'
import { whyNoStage } from '../kernel/stage/stage.ts'

const whyNot =
  whyNoStage() ??
  (spawnSync('iptables-legacy', ['--version']).error === undefined ? null : 'iptables is not installed')

/** Loads a file in a namespace of its own and lists what came of it. */
function loadAndSave(program: string, file: string): string {
  const load = `${program}-restore && ${program}-save -c`
  const run = spawnSync('unshare', ['--net', 'sh', '-c', load], {
    input: file,
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(run.status, 0, run.stderr)
  return run.stdout
}

const linesOf = (text: string): string[] =>
  text.split('\n').filter(line => line.startsWith('[') || line.startsWith('*') || line === 'COMMIT')

for (const [prefix, family] of [
  ['iptables', 'ip'],
  ['ip6tables', 'ip6'],
] as const) {
  for (const backend of ['legacy', 'nft'] as const) {
    for (const table of Object.keys(CHAINS) as (keyof typeof CHAINS)[]) {
      const rules = RULES.filter(row => row.table === table && row.family === family).map(({ rule }) => rule)
      if (rules.length === 0) continue
      test(`${prefix}-${backend} lists table ${table} as we write it again`, {
        skip: whyNot ?? false,
      }, () => {
        const saved = loadAndSave(`${prefix}-${backend}`, fileOf(table, rules))
        const { tables } = parseIptablesSave(saved, { family, backend: `iptables-${backend}` })
        assert.equal(
          linesOf(writeIptablesSave(tables, { counters: true })).join('\n'),
          linesOf(saved).join('\n'),
        )
        const listed = tables.flatMap(({ chains }) => chains.flatMap(chain => chain.rules))
        assert.deepEqual(
          listed.map(({ text }) => text?.replace('-A ', '')).toSorted(),
          rules.toSorted(),
          'the rows are what iptables writes',
        )
      })
    }
  }
}
