/** What the ports of an item are called. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { SocketDescription } from '../../os/memory/memory.ts'
import { itemOf } from './item.cases.ts'
import { serviceOf } from './item.ts'

const SERVICES: readonly (readonly [socket: SocketDescription, asked: string | undefined])[] = [
  [{ listen: 'tcp 0.0.0.0:3000' }, 'tcp-3000'],
  [{ bound: 'udp 0.0.0.0:53' }, 'udp-53'],
  [{ listen: 'sctp 0.0.0.0:36412' }, 'sctp-36412'],
  [{ established: 'tcp 10.0.0.1:40000 > 10.0.0.2:443' }, 'tcp-443'],
  [{ established: 'tcp 10.0.0.1:443 > 10.0.0.2:40000' }, 'tcp-443'],
  [{ unconnected: 'udp 0.0.0.0:0' }, undefined],
  [{ bound: 'raw 0.0.0.0:1' }, undefined],
  [{ listen: 'unix /run/a' }, undefined],
  [{ listen: 'tcp 0.0.0.0:9' }, undefined],
]
for (const [socket, name] of SERVICES) {
  test(`${JSON.stringify(socket)} is named ${name ?? 'by nobody'}`, async () => {
    const { service } = await itemOf(socket)
    assert.equal(service?.name, name)
    assert.equal(service?.source, name === undefined ? undefined : 'here')
  })
}

test('what has no port is not asked for', () => {
  for (const protocol of SOCKET_PROTOCOLS.filter(one => one === 'raw' || one === 'unix')) {
    const local = protocol === 'raw' ? { address: '0.0.0.0', port: 1 } : { path: '/run/a' }
    const socket = { protocol, local } as unknown as Parameters<typeof serviceOf>[0]
    assert.equal(
      serviceOf(socket, () => assert.fail('was asked for')),
      null,
    )
  }
})
