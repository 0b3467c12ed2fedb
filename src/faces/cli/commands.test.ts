import assert from 'node:assert/strict'
import test from 'node:test'
import { COMMANDS, route } from './commands.ts'

const rows: readonly (readonly [line: string, kind: string, name?: string | undefined, words?: string])[] = [
  ['', 'command', 'overview', ''],
  ['--json', 'command', 'overview', '--json'],
  ['3000', 'command', 'explain', '3000'],
  ['3000 tcp/53 :443', 'command', 'explain', '3000 tcp/53 :443'],
  [':443', 'command', 'explain', ':443'],
  ['[::1]:80', 'command', 'explain', '[::1]:80'],
  ['10.0.0.5:443', 'command', 'explain', '10.0.0.5:443'],
  ['tcp/53', 'command', 'explain', 'tcp/53'],
  ['udp/', 'command', 'explain', 'udp/'],
  ['-5', 'command', 'explain', '-5'],
  ['80a', 'command', 'explain', '80a'],
  ['explain 3000', 'command', 'explain', '3000'],
  ['ls -tl', 'command', 'ls', '-tl'],
  ['ls 3000', 'command', 'ls', '3000'],
  ['help', 'help'],
  ['help ls', 'command', 'ls', '--help'],
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
  ['__complete ls', 'complete', undefined, 'ls'],
  ['lss', 'unknown'],
  ['tcp', 'unknown'],
  ['constructor', 'unknown'],
  ['__proto__', 'unknown'],
]
for (const [line, kind, name, words] of rows) {
  test(`ports ${line} is ${kind} ${name ?? ''}`, () => {
    const chosen = route(line.split(' ').filter(Boolean))
    assert.equal(chosen.kind, kind)
    if (name !== undefined) assert.equal('name' in chosen && chosen.name, name)
    if (words !== undefined) assert.equal('words' in chosen && chosen.words.join(' '), words)
  })
}

for (const [name, { spec }] of Object.entries(COMMANDS)) {
  test(`${name}: its letters stand for flags that it has, and none stands for two`, async () => {
    const { letters, parameters } = (await spec()).default
    const flags = Object.keys(parameters.flags ?? {})
    const named = Object.values(letters)
    assert.deepEqual(
      named.filter(flag => !flags.includes(flag)),
      [],
    )
    assert.equal(new Set(named).size, named.length)
    assert.ok(!('h' in letters), 'h is help')
  })
}
