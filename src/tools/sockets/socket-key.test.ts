import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RowSpec, tableOf } from './filter/rows.cases.ts'
import { socketKey } from './socket-key.ts'

const listener: RowSpec = { state: 'listen', local: '10.0.0.1:80', inode: 5, cookie: 7n }
const bare: RowSpec = { state: 'time-wait', local: '10.0.0.1:80', peer: '10.0.0.2:9' }

const ROWS: readonly (readonly [name: string, one: RowSpec, other: RowSpec, same: boolean])[] = [
  ['the same', listener, listener, true],
  ['in another state, without its descriptor', listener, { ...listener, state: 'closed', inode: 0 }, true],
  ['another cookie on the same port', listener, { ...listener, cookie: 8n }, false],
  ['the same cookie in another namespace', listener, { ...listener, netns: 2 }, false],
  ['no cookie: the same inode', { ...listener, cookie: 0n }, { ...listener, cookie: 0n, uid: 4 }, true],
  ['no cookie: another inode', { ...listener, cookie: 0n }, { ...listener, cookie: 0n, inode: 6 }, false],
  [
    'no cookie: the same inode in another namespace',
    { ...listener, cookie: 0n },
    { ...listener, cookie: 0n, netns: 2 },
    false,
  ],
  ['a cookie is no inode', { ...listener, cookie: 5n }, { ...listener, cookie: 0n }, false],
  ['neither: the same ends', bare, { ...bare, timer: 'time-wait' }, true],
  ['neither: another peer', bare, { ...bare, peer: '10.0.0.2:10' }, false],
  ['neither: another local end', bare, { ...bare, local: '10.0.0.3:80' }, false],
  ['neither: another protocol', bare, { ...bare, protocol: 'sctp' }, false],
  ['neither: another namespace', bare, { ...bare, netns: 2 }, false],
]
for (const [name, one, other, same] of ROWS) {
  test(`${same ? 'one socket' : 'two sockets'}: ${name}`, () => {
    const columns = tableOf([one, other])
    assert.equal(socketKey(columns, 0) === socketKey(columns, 1), same)
  })
}
