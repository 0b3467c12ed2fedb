/**
 * Side by side with ss, lsof and `/proc/net`, on a stage with every sort of socket: the same sockets, and field by field
 * the same of each. Where a peer doesn't tell something, or is known to get it wrong, that stands here by name.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test, { after } from 'node:test'
import ipaddr from 'ipaddr.js'
import type { SocketItem } from '../../src/tools/sockets/item.ts'
import { itemsOf, list, pidsOf, portOf } from '../kernel/stage/items.ts'
import { type Stage, setStage, whyNoStage } from '../kernel/stage/stage.ts'
import { look } from '../kernel/stage/views.ts'
import { internetTable, ownersByInode, unixTable } from './proc-walk.ts'
import { canSeeBound, FIELDS, isInactive, tablesFor } from './ss-fields.ts'
import { ssArguments } from './ss-text.ts'

async function compare(stage: Stage): Promise<void> {
  after(() => stage.close())
  const tables = tablesFor(await canSeeBound(stage.netns))
  const ss = (letter: string) => look(stage.netns, 'root', ['ss', ...ssArguments(letter)])
  const before = await Promise.all(tables.map(({ letter }) => ss(letter)))
  const { items } = await list(stage.netns, 'all', '-a')
  const afterwards = await Promise.all(tables.map(({ letter }) => ss(letter)))
  const lsof = await look(stage.netns, 'root', ['lsof', '-nP', '-i', '-F', 'pfd'])
  const owners = ownersByInode()
  const player = stage.pids[0]!
  const kernel = new Map(PROC_TABLES.map(([table]) => [table, internetTable(player, table)]))
  const kernelUnix = unixTable(player)

  for (const [i, table] of tables.entries()) {
    const rows = table.read(before[i]!.stdout)
    const laterRows = table.read(afterwards[i]!.stdout)
    const later = new Map(laterRows.map(row => [table.rowKey(row), row]))
    const ours = new Map(items.filter(table.has).map(item => [table.itemKey(item), item]))

    test(`${table.name}: the same sockets as in ss, each once`, () => {
      assert.ok(rows.length > 0, before[i]!.stderr)
      assert.deepEqual([...ours.keys()].toSorted(), rows.map(table.rowKey).toSorted())
      assert.equal(ours.size, items.filter(table.has).length)
    })
    for (const [field, said, told] of FIELDS) {
      test(`${table.name}: the same ${field} as in ss`, () => {
        for (const row of rows) {
          const item = ours.get(table.rowKey(row))!
          const then = said(later.get(table.rowKey(row)) ?? row, laterRows)
          const [value, mine] = [said(row, rows), told(item)]
          // What changed between two looks of ss may be either in a look between them.
          if (JSON.stringify(mine) === JSON.stringify(then)) continue
          assert.deepEqual(mine, value, JSON.stringify({ row, item }))
        }
      })
    }
    test(`${table.name}: every holder that ss names, by descriptor`, () => {
      for (const row of rows) {
        const item = ours.get(table.rowKey(row))!
        const holders = new Set(item.owners?.map(({ pid, fd }) => `${pid} ${fd}`))
        assert.deepEqual(
          row.holders.filter(({ pid, fd }) => !holders.has(`${pid} ${fd}`)),
          [],
          item.ownersUnknown,
        )
      }
    })
  }

  test('the holders are those that a slow walk over all descriptors of all threads finds, and no other', () => {
    for (const item of items) {
      const pids = [...(owners.get(item.inode) ?? [])].toSorted((a, b) => a - b)
      assert.deepEqual(pidsOf(item), pids, JSON.stringify(item))
    }
  })

  test('bound sockets that don’t listen are in our table, marked, whatever ss can see', () => {
    const truth = stage.sockets.filter(({ protocol, state }) => protocol === 'tcp' && state === 'bound')
    assert.deepEqual(
      truth.map(socket => itemsOf(items, socket).map(({ state }) => state)),
      truth.map(() => ['bound']),
    )
  })

  for (const [table, protocol, family] of PROC_TABLES) {
    test(`/proc/net/${table}: the same sockets, ends, states and users`, () => {
      const theirs = kernel
        .get(table)!
        .map(row => [row.local, row.peer, row.state, row.inode === 0 ? '' : row.uid, row.inode].join(' '))
      const mine = items
        .filter(item => item.protocol === protocol && item.family === family && !isInactive(item))
        .map(item =>
          [
            `${hexEnd(item.local, family)} ${hexEnd(item.peer, family)}`,
            KERNEL_STATE[item.state] ?? item.state,
            item.inode === 0 ? '' : item.uid,
            item.inode,
          ].join(' '),
        )
      assert.deepEqual(mine.toSorted(), theirs.toSorted())
    })
  }

  test('/proc/net/unix: the same sockets and names', () => {
    const mine = new Map(
      items.flatMap(({ local, inode }) => ('path' in local ? [[inode, local.path] as const] : [])),
    )
    const sorted = (map: Map<number, string>) => [...map].toSorted(([a], [b]) => a - b)
    assert.deepEqual(sorted(mine), sorted(kernelUnix))
  })

  test('lsof: every holder that it names, and of internet sockets no other but of processes it can’t read', () => {
    const [theirs, mine] = [new Set(lsofHolders(lsof.stdout)), new Set<string>()]
    for (const { owners: holders, inode, family, protocol } of items) {
      if (family === 'unix' || protocol === 'raw') continue
      for (const { pid, fd } of holders ?? []) mine.add(`${pid} ${fd} ${inode}`)
    }
    assert.deepEqual(
      [...theirs].filter(holder => !mine.has(holder) && !isRaw(items, holder)),
      [],
    )
    const unread = new Set(
      stage.sockets.flatMap(({ label, name = '', pids }) =>
        LOST_ON_LSOF.test(name) || label === 'listener of one thread alone' ? pids.map(String) : [],
      ),
    )
    const extra = [...mine].filter(holder => !theirs.has(holder) && !unread.has(holder.split(' ')[0]!))
    assert.deepEqual(
      extra.filter(holder => !isInactiveHolder(items, holder)),
      [],
    )
  })
}

/** Names that, cut to 15 bytes, have a bracket too many: lsof 4.95 shows nothing of such a process. */
const LOST_ON_LSOF = /\(/

const isRaw = (items: readonly SocketItem[], holder: string): boolean =>
  items.some(({ protocol, inode }) => protocol === 'raw' && String(inode) === holder.split(' ')[2])

const isInactiveHolder = (items: readonly SocketItem[], holder: string): boolean =>
  items.some(item => isInactive(item) && String(item.inode) === holder.split(' ')[2])

function lsofHolders(text: string): string[] {
  const found: string[] = []
  let [pid, fd] = ['', '']
  for (const line of text.split('\n')) {
    if (line.startsWith('p')) pid = line.slice(1)
    else if (line.startsWith('f')) fd = line.slice(1)
    else if (line.startsWith('d')) found.push(`${pid} ${fd} ${line.slice(1)}`)
  }
  return found
}

const PROC_TABLES = [
  ['tcp', 'tcp', 'ipv4'],
  ['tcp6', 'tcp', 'ipv6'],
  ['udp', 'udp', 'ipv4'],
  ['udp6', 'udp', 'ipv6'],
  ['raw', 'raw', 'ipv4'],
  ['raw6', 'raw', 'ipv6'],
] as const

function hexEnd(end: SocketItem['peer'], family: 'ipv4' | 'ipv6'): string {
  const address =
    end !== undefined && 'address' in end
      ? end.address.replace(/%.*/, '')
      : family === 'ipv4'
        ? '0.0.0.0'
        : '::'
  return `${Buffer.from(ipaddr.parse(address).toByteArray()).toString('hex')} ${portOf(end) ?? 0}`
}

/** include/net/tcp_states.h; UDP and raw sockets use the first and the seventh. */
const KERNEL_STATE: Readonly<Record<string, number>> = {
  established: 1,
  connected: 1,
  'syn-sent': 2,
  'syn-recv': 3,
  'fin-wait-1': 4,
  'fin-wait-2': 5,
  'time-wait': 6,
  bound: 7,
  'close-wait': 8,
  'last-ack': 9,
  listen: 10,
  closing: 11,
}

const missing = ['ss', 'lsof'].find(tool => spawnSync(tool, ['-v']).error !== undefined)
const why = whyNoStage() ?? (missing === undefined ? null : `${missing} is not installed`)
if (why !== null) test('our table and that of ss', { skip: why }, () => {})
else await compare(await setStage())
