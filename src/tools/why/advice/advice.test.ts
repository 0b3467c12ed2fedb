import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test from 'node:test'
import type { Cause } from '../causes/causes.ts'
import { type Advice, adviceOf } from './advice.ts'
import { commandText } from './command.ts'

const WORDS: readonly (readonly string[])[] = [
  ['ip', 'route', 'del', 'unreachable', '10.0.2.2/32'],
  ['sysctl', '-w', 'net.ipv4.ip_local_port_range=32768 60999'],
  ['nft', 'add', 'rule', 'ip6', 'f', 'in', 'icmpv6', 'type', '{', 'nd-neighbor-solicit', '}', 'accept'],
  ['ip', 'link', 'set', "it's $(here); *", 'up'],
  ['ip', 'link', 'set', '', 'up'],
]

for (const argv of WORDS)
  test(`a shell reads ${commandText(argv)} as the same words`, { skip: process.platform === 'win32' }, () => {
    const [program, ...words] = argv
    const script = `set -- ${commandText(argv)}; printf '%s\\0' "$@"`
    const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
    assert.deepEqual(read, [program, ...words])
  })

const CAUSE: Cause = {
  leg: 'far',
  title: 'it is a test',
  shownBy: 'nothing',
  disprovedBy: 'nothing',
  remedy: 'Continue {name|it}.',
  commands: ['kill -CONT {pid|PID}'],
}

interface Row {
  readonly name: string
  readonly of: Partial<Parameters<typeof adviceOf>[0]>
  readonly advice: Advice
}

const ROWS: readonly Row[] = [
  {
    name: 'a command with its value, at a host that is seen',
    of: { where: { host: 'db' }, words: { host: 'db', pid: '812', name: 'node' } },
    advice: {
      remedy: 'Continue node. Run at db: kill -CONT 812',
      commands: [{ host: 'db', argv: ['kill', '-CONT', '812'] }],
    },
  },
  {
    name: 'on the host that asks',
    of: { where: { host: 'this host' }, words: { pid: '812' } },
    advice: {
      remedy: 'Continue it. Run here: kill -CONT 812',
      commands: [{ host: 'this host', argv: ['kill', '-CONT', '812'] }],
    },
  },
  {
    name: 'without its value it is words alone',
    of: { where: { host: 'this host' } },
    advice: { remedy: 'Continue it. Run here: kill -CONT PID' },
  },
  {
    name: 'of a host that is known by an address alone it is words alone',
    of: { where: { host: '192.0.2.1' }, words: { pid: '812' } },
    advice: { remedy: 'Continue it. Run there: kill -CONT 812' },
  },
  {
    name: 'a value is one argument, whatever stands in it',
    of: { where: { host: 'this host' }, words: { pid: '1 2; reboot' } },
    advice: {
      remedy: "Continue it. Run here: kill -CONT '1 2; reboot'",
      commands: [{ host: 'this host', argv: ['kill', '-CONT', '1 2; reboot'] }],
    },
  },
  {
    name: 'words that a check found take the place of the catalogue’s commands, too',
    of: { where: { host: 'this host' }, words: { pid: '812' }, remedy: 'Wait.', commands: [] },
    advice: { remedy: 'Wait.' },
  },
  {
    name: 'and so do its commands, in their order',
    of: { where: { host: 'this host' }, remedy: 'Do.', commands: [['a'], ['b', 'c d']] },
    advice: {
      remedy: "Do. Run here: a && b 'c d'",
      commands: [
        { host: 'this host', argv: ['a'] },
        { host: 'this host', argv: ['b', 'c d'] },
      ],
    },
  },
]

for (const { name, of, advice } of ROWS)
  test(name, () => {
    assert.deepEqual(adviceOf({ where: { host: 'this host' }, words: {}, ...of } as never, CAUSE), advice)
  })
