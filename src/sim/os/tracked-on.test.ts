/** What a simulated firewall remembers is told by the seam, narrowed as it is asked for, and gone when its time is. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { trackedAt } from '../../model/nat/tracked-columns.ts'
import type { ConnectionQuery } from '../../os/os.ts'
import { createNetwork } from '../sim.ts'

test('connections through a masquerading router', async () => {
  const network = createNetwork({ seed: 1, clock: 'by-hand' })
  const client = network.host('client', { addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' })
  const gate = network.router('gate', {
    addresses: ['lan0 10.0.0.1/24', 'wan0 192.0.2.1/24'],
    nft: 'table ip n { chain post { type nat hook postrouting priority 100; oifname "wan0" masquerade; } }',
  })
  const server = network.host('server', { addresses: ['192.0.2.9/24'] })
  network.link(client, gate)
  network.link(gate, server)
  const rows = async (query: ConnectionQuery = {}) => {
    const { batches } = await gate.os.connections(query)
    assert.ok(batches.known)
    return batches.value.flatMap(columns =>
      Array.from({ length: columns.length }, (_, i) => trackedAt(columns, i)),
    )
  }
  assert.deepEqual(await rows(), [])
  server.createServer(one => one.resume()).listen(80)
  client.createConnection({ host: '192.0.2.9', port: 80 })
  client.createSocket('udp4').send('x', 53, '192.0.2.9')
  await network.settled()
  const [tcp] = await rows({ protocols: [6] })
  assert.equal(tcp?.state, 'established')
  assert.equal(tcp.original.source.address, '10.0.0.2')
  assert.deepEqual(tcp.reply.destination, { address: '192.0.2.1', port: tcp.original.source.port })
  // nf_conntrack_tcp_timeout_established: five days.
  assert.equal(tcp.timeoutSeconds, 432_000)
  assert.equal((await rows()).length, 2)
  assert.equal((await rows({ port: 80 })).length, 1)
  assert.equal((await rows({ translated: false })).length, 0)
  // nf_conntrack_udp_timeout: 30 s.
  await network.advance(31_000)
  assert.deepEqual(
    (await rows()).map(({ protocol }) => protocol),
    [6],
  )
  network.close()
})
