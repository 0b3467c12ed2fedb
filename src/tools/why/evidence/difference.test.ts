/** Two snapshots of a described machine, and what moved between them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineDescription } from '../../../os/memory/memory.ts'
import { Machine, openMemory } from '../../../os/memory/memory.ts'
import { differenceOf } from './difference.ts'
import { takeSnapshot } from './snapshot.ts'

const REQUEST = { protocol: 'tcp', ports: [8080] } as const

async function between(before: MachineDescription, after: MachineDescription) {
  const [was, is] = [openMemory(new Machine(before)), openMemory(new Machine(after))]
  return differenceOf(await takeSnapshot(was, REQUEST), await takeSnapshot(is, REQUEST))
}

const LISTENER = { listen: 'tcp 0.0.0.0:8080', by: 1 } as const

const counted = (packets: number): MachineDescription => ({
  filter: {
    views: {
      'nft-json': JSON.stringify({
        nftables: [
          { table: { family: 'inet', name: 'filter', handle: 1 } },
          {
            chain: {
              family: 'inet',
              table: 'filter',
              name: 'input',
              handle: 1,
              type: 'filter',
              hook: 'input',
              prio: 0,
              policy: 'accept',
            },
          },
          {
            rule: {
              family: 'inet',
              table: 'filter',
              chain: 'input',
              handle: 4,
              expr: [{ counter: { packets, bytes: packets * 60 } }, { drop: null }],
            },
          },
        ],
      }),
    },
  },
})

const counters = (protocols: Record<string, number>): MachineDescription => ({ counters: { protocols } })

test('counters that rose are told by how much, those that stay are not', async () => {
  const { rose, told } = await between(
    counters({ 'TcpExt.ListenDrops': 4, 'Tcp.OutRsts': 7 }),
    counters({ 'TcpExt.ListenDrops': 6, 'Tcp.OutRsts': 7 }),
  )
  assert.deepEqual([...rose], [['TcpExt.ListenDrops', 2]])
  assert.equal(told.counters, true)
})

test('a counter that fell was begun anew', async () => {
  const { rose } = await between(counters({ 'Tcp.OutRsts': 70 }), counters({ 'Tcp.OutRsts': 2 }))
  assert.deepEqual([...rose], [['Tcp.OutRsts', 2]])
})

test('counters that nobody tells are not counters that stay', async () => {
  const { rose, told } = await between({}, {})
  assert.equal(rose.size, 0)
  assert.equal(told.counters, false)
})

test('connection tracking counts drops, and how full it is', async () => {
  const conntrack = (drop: number) => ({
    counters: {
      conntrack: {
        entries: 262_144,
        limit: 262_144,
        drop: { known: true as const, value: drop },
        insertFailed: { known: true as const, value: 0 },
        earlyDrop: { known: false as const, reason: 'unsupported' as const },
      },
    },
  })
  const { rose, table } = await between(conntrack(10), conntrack(12))
  assert.deepEqual([...rose], [['conntrack.drop', 2]])
  assert.deepEqual(table, { entries: 262_144, limit: 262_144 })
})

test('a rule that counted is told with its place', async () => {
  const { rules, told } = await between(counted(3), counted(5))
  assert.equal(told.rules, true)
  assert.deepEqual(
    rules.map(({ chain, handle, rose }) => ({ chain, handle, rose })),
    [{ chain: 'inet filter input', handle: 4, rose: 2 }],
  )
})

test('half a connection that is new is told, the listener that was there is not', async () => {
  const { opened, sockets } = await between(
    { sockets: [LISTENER] },
    { sockets: [LISTENER, { 'syn-recv': 'tcp 10.0.0.2:8080 > 10.0.0.9:4000', cookie: 77n }] },
  )
  assert.deepEqual(
    opened.map(({ state }) => state),
    ['syn-recv'],
  )
  assert.equal(sockets.length, 2)
})
