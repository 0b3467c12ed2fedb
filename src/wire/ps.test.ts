import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parsePsFacts, parsePsPrograms, psArguments } from './ps.ts'

const LINES: readonly (readonly [line: string, wanted: object | null])[] = [
  [
    '  812     1  1000 Fri Jan  2 03:04:05 2026 node server.js --port 3000',
    {
      pid: 812,
      parent: 1,
      uid: 1000,
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      command: 'node server.js --port 3000',
    },
  ],
  [
    '99999 99998 4294967294 Sun Nov 22 18:28:51 2026 /Applications/My App.app/Contents/MacOS/My App',
    {
      pid: 99999,
      parent: 99998,
      uid: 4294967294,
      startedAt: Date.UTC(2026, 10, 22, 18, 28, 51),
      command: '/Applications/My App.app/Contents/MacOS/My App',
    },
  ],
  // macOS pads the date.
  [
    '    1     0     0 Sun Nov  1 08:00:00 2026     /sbin/launchd',
    { pid: 1, parent: 0, uid: 0, startedAt: Date.UTC(2026, 10, 1, 8), command: '/sbin/launchd' },
  ],
  [
    '    7     2     0 Sun Nov 22 18:28:51 2026 ',
    { pid: 7, parent: 2, uid: 0, startedAt: Date.UTC(2026, 10, 22, 18, 28, 51), command: '' },
  ],
  ['  PID  PPID   UID                  STARTED ARGS', null],
  ['  812     1  1000 Fr 2. Jan 03:04:05 2026 node', null],
  ['', null],
]
for (const [line, wanted] of LINES) {
  test(`ps: ${JSON.stringify(line)}`, () => {
    const [told] = parsePsFacts(`${line}\n`)
    assert.deepEqual(told ?? null, wanted)
  })
}

test('programs by pid, blanks and all', () => {
  const text = '  812 node\n 1203 /Applications/My App.app/Contents/MacOS/My App   \n\nps: no\n'
  assert.deepEqual(
    [...parsePsPrograms(text)],
    [
      [812, 'node'],
      [1203, '/Applications/My App.app/Contents/MacOS/My App'],
    ],
  )
})

const ARGUMENTS: readonly (readonly [command: string, program: string, wanted: readonly string[]])[] = [
  ['node server.js', 'node', ['node', 'server.js']],
  ['node  a', 'MainThread', ['node', 'a']],
  ['/Apps/My App --x', '/Apps/My App', ['/Apps/My App', '--x']],
  ['/Apps/My App', '/Apps/My App', ['/Apps/My App']],
  ['/Apps/My Apple', '/Apps/My App', ['/Apps/My', 'Apple']],
  ['', '', []],
]
for (const [command, program, wanted] of ARGUMENTS) {
  test(`arguments of ${JSON.stringify(command)}, run by ${JSON.stringify(program)}`, () =>
    assert.deepEqual(psArguments(command, program), wanted))
}

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      parsePsFacts(text)
      parsePsPrograms(text)
      psArguments(text, text)
    }),
  )
})
