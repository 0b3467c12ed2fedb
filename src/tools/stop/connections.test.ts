import assert from 'node:assert/strict'
import test from 'node:test'
import { openMemory } from '../../os/memory/memory.ts'
import { readFilter } from '../sockets/sockets.ts'
import { endConnections, planConnections } from './stop.ts'

const machine = () =>
  openMemory({
    processes: [{ pid: 812, run: 'node server.js' }],
    sockets: [
      { listen: 'tcp 0.0.0.0:3000', by: 812 },
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 },
      { established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40001', by: 812 },
      { bound: 'udp 0.0.0.0:3000', by: 812 },
    ],
  })

test('only connections that the filter means are ended, and listeners are left alone', async () => {
  const os = machine()
  const plan = await planConnections(os, await readFilter('sport = :3000'))
  assert.equal(plan.rows.length, 2)
  assert.deepEqual(
    plan.findings.map(({ code, says }) => `${code}: ${says}`),
    ['listener-refused: 2 sockets that listen are left alone: a port stays taken until its process ends'],
  )
  const results = await endConnections(os, plan)
  assert.deepEqual(
    results.map(({ outcome }) => outcome.kind),
    ['destroyed', 'destroyed'],
  )
  assert.equal(os.machine.sockets.size, 2)
})

test('a connection that has ended since is gone, and its successor lives', async () => {
  const os = machine()
  const plan = await planConnections(os, await readFilter('dport = :40000'))
  const [old] = [...os.machine.sockets].filter(
    ({ socket }) => socket.peer !== undefined && 'port' in socket.peer && socket.peer.port === 40000,
  )
  os.machine.close(old!)
  os.machine.open({ established: 'tcp 127.0.0.1:3000 > 127.0.0.1:40000', by: 812 })
  const [result] = await endConnections(os, plan)
  assert.equal(result!.outcome.kind, 'gone')
  assert.equal(os.machine.sockets.size, 4)
})
