import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNTOLD } from '../../model/socket-columns.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import type { OS } from '../../os/os.ts'
import type { FactNeeds, TableFacts } from './facts.ts'
import { processOf } from './filter/rows.cases.ts'
import { overhear } from './overheard.cases.ts'
import { readTable, type SocketTable } from './table.ts'

async function prepared(
  described: MachineDescription,
  needs: FactNeeds,
  netns?: readonly number[],
): Promise<SocketTable & { about(question: keyof OS): unknown[] }> {
  const { os, about } = overhear(openMemory(described))
  const table = await readTable(os, { owners: true, ...(netns === undefined ? {} : { netns }) })
  await table.facts.prepare(table.rows, needs)
  return { ...table, about }
}

const FAMILY: MachineDescription = {
  processes: [
    { pid: 1, run: '/sbin/init', name: 'init' },
    { pid: 700, run: 'sshd', name: 'sshd' },
    { pid: 750, run: 'bash', name: 'bash', parent: 700 },
    { pid: 812, run: 'node a.js', name: 'a.js', parent: 750 },
    { pid: 813, run: 'node b.js', name: 'b.js', parent: 750 },
    { pid: 900, run: 'stray', name: 'stray', parent: 899 },
    { pid: 950, run: 'brief', name: 'brief', vanishes: true },
  ],
  sockets: [
    { listen: 'tcp 0.0.0.0:1', by: [812, 813, { pid: 812, fd: 50 }] },
    { listen: 'tcp 0.0.0.0:2', by: 900 },
    { listen: 'tcp 0.0.0.0:3', by: [950, 813] },
    { listen: 'tcp 0.0.0.0:4' },
    { listen: 'tcp 0.0.0.0:5', by: 1 },
  ],
}

const HELD: readonly (readonly [row: number, names: readonly string[]])[] = [
  [0, ['a.js', 'b.js']],
  [1, ['stray']],
  [2, ['b.js']],
  [3, []],
  [4, ['init']],
]
for (const [row, names] of HELD) {
  test(`processes of port ${row + 1}: ${names.join(', ') || 'none'}`, async () => {
    const { facts } = await prepared(FAMILY, { owners: true })
    assert.deepEqual(
      facts.processes(row).map(({ name }) => name),
      names,
    )
  })
}

const PARENTS: readonly (readonly [name: string, pid: number, chain: readonly string[]])[] = [
  ['the nearest first, up to pid 1', 812, ['bash', 'sshd', 'init']],
  ['a parent that has exited is the end', 900, []],
  ['pid 1 has none', 1, []],
  ['of a process that has exited nothing is known', 950, []],
  ['of one that holds nothing nothing is asked', 4711, []],
]
for (const [name, pid, chain] of PARENTS) {
  test(`parents: ${name}`, async () => {
    const { facts } = await prepared(FAMILY, { parents: true })
    assert.deepEqual(
      facts.parents(pid).map(one => one.name),
      chain,
    )
  })
}

test('parents: none but the holders are read, where they are not asked for', async () => {
  const { facts } = await prepared(FAMILY, { owners: true })
  assert.deepEqual(facts.parents(900), [])
  assert.equal(facts.process(700), null)
})

test('parents: pids that were given to a descendant end the chain', async () => {
  const { facts } = await prepared(
    {
      processes: [
        { pid: 20, parent: 21 },
        { pid: 21, parent: 22 },
        { pid: 22, parent: 20 },
      ],
      sockets: [{ listen: 'tcp 0.0.0.0:1', by: 20 }],
    },
    { parents: true },
  )
  assert.deepEqual(
    facts.parents(20).map(({ pid }) => pid),
    [21, 22],
  )
})

const COMMANDS: readonly (readonly [name: string, argv: readonly string[], shown: string])[] = [
  ['in one piece', ['node', 'server.js', '--port', '3000'], 'node server.js --port 3000'],
  ['secrets masked', ['mysql', '--password=hunter2'], 'mysql --password=***'],
  ['a secret given as the next argument', ['app', '--token', 'abcdef'], 'app --token ***'],
  ['a thread of the kernel has none', [], '[app]'],
  ['an empty one', [''], '[app]'],
  ['a blank one', ['', '  ', ''], '[app]'],
]
for (const [name, argv, shown] of COMMANDS) {
  test(`command: ${name}`, async () => {
    const { facts } = await prepared({}, { commands: true })
    assert.equal(facts.command(processOf({ pid: 7, comm: 'app', argv })), shown)
  })
}

test('command: where a system tells no short name, the name stands for it', async () => {
  const { facts } = await prepared({}, { commands: true })
  assert.equal(facts.command(processOf({ pid: 7, comm: '', name: 'kthreadd', argv: [] })), '[kthreadd]')
})

