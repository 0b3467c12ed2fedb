import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { known, unknown } from '../../model/known.ts'
import { protocolCode, SocketColumns, stateCode } from '../../model/socket-columns.ts'
import type { OS } from '../../os/os.ts'
import { SCRIPTS } from './completion-scripts.ts'
import { EXIT } from './exit.ts'
import { runFake } from './fake-context.ts'

/** 3000 is held by node, 3306 by a process that nobody may look into, 53 is UDP, 5432 belongs to a vanished one. */
function host(owners: OS['owners'] = async () => OWNERSHIP): OS {
  const columns = new SocketColumns()
  for (const [protocol, state, port, inode] of [
    ['tcp', 'listen', 3000, 1],
    ['tcp', 'listen', 3000, 2],
    ['tcp', 'listen', 3306, 3],
    ['udp', 'bound', 53, 4],
    ['tcp', 'listen', 5432, 5],
  ] as const) {
    const row = columns.add()
    columns.protocol[row] = protocolCode(protocol)
    columns.state[row] = stateCode(state)
    columns.localPort[row] = port
    columns.inode[row] = inode
  }
  const part: Partial<OS> = {
    async *sockets() {
      yield columns
    },
    owners,
    processes: async () =>
      new Map([
        [10, known({ name: 'no\x1bde' } as never)],
        [11, unknown('vanished')],
      ]),
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
    close: async () => {},
  }
  return part as OS
}

const OWNERSHIP: Awaited<ReturnType<OS['owners']>> = {
  length: 3,
  inode: Uint32Array.of(1, 2, 5),
  pid: Uint32Array.of(10, 10, 11),
  fd: Uint32Array.of(3, 4, 5),
  coverage: {
    processes: 2,
    refused: [],
    hidden: false,
    confined: false,
    privileged: false,
    unsupported: false,
  },
}

const candidates = async (words: readonly string[], os: OS = host()): Promise<string[]> => {
  const { status, out, err } = await runFake(['__complete', ...words], { os })
  assert.equal(status, EXIT.done)
  assert.equal(err, '')
  return out.split('\n').filter(Boolean)
}
const texts = async (words: readonly string[]) => (await candidates(words)).map(line => line.split('\t')[0])

const rows: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [['w'], ['watch', 'wait', 'why']],
  [['s'], ['stop', 'scan', 'schema', 'self']],
  [['stop', '33'], ['3306']],
  [['stop', '--connection', '33'], []],
  [['x'], []],
  [['3'], ['3000', '3306']],
  [['5'], ['53', '5432']],
  [['--j'], ['--json']],
  [['--h'], ['--help']],
  [
    ['3000', '5'],
    ['53', '5432'],
  ],
  [[':', '30'], ['3000']],
  [['explain', '33'], ['3306']],
  [['ls', '--li'], ['--listening']],
  [['ls', '--no-h'], ['--no-header']],
  [
    ['ls', '-tl', '--u'],
    ['--udp', '--unix'],
  ],
  [['ls', '--tcp', '--t'], []],
  [
    ['ls', '--count-by', ''],
    ['peer', 'process', 'state'],
  ],
  [['ls', '-o', 'p'], ['plain']],
  [['ls', '--output=c'], ['--output=csv']],
  [['ls', '-tlo', 'nd'], ['ndjson']],
  [
    ['watch', '--until', ''],
    ['open', 'closed'],
  ],
  [
    ['name', '--protocol', ''],
    ['tcp', 'udp', 'sctp', 'dccp'],
  ],
  [
    ['completions', ''],
    ['bash', 'zsh', 'fish', 'powershell'],
  ],
  [['schema', 'so'], ['sockets']],
  [['lss', ''], []],
  [['ls', '-z', ''], []],
]
for (const [typed, offered] of rows) {
  test(`after "ports ${typed.join(' ')}" comes ${offered.join(', ') || 'nothing'}`, async () => {
    assert.deepEqual(await texts(typed), offered)
  })
}

test('without a word all commands are offered, and the live ports in order', async () => {
  const all = await texts([''])
  assert.ok(all.includes('ls') && all.includes('name') && !all.includes('overview'))
  assert.deepEqual(all.slice(-4), ['53', '3000', '3306', '5432'])
})

test('a port says its protocols and who holds it, each once and clean', async () => {
  assert.deepEqual(await candidates(['30']), ['3000\ttcp no\\x1bde'])
})

test('ports are offered without names where names are not to be had in time', async () => {
  const slow = host(async (_, options) => {
    options?.signal?.throwIfAborted()
    throw new Error('the deadline has passed')
  })
  assert.deepEqual(await candidates(['33'], slow), ['3306\ttcp'])
})

test('a host that can not be asked offers nothing and breaks nothing', async () => {
  const { status, out, err } = await runFake(['__complete', '3'])
  assert.deepEqual({ status, out, err }, { status: EXIT.done, out: '', err: '' })
})

const shells: readonly (readonly [line: string, offered: string])[] = [
  ['ports wat', 'watch'],
  ['ports ls --count-by s', 'state'],
  ['ports ls --output=c', 'csv'],
  ['ports ls -o nd', 'ndjson'],
  ['ports sch', 'schema'],
]
for (const [line, offered] of shells) {
  test(`bash completes "${line}" to ${offered}`, t => {
    const folder = mkdtempSync(join(tmpdir(), 'ports-completion-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const main = fileURLToPath(new URL('./main.ts', import.meta.url))
    const stub = `import(${JSON.stringify(main)}).then(cli => cli.main(process.argv.slice(1)))`
    writeFileSync(join(folder, 'ports'), `#!/bin/sh\nexec '${process.execPath}' -e '${stub}' -- "$@"\n`, {
      mode: 0o755,
    })
    // As readline splits it: at spaces and "=".
    const words = line.split(/ |(?==)|(?<==)/)
    const script = [
      SCRIPTS.bash,
      `COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length - 1}`,
      '_ports_complete',
      'printf "%s\\n" "$' + '{COMPREPLY[@]}"',
      'complete -p ports portolan',
    ].join('\n')
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}` },
    })
    assert.equal(status, 0, stderr)
    assert.deepEqual(stdout.split('\n'), [
      offered,
      'complete -F _ports_complete ports',
      'complete -F _ports_complete portolan',
      '',
    ])
  })
}

for (const shell of Object.keys(SCRIPTS)) {
  test(`ports completions ${shell} prints the script in completions/${shell}.txt`, async () => {
    const { status, out } = await runFake(['completions', shell])
    const file = new URL(`../../../test/golden/completions/${shell}.txt`, import.meta.url)
    const golden = `ports completions ${shell}\n${'-'.repeat(40)}\n${out}`
    if (process.env.PORTOLAN_UPDATE_GOLDEN === '1') writeFileSync(file, golden)
    assert.equal(status, EXIT.done)
    assert.equal(golden, readFileSync(file, 'utf8'))
  })
}
