/** What each answer of the kernel comes to; that it really ends connections is judged in test/kernel/stop.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import type { Socket } from '../../model/socket.ts'
import { destroySocket } from './destroy-socket.ts'
import type { TableReaders } from './sockets.ts'

const CONNECTION: Socket = {
  protocol: 'tcp',
  family: 'ipv4',
  state: 'established',
  local: { address: parseAddress('127.0.0.1'), port: 3000 as Port },
  peer: { address: parseAddress('127.0.0.1'), port: 40000 as Port },
  interface: 0,
  netns: 1,
  inode: 5,
  cookie: 9n,
}

const answering = (errno: number): Pick<TableReaders, 'diag'> => ({ diag: { ask: () => errno } as never })

/** Numbers of errno(3). */
for (const [errno, kind, says] of [
  [0, 'destroyed', ''],
  [2, 'gone', ''],
  [1, 'denied', 'CAP_NET_ADMIN'],
  [95, 'unsupported', 'CONFIG_INET_DIAG_DESTROY'],
  [22, 'unsupported', 'errno 22'],
] as const) {
  test(`errno ${errno} is ${kind}`, () => {
    const outcome = destroySocket(answering(errno), CONNECTION)
    assert.equal(outcome.kind, kind)
    if ('says' in outcome) assert.ok(outcome.says.includes(says), outcome.says)
  })
}

const never: Pick<TableReaders, 'diag'> = {
  diag: {
    ask: () => {
      throw new Error('the kernel was asked')
    },
  } as never,
}
for (const [what, socket, readers] of [
  ['a listener', { ...CONNECTION, state: 'listen' }, never],
  ['a unix socket', { ...CONNECTION, protocol: 'unix', family: 'unix', local: { path: '/x' } }, never],
  ['a socket without a cookie', { ...CONNECTION, cookie: 0n }, never],
  ['a socket where there is no netlink', CONNECTION, { diag: null }],
] as const) {
  test(`${what} is never asked for`, () => {
    assert.equal(destroySocket(readers, socket as Socket).kind, 'unsupported')
  })
}
