import assert from 'node:assert/strict'
import test from 'node:test'
import { bootTime, parseCmdline, parseStat, parseStatusUid } from './proc-process.ts'

/** Fields 3 to 24 of proc_pid_stat(5), each its own number but for those we ask for. */
const fields = (flags = 0): string =>
  `S 41 5 6 7 8 ${flags} 10 11 12 13 14 15 16 17 18 19 20 21 2729460 23 24`

const COMMS = [
  'node',
  '',
  'a) S 1 (b',
  'next-server (v1',
  ')',
  '(',
  ') R 9 9 9 9 9 9',
  'a\nb',
  'a b',
  '\u001b[2J',
]
for (const comm of COMMS) {
  test(`stat of a process named ${JSON.stringify(comm)}`, () => {
    assert.deepEqual(parseStat(`812 (${comm}) ${fields()}\n`), {
      pid: 812,
      comm,
      state: 'S',
      parent: 41,
      kernelThread: false,
      startTicks: 2729460,
    })
  })
}

test('stat of a kernel thread', () => {
  assert.equal(parseStat(`2 (kthreadd) ${fields(0x00208040)}`)!.kernelThread, true)
  assert.equal(parseStat(`2 (kthreadd) ${fields(0x80200000)}`)!.kernelThread, true)
  assert.equal(parseStat(`3 (node) ${fields(0x00400000)}`)!.kernelThread, false)
})

for (const text of [
  '',
  '812',
  '812 (node)',
  `812 node ${fields()}`,
  `(node) ${fields()}`,
  '812 (a) S 1',
  `x (a) ${fields()}`,
  ')(',
]) {
  test(`no stat: ${JSON.stringify(text)}`, () => assert.equal(parseStat(text), null))
}

test('status: the effective user', () => {
  assert.equal(parseStatusUid('Name:\tnode\nUid:\t1000\t1001\t1002\t1003\nGid:\t1\t2\t3\t4\n'), 1001)
  assert.equal(parseStatusUid('Name:\tUid:\\n\nUid:\t0\t0\t0\t0\n'), 0)
  assert.equal(parseStatusUid('Name:\tnode\n'), null)
  assert.equal(parseStatusUid(''), null)
})

const CMDLINES: readonly (readonly [what: string, text: string, argv: readonly string[]])[] = [
  ['nothing: a kernel thread', '', []],
  ['arguments', 'node\0server.js\0', ['node', 'server.js']],
  ['empty arguments', 'a\0\0b\0\0', ['a', '', 'b', '']],
  ['one empty argument', '\0', ['']],
  ['blanks in an argument', 'sh\0-c\0a b\0', ['sh', '-c', 'a b']],
  ['a program with a blank in its path', '/opt/my app/x\0-v\0', ['/opt/my app/x', '-v']],
  ['a title', 'nginx: worker process\0', ['nginx: worker process']],
  ['a title without its NUL', 'nginx: worker process', ['nginx: worker process']],
  ['a title over what used to be arguments', 'nginx: worker process\0\0\0\0\0\0', ['nginx: worker process']],
  ['an empty title', '\0\0\0\0\0\0', []],
  ['a title filled up with blanks', 'postgres: writer process      \0', ['postgres: writer process']],
]
for (const [what, text, argv] of CMDLINES) {
  test(`cmdline: ${what}`, () => assert.deepEqual(parseCmdline(new TextEncoder().encode(text)), argv))
}

test('cmdline: what is no UTF-8', () => {
  assert.deepEqual(parseCmdline(Uint8Array.of(0x61, 0xff, 0, 0xc3, 0xa9, 0)), ['a\ufffd', 'é'])
})

test('boot time', () => {
  assert.equal(bootTime('cpu  1 2 3\nbtime 1763825162\nprocesses 5\n'), 1763825162)
  assert.equal(bootTime('cpu  1 2 3\nnobtime 5\n'), null)
  assert.equal(bootTime('btime soon\n'), null)
})
