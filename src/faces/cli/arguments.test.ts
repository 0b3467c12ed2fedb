import assert from 'node:assert/strict'
import test from 'node:test'
import { camel, expandArguments, kebab } from './arguments.ts'
import type { AnySpec } from './command.ts'
import explain from './specs/explain.ts'
import ls from './specs/ls.ts'
import name, { REGISTRY_URL } from './specs/name.ts'

const rows: readonly (readonly [spec: AnySpec, typed: string, expanded: string])[] = [
  [ls, '', ''],
  [ls, '-t', '--tcp'],
  [ls, '-tlan', '--tcp --listening --all --numeric'],
  [ls, '-tulpn', '--tcp --udp --listening --processes --numeric'],
  [ls, '-tl4', '--tcp --listening --ipv4'],
  [ls, '-6t', '--ipv6 --tcp'],
  [ls, '-4', '--ipv4'],
  [ls, '-H', '--no-header'],
  [ls, '-h', '--help'],
  [ls, '-o json', '--output json'],
  [ls, '-ojson', '--output=json'],
  [ls, '-o=json', '--output=json'],
  [ls, '-tlojson', '--tcp --listening --output=json'],
  [ls, '-tlo json', '--tcp --listening --output json'],
  [ls, '-o -t', '--output -t'],
  [ls, '--output=csv -t', '--output=csv --tcp'],
  [ls, '--count-by peer -u', '--count-by peer --udp'],
  [ls, '--rate', '--rate=1s'],
  [ls, '--rate 5s', '--rate 5s'],
  [ls, '--rate sport = :80', '--rate=1s sport = :80'],
  [ls, '--rate --json', '--rate=1s --json'],
  [ls, '-t sport = :80 and dport != :1', '--tcp sport = :80 and dport != :1'],
  [ls, '-t -- -l', '--tcp -- -l'],
  [ls, '-5', '-5'],
  [ls, '-', '-'],
  [explain, '-5', '-5'],
  [explain, '3000 -4', '3000 -4'],
  [name, '--update', `--update=${REGISTRY_URL}`],
  [name, '--update http://127.0.0.1/x.csv', '--update http://127.0.0.1/x.csv'],
  [name, '--update 443', `--update=${REGISTRY_URL} 443`],
]
for (const [spec, typed, expanded] of rows) {
  test(`"${spec.usage[0]}": ${typed || 'nothing'} is read as ${expanded || 'nothing'}`, () => {
    const words = (line: string) => line.split(' ').filter(Boolean)
    assert.deepEqual(expandArguments(words(typed), spec, 'ports'), words(expanded))
  })
}

const refused: readonly (readonly [typed: string, says: RegExp])[] = [
  ['-z', /no flag -z$/],
  ['-tz', /no flag -z \(in -tz\)/],
  ['-t5', /no flag -5 \(in -t5\)/],
  ['-té', /no flag -é \(in -té\)/],
]
for (const [typed, says] of refused) {
  test(`ports ls ${typed} is refused by the letter`, () => {
    assert.throws(() => expandArguments([typed], ls, 'ports ls'), { code: 'E_USAGE', message: says })
  })
}

test('a cluster where there are no such flags points to ls', () => {
  assert.throws(() => expandArguments(['-tl'], explain, 'ports'), { message: /write "ports ls -tl"/ })
})

for (const [inside, outside] of [
  ['countBy', 'count-by'],
  ['ipv4', 'ipv4'],
  ['noHeader', 'no-header'],
] as const) {
  test(`${inside} is typed --${outside}`, () => {
    assert.equal(kebab(inside), outside)
    assert.equal(camel(outside), inside)
  })
}
