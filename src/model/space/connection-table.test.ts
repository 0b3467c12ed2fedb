/** The oracle is a list that is searched. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ConnectionTable } from './connection-table.ts'
import { localV4 } from './local-address.ts'
import { newSocket, type SpaceSocket } from './space-socket.ts'

const PORTS = [1, 2, 32_768, 32_769, 65_535]
const ADDRESSES = ['10.0.0.1', '10.0.0.2']

const ends = fc.record({
  local: fc.constantFrom(...ADDRESSES),
  num: fc.constantFrom(...PORTS),
  address: fc.constantFrom(...ADDRESSES),
  port: fc.constantFrom(...PORTS),
})
const action = fc.oneof(
  fc.record({ do: fc.constant('add' as const), ends }),
  fc.record({ do: fc.constant('drop' as const), which: fc.nat() }),
)

test('connections are found by their four ends, in the order of their coming, until they are dropped', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), actions => {
      const table = new ConnectionTable()
      const list: SpaceSocket[] = []
      for (const [id, one] of actions.entries()) {
        if (one.do === 'add') {
          const { local, num, address, port } = one.ends
          const socket = newSocket(id, 'tcp', 'ipv4', 0)
          Object.assign(socket, { local: localV4(local as never), num, remote: { address, port } })
          table.add(socket)
          list.push(socket)
        } else if (list.length > 0) {
          const [gone] = list.splice(one.which % list.length, 1)
          table.drop(gone!)
          table.drop(gone!)
        }
      }
      for (const local of ADDRESSES)
        for (const address of ADDRESSES)
          for (const num of PORTS)
            for (const port of PORTS)
              assert.deepEqual(
                table.between(local, num, { address, port }).map(({ id }) => id),
                list
                  .filter(one => one.local.v4 === local && one.num === num)
                  .filter(({ remote }) => remote!.address === address && remote!.port === port)
                  .map(({ id }) => id),
              )
    }),
  )
})
