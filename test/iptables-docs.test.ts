/** docs/firewall-reading.md says which extensions of iptables are understood: the lists are those of the code, and no name is missing. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import test from 'node:test'
import { MATCHES } from '../src/wire/iptables-save/matches/matches.ts'
import { CONTINUING, TARGETS } from '../src/wire/iptables-save/targets/targets.ts'
import { textOf } from './project.ts'

const page = textOf('docs/firewall-reading.md').replace(/\n {2}/g, ' ')
const listed = (title: string): string[] =>
  new RegExp(`- ${title}: ([^.]+)\\.`)
    .exec(page)![1]!
    .split(', ')
    .filter(name => !name.startsWith('and '))

const VERDICTS = ['ACCEPT', 'DROP', 'RETURN']

test('the matches that are understood are those of the code', () => {
  assert.deepEqual(listed('Matches that are understood'), [...MATCHES.keys()].toSorted())
})

test('the targets that are understood are those of the code', () => {
  assert.deepEqual(listed('Targets that are understood'), [...TARGETS.keys(), ...VERDICTS].toSorted())
})

test('the targets that let the packet go on are those of the code', () => {
  const without = [...CONTINUING].filter(name => !TARGETS.has(name))
  assert.deepEqual(listed('Targets that have no equal and let the packet go on'), without.toSorted())
})

const FOLDERS = [
  '/usr/lib/x86_64-linux-gnu/xtables',
  '/usr/lib/aarch64-linux-gnu/xtables',
  '/usr/lib/xtables',
]

function installed(): string[] | undefined {
  for (const folder of FOLDERS) {
    try {
      return readdirSync(folder)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT')
    }
  }
  return undefined
}
const files = installed()

/** Old names of others, and what is no extension of a rule. */
const NONE = ['standard', 'NAT']

test('every extension that iptables has here is on the page', {
  skip: files === undefined && 'iptables is not installed',
}, () => {
  const words = new Set(page.match(/[A-Za-z0-9]+/g))
  const names = files!.flatMap(file => /^lib(?:xt|ipt|ip6t)_(.+)\.so$/.exec(file)?.[1] ?? [])
  assert.ok(names.length > 50)
  assert.deepEqual(
    names.filter(name => !words.has(name) && !NONE.includes(name)),
    [],
  )
})
