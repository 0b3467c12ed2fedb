import assert from 'node:assert/strict'
import test from 'node:test'
import { known, unknown } from '../model/known.ts'
import { readNaming } from './naming.ts'

const failing = (code: string): never => {
  throw Object.assign(new Error(code), { code })
}

test('texts as they are, a missing file as an empty one, and why one can’t be read', () => {
  const files: Readonly<Record<string, () => Uint8Array>> = {
    '/etc/hosts': () => new TextEncoder().encode('127.0.0.1 localhost # héllo\n'),
    '/etc/resolv.conf': () => failing('EACCES'),
    '/etc/nsswitch.conf': () => failing('ENOENT'),
  }
  assert.deepEqual(
    readNaming(path => files[path]!()),
    { hosts: known('127.0.0.1 localhost # héllo\n'), resolvers: unknown('denied'), order: known('') },
  )
  assert.deepEqual(readNaming(() => failing('EIO')).hosts, unknown('unsupported'))
})
