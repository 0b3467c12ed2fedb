import assert from 'node:assert/strict'
import test from 'node:test'
import type { Fault } from '../fault.ts'
import { replaceScript, requireOwnTable, sameRules } from './own-table.ts'

/** What nft(8) has as commands, and whose business each is. */
const FINE: readonly string[] = [
  'table inet portolan {\n}\n',
  '#!/usr/sbin/nft -f\n# table ip nat {}\ntable inet portolan { chain a { }\n}',
  'table inet portolan\ndelete table inet portolan\ntable inet portolan { }',
  'add rule inet portolan input tcp dport { 22, 80 } accept; insert rule inet portolan input drop',
  'define lan = { 10.0.0.0/8,\n 192.168.0.0/16 }\ntable inet portolan { set a { type ipv4_addr; elements = $lan; } }',
  'table inet portolan { chain a { tcp dport 22 accept comment "flush ruleset; table ip nat {" } }',
  'table inet \\\n portolan { }',
  'add element inet portolan s { 10.0.0.1 }\nflush set inet portolan s',
  'table inet portolan { ct helper ftp { type "ftp" protocol tcp; } }\nadd ct helper inet portolan b { type "ftp" protocol tcp; }',
]
for (const text of FINE) {
  test(`ours: ${JSON.stringify(text.slice(0, 70))}`, () => {
    assert.doesNotThrow(() => requireOwnTable(text, 'f'))
  })
}

const FOREIGN: readonly (readonly [text: string, line: number, words: string])[] = [
  ['flush ruleset', 1, 'flush ruleset'],
  ['table inet portolan { }\nflush ruleset inet', 2, 'flush ruleset inet'],
  ['table ip portolan { }', 1, 'table ip portolan'],
  ['table portolan { }', 1, 'table portolan'],
  ['table inet portolan2 { }', 1, 'table inet portolan2'],
  ['table inet portolan { } table ip nat { }', 1, 'table ip nat'],
  ['table inet portolan { }; delete table ip nat', 1, 'delete table ip nat'],
  ['\n\n# words\ninsert rule ip filter INPUT accept', 4, 'insert rule ip filter INPUT accept'],
  ['define t = portolan\ntable inet $t { }', 2, 'table inet $t'],
  ['table inet portolan {\n include "x"\n}', 2, 'include'],
  ['include "x"', 1, 'include'],
  ['add element ip mine s { 10.0.0.1 }', 1, 'add element ip mine s'],
  ['destroy table ip x', 1, 'destroy table ip x'],
  ['reset counters', 1, 'reset counters'],
  ['list ruleset', 1, 'list ruleset'],
  ['add ct helper ip mine b { }', 1, 'add ct helper ip mine b'],
  ['inet portolan c accept', 1, 'inet portolan c accept'],
]
for (const [text, line, words] of FOREIGN) {
  test(`not ours: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => requireOwnTable(text, 'rules.nft'),
      (error: Fault) => {
        const { file, why: _, ...rest } = error.details
        assert.deepEqual([error.code, file, rest], ['E_FW_FOREIGN', 'rules.nft', { line, text: words }])
        return true
      },
    )
  })
}

test('what replaces the table stands on the first line, so that lines stay the text’s', () => {
  assert.match(
    replaceScript('table inet portolan {\n}'),
    /^add table .*; delete table .*; table inet portolan \{\n\}/,
  )
  assert.equal(replaceScript(null).trim().split('\n').length, 1)
})

test('counts and times are no rules', () => {
  const listing = (packets: number, expires: string) =>
    `table inet portolan {\n\telements = { 10.0.0.1 expires ${expires} }\n\ttcp dport 22 counter packets ${packets} bytes 60 accept\n}\n`
  assert.ok(sameRules(listing(1, '59m59s992ms'), listing(7, '3s')))
  assert.ok(!sameRules(listing(1, '3s'), listing(1, '3s').replace('22', '23')))
  assert.ok(sameRules(null, null))
  assert.ok(!sameRules(null, listing(1, '3s')))
})
