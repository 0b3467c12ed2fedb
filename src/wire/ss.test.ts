/** Lines as ss of iproute2 6.1 writes them; the kernel judges the rest in `test/kernel/remote/shell.test.ts`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseSs } from './ss.ts'

test('listeners, connections and datagram sockets are told by inode', () => {
  const lines = [
    'tcp   LISTEN    3      4096         0.0.0.0:22        0.0.0.0:*     ino:1149 sk:1 cgroup:/a <->',
    'tcp   LISTEN    0      511             [::]:8080         [::]:*     uid:1000 ino:77 sk:ffffffffffffffff v6only:0 <->',
    'tcp   LISTEN    0      511            [::1]:8080         [::]:*     ino:78 sk:a v6only:1 <->',
    'udp   UNCONN    0      0            0.0.0.0:53        0.0.0.0:*     ino:79 sk:b <->',
  ]
  assert.deepEqual(parseSs(lines), [
    { inode: 1149, cookie: 1n, receive: 3, send: 4096 },
    { inode: 77, cookie: 0xffffffffffffffffn, receive: 0, send: 511, v6only: false },
    { inode: 78, cookie: 10n, receive: 0, send: 511, v6only: true },
    { inode: 79, cookie: 11n, receive: 0, send: 0 },
  ])
})

test('what has no inode, and what is no line of ss, is left out', () => {
  assert.deepEqual(
    parseSs([
      'tcp   TIME-WAIT 0      0          127.0.0.1:5     127.0.0.1:6     timer:(timewait,59sec,0) ino:0 sk:3',
      'Netid State Recv-Q Send-Q',
      'sh: ss: not found',
      'tcp LISTEN 1 2 ino:5',
      '',
    ]),
    [],
  )
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), lines => void parseSs(lines)))
})
