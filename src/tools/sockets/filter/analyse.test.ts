import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilter } from './filter.ts'

const NEEDS: readonly [filter: string, needs: readonly string[]][] = [
  ['sport = 22 and state listen and src 10/8', []],
  ['pid 1', ['owners']],
  ['name~a', ['owners']],
  ['not (name~a or port 2)', ['owners']],
  ['age<1h', ['owners']],
  ['user=1000', []],
  ['user=alice', ['userNames']],
  ['unit=a', ['owners', 'groups']],
  ['container=a', ['owners', 'groups']],
  ['cgroup=/a', ['groups']],
  ['netns=5', []],
  ['netns=blue', ['namespaces']],
  ['exposure=public', ['exposure']],
  ['dev 2', []],
  ['dev eth0', ['exposure']],
  ['rtt>1ms', ['tcp']],
  ['drops>0', ['queues']],
  ['queue>1%', []],
]

for (const [filter, needs] of NEEDS) {
  test(`"${filter}" needs ${needs.join(' and ') || 'nothing'}`, () => {
    const found = Object.entries(parseFilter(filter).needs).filter(([, needed]) => needed)
    assert.deepEqual(found.map(([name]) => name).sort(), [...needs].sort())
  })
}

const SPEAKS: readonly [filter: string, of: readonly string[]][] = [
  ['name~x port 3', []],
  ['time-wait', ['states']],
  ['not state listen', ['states']],
  ['tcp', ['protocols']],
  ['/run/x', ['protocols', 'families']],
  ['src 10/8', ['families']],
  ['ipv6', ['families']],
  ['netns=blue', ['namespaces']],
]

for (const [filter, of] of SPEAKS) {
  test(`"${filter}" speaks of ${of.join(' and ') || 'none of what is left out by default'}`, () => {
    const found = Object.entries(parseFilter(filter).speaksOf).filter(([, spoken]) => spoken)
    assert.deepEqual(found.map(([what]) => what).sort(), [...of].sort())
  })
}
