/** A store that is of no use says why, and nothing else is used in its place. */
import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isFault } from '../../model/fault.ts'
import { claimPrefix } from '../../wire/claim-name.ts'
import type { ClaimStore } from '../os.ts'
import { openClaims } from './claims.ts'
import { machineFiles } from './file-tree.ts'

const skip = process.platform !== 'linux' && 'there is no Linux kernel here'
const rootOnly = skip || (process.getuid!() !== 0 && 'only root can be somebody else')
const NETNS = 4026531833

function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pt-claims-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const open = (folder: string): ClaimStore => openClaims(machineFiles, NETNS, folder)
const claim = {
  first: 3000,
  count: 1,
  state: 'held',
  key: '0000000000000000',
  holder: null,
  expiresAt: null,
  madeAt: 1,
  nonce: 'x',
} as const

const says = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(isFault(error))
  assert.equal(error.code, code)
  assert.match(`${error.message}\n${error.hint}`, words)
  return true
}

test('a folder that isn’t there is not made', { skip }, t => {
  const folder = join(ownFolder(t), 'none')
  assert.throws(() => open(folder), says('E_LEASE_STORE', /ENOENT[\s\S]*not made by itself/))
  assert.deepEqual(readdirSync(join(folder, '..')), [])
})

test('a file is no folder', { skip }, t => {
  const file = join(ownFolder(t), 'file')
  writeFileSync(file, '')
  assert.throws(() => open(file), says('E_LEASE_STORE', /no folder/))
})

test('a folder that others write to must be sticky', { skip }, t => {
  const folder = ownFolder(t)
  chmodSync(folder, 0o777)
  assert.throws(() => open(folder), says('E_LEASE_STORE', /not sticky/))
  chmodSync(folder, 0o1777)
  assert.deepEqual(open(folder).list(), [])
})

test('a folder of another user is no place for ours', { skip: rootOnly }, t => {
  const folder = ownFolder(t)
  chownSync(folder, 65534, 65534)
  assert.throws(() => open(folder), says('E_LEASE_STORE', /belongs to user 65534/))
})

test('a folder that goes away is a fault at the next claim', { skip }, t => {
  const folder = ownFolder(t)
  const store = open(folder)
  rmSync(folder, { recursive: true })
  assert.throws(() => store.list(), says('E_LEASE_STORE', /ENOENT/))
  assert.throws(() => store.add(claim, ''), says('E_LEASE_STORE', /ENOENT/))
})

test('a mark that nobody can read is named, and left where it is', { skip }, t => {
  const folder = ownFolder(t)
  const boot = machineFiles.read('/proc/sys/kernel/random/boot_id').toString()
  const name = `${claimPrefix(boot, NETNS)}3000-1.rubbish`
  symlinkSync('x', join(folder, name))
  const store = open(folder)
  assert.throws(
    () => store.list(),
    says('E_LEASE_DAMAGED', new RegExp(`${name}" of user ${process.geteuid!()}`)),
  )
  assert.deepEqual(readdirSync(folder), [name])
})

test('files of others, of another boot and of another namespace are none of ours', { skip }, t => {
  const folder = ownFolder(t)
  for (const name of ['lock', 'portolan-lease.000000000000.1.rubbish', `${claimPrefix('0', 1)}x`])
    symlinkSync('x', join(folder, name))
  assert.deepEqual(open(folder).list(), [])
})

test('a file in the place of a link is a damaged claim', { skip }, t => {
  const folder = ownFolder(t)
  const store = open(folder)
  store.add(claim, 'note')
  const [name] = readdirSync(folder)
  rmSync(join(folder, name!))
  writeFileSync(join(folder, name!), 'rubbish')
  assert.throws(() => store.note(claim), says('E_LEASE_DAMAGED', /3000-1/))
})

test('what others may not see of a holder keeps its lease', { skip }, t => {
  const store = open(ownFolder(t))
  const self = store.holder('self')
  assert.ok(self.known)
  assert.deepEqual(store.lives({ ...self.value, space: 1 }), { known: false, reason: 'other-namespace' })
})
