/** Promises about owners and processes. */
import type { Case, Stage } from './conformance.ts'
import { check, firstTwice, same, sameSet } from './conformance-check.ts'
import { readRows, rowOf } from './conformance-rows.ts'
import type { Ownership } from './os.ts'

/** Holders as texts, `inode pid fd`. */
const holdersOf = ({ length, inode, pid, fd }: Ownership): string[] =>
  Array.from({ length }, (_, i) => `${inode[i]} ${pid[i]} ${fd[i]}`)

/** The staged sockets whose holder is known, with the inode that the table gives them. */
async function heldOf({ os, sockets = [] }: Stage): Promise<{ inode: number; holder: number }[]> {
  const rows = await readRows(os)
  return sockets.flatMap(one =>
    one.holder === undefined ? [] : [{ inode: rowOf(rows, one).inode, holder: one.holder }],
  )
}

export const OWNER_CASES: readonly Case[] = [
  {
    name: 'those who hold a socket are named',
    needs: ['sockets'],
    async run(stage) {
      const { length, inode, pid } = await stage.os.owners()
      for (const held of await heldOf(stage)) {
        check(held.inode !== 0, 'a socket that a process holds has an inode')
        const named = Array.from({ length }, (_, i) => i).some(
          i => inode[i] === held.inode && pid[i] === held.holder,
        )
        check(named, `process ${held.holder} holds socket ${held.inode}, and is not named`)
      }
    },
  },
  {
    name: 'a holder and its descriptor are told once',
    needs: [],
    async run({ os }) {
      const twice = firstTwice(holdersOf(await os.owners()))
      check(twice === undefined, `${twice} (inode, pid, fd) is told twice`)
    },
  },
  {
    name: 'the columns of an ownership are as long as it says, and no inode is 0',
    needs: [],
    async run({ os }) {
      const { length, ...columns } = await os.owners()
      for (const name of ['inode', 'pid', 'fd'] as const)
        check(columns[name].length >= length, `${name} has ${columns[name].length} of ${length} cells`)
      check(!columns.inode.subarray(0, length).includes(0), 'a holder of inode 0')
      check(!columns.pid.subarray(0, length).includes(0), 'a holder with pid 0')
    },
  },
  {
    name: 'owners of some sockets are those among the owners of all',
    needs: ['sockets'],
    async run(stage) {
      const held = await heldOf(stage)
      const inodes = new Set(held.slice(0, 1).map(({ inode }) => inode))
      const before = await stage.os.owners()
      const some = await stage.os.owners({ inodes })
      const after = new Set(holdersOf(await stage.os.owners()))
      const asked = (holder: string): boolean => inodes.has(Number(holder.split(' ', 1)[0]))
      const other = holdersOf(some).find(holder => !asked(holder))
      check(other === undefined, `${other} (inode, pid, fd) was not asked for`)
      const got = new Set(holdersOf(some))
      const missed = holdersOf(before).find(holder => asked(holder) && after.has(holder) && !got.has(holder))
      check(missed === undefined, `${missed} (inode, pid, fd) is missing`)
    },
  },
  {
    name: 'owners of no socket are none',
    needs: [],
    run: async ({ os }) => same((await os.owners({ inodes: new Set() })).length, 0, 'holders'),
  },
  {
    name: 'every holder is a process, or has gone',
    needs: [],
    async run({ os }) {
      const { length, pid } = await os.owners()
      const pids = [...new Set(pid.subarray(0, length))]
      for (const [one, process] of await os.processes(pids)) {
        if (process.known) same(process.value.pid, one, 'pid of the process asked for')
        else check(process.reason === 'vanished', `holder ${one} is ${process.reason}`)
      }
    },
  },
  {
    name: 'coverage agrees with itself',
    needs: [],
    async run({ os }) {
      const { length, pid, coverage } = await os.owners()
      const { processes, refused, unsupported } = coverage
      same(new Set(refused).size, refused.length, 'processes refused, each once')
      check(refused.length <= processes, `${refused.length} of ${processes} processes refused`)
      if (unsupported) same(length, 0, 'holders told by a host that can’t tell any')
      else check(new Set(pid.subarray(0, length)).size <= processes, 'more holders than processes')
      const can = await os.can()
      if (can['all-owners'].yes) check(!unsupported, 'can tell all owners, and told none')
    },
  },
  {
    name: 'processes are told by the pids asked for, and no others',
    needs: ['pid'],
    async run({ os, pid }) {
      const told = await os.processes([pid!, FREE_PID, pid!])
      sameSet(told.keys(), [pid!, FREE_PID], 'pids')
      const process = told.get(pid!)!
      check(process.known, `process ${pid} is there, and is not known`)
      const { name, parent, startedAt, argv } = process.value
      check(name !== '', 'a process without a name')
      check(Number.isInteger(parent) && parent >= 0, `a parent ${parent}`)
      check(startedAt >= 0 && startedAt <= os.clock.now() + 60_000, `started at ${startedAt}`)
      check(Array.isArray(argv), 'no list of arguments')
      same((await os.processes([])).size, 0, 'processes of no pid')
    },
  },
  {
    name: 'a pid that no process has is vanished',
    needs: [],
    async run({ os }) {
      const process = (await os.processes([FREE_PID])).get(FREE_PID)
      check(process !== undefined && !process.known, 'there is no such process, and it is known')
      same(process.reason, 'vanished', 'reason')
    },
  },
]

/** Beyond any system's pids: Linux stops at 2^22 (PID_MAX_LIMIT), and others count to less. */
export const FREE_PID = 2 ** 30