test('command: without having been made ready, no argument is shown', async () => {
  const { facts } = await prepared({}, {})
  assert.equal(facts.command(processOf({ pid: 7, comm: 'app', argv: ['app', '--token', 'abc'] })), '[app]')
})

const NEEDS: readonly (readonly [need: keyof FactNeeds, questions: readonly (keyof OS)[]])[] = [
  ['owners', ['processes']],
  ['parents', ['processes', 'processes', 'processes']],
  ['exposure', ['addresses']],
  ['userNames', ['userNames']],
  ['groups', ['controlGroups']],
  ['namespaces', ['namespaces']],
  ['commands', []],
]
for (const [need, questions] of NEEDS) {
  test(`needs: ${need} are asked for, each once, and nothing else`, async () => {
    const { os, asked } = overhear(
      openMemory({
        processes: [{ pid: 812, parent: 700 }, { pid: 700 }],
        sockets: [
          { listen: 'tcp 0.0.0.0:1', by: 812 },
          { listen: 'tcp 0.0.0.0:2', cgroup: '/a.service' },
        ],
      }),
    )
    const { facts, rows } = await readTable(os, { owners: true })
    const before = asked.length
    for (let i = 0; i < 2; i++) await facts.prepare(rows, { [need]: true })
    assert.deepEqual(
      asked.slice(before).map(([question]) => question),
      questions,
    )
  })
}

test('needs: without owners there is nobody to read', async () => {
  const { os, about } = overhear(openMemory(FAMILY))
  const { facts, rows } = await readTable(os, {})
  await facts.prepare(rows, { owners: true, parents: true })
  assert.deepEqual(about('processes'), [])
  assert.deepEqual(facts.processes(0), [])
})

test('needs: rows asked for later are asked about then', async () => {
  const { os, about } = overhear(openMemory(FAMILY))
  const { facts } = await readTable(os, { owners: true })
  await facts.prepare(Uint32Array.of(1), { owners: true })
  await facts.prepare(Uint32Array.of(0, 1), { owners: true })
  assert.deepEqual(about('processes'), [[900], [812, 813]])
})

test('users have the names that they have', async () => {
  const { facts, about } = await prepared(
    {
      users: { 33: 'www-data' },
      sockets: [33, 1000, 0, 33].map((uid, i) => ({ listen: `tcp 0.0.0.0:${i + 1}`, uid })),
    },
    { userNames: true },
  )
  assert.deepEqual(
    [33, 1000, 0].map(uid => facts.userName(uid)),
    ['www-data', undefined, 'root'],
  )
  assert.deepEqual(about('userNames'), [[33, 1000, 0]])
})

test('users: who isn’t told is not asked for', async () => {
  const { os, about } = overhear(openMemory({ sockets: [{ listen: 'tcp 0.0.0.0:1', uid: 33 }] }))
  const { facts, columns, rows } = await readTable(os, {})
  columns.uid[0] = UNTOLD
  await facts.prepare(rows, { userNames: true })
  assert.deepEqual(about('userNames'), [])
})

test('groups are told for sockets whose owners are hidden, and only for those', async () => {
  const { facts, about } = await prepared(
    {
      processes: [{ pid: 812 }, { pid: 900, hidden: true }],
      sockets: [
        { listen: 'tcp 0.0.0.0:1', by: 812, cgroup: '/system.slice/seen.service' },
        { listen: 'tcp 0.0.0.0:2', by: 900, cgroup: '/system.slice/hidden.service' },
        { listen: 'tcp 0.0.0.0:3', by: 900 },
      ],
    },
    { groups: true },
  )
  assert.deepEqual(
    [0, 1, 2].map(row => facts.group(row)?.unit),
    [undefined, 'hidden.service', undefined],
  )
  assert.deepEqual(about('controlGroups'), [[3n]])
})

test('a group that has gone is not known', async () => {
  const host = openMemory({ sockets: [{ listen: 'tcp 0.0.0.0:1', cgroup: '/a.service' }] })
  const { facts, rows } = await readTable(host, { owners: true })
  host.machine.groups.length = 0
  await facts.prepare(rows, { groups: true })
  assert.equal(facts.group(0), null)
})

test('the time is that of the host', async () => {
  const { facts } = await prepared({ now: 86_400_000 }, {})
  assert.equal(facts.now, 86_400_000)
})

test('a row that is marked as gone has no owner, whoever held it', async () => {
  const { facts } = await prepared(FAMILY, { owners: true })
  const reason = (row: number): ReturnType<TableFacts['noOwner']> => facts.noOwner(row)
  assert.deepEqual([reason(0), reason(3)], [null, 'kernel'])
  facts.markGone(0)
  facts.markGone(3)
  assert.deepEqual([reason(0), reason(3), reason(1)], ['vanished', 'vanished', null])
})
