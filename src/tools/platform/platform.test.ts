import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { known, unknown } from '../../model/known.ts'
import { type MachineDescription, openMemory } from '../../os/memory/memory.ts'
import { readPlatform } from './platform.ts'

const read = (description: MachineDescription) => readPlatform(openMemory(description))

const machines: readonly (readonly [what: string, description: MachineDescription, name: string])[] = [
  ['a Linux that tells its version', { tunables: { 'kernel.osrelease': '6.8.0-45-generic' } }, 'linux-6.8'],
  ['a Linux that does not', {}, 'linux'],
  ['a Mac', { platform: 'darwin' }, 'macos'],
  ['a FreeBSD', { platform: 'freebsd' }, 'freebsd'],
  ['a Windows', { platform: 'win32' }, 'windows'],
]
for (const [what, description, name] of machines) {
  test(`${what} is ${name}`, async () => {
    assert.equal((await read(description)).system.name, name)
  })
}

test('a system of which nobody wrote down the rules is a fault that names it', async () => {
  await assert.rejects(
    read({ platform: 'sunos' }),
    error => isFault(error) && error.code === 'E_SYSTEM_UNKNOWN' && error.message.includes('sunos'),
  )
})

test('a setting is known, hidden, or not there at all', async () => {
  const { settings } = await read({
    tunables: { 'net.ipv4.tcp_tw_reuse': '1', 'net.ipv4.tcp_max_tw_buckets': unknown('denied') },
  })
  const here = new Map(settings.map(({ name, here }) => [name, here]))
  assert.deepEqual(here.get('net.ipv4.tcp_tw_reuse'), known('1'))
  assert.deepEqual(here.get('net.ipv4.tcp_max_tw_buckets'), unknown('denied'))
  assert.deepEqual(here.get('net.ipv4.tcp_fin_timeout'), unknown('unsupported'))
})

test('other systems than Linux have no settings to ask for yet', async () => {
  assert.deepEqual((await read({ platform: 'darwin' })).settings, [])
})
