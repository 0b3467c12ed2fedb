import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../address.ts'
import { isFault } from '../../fault.ts'
import { parsePort } from '../../port.ts'
import { linuxDialect } from '../dialect.ts'
import { FACT_NAMES, privilegeOn, SYSTEM_NAMES, SYSTEMS, systemNamed } from './systems.ts'

const names: readonly (readonly [text: string, name: string, title: RegExp])[] = [
  ['linux', 'linux', /^Linux 6\.18$/],
  ['linux-6.18', 'linux-6.18', /^Linux 6\.18$/],
  ['linux-6.5', 'linux-6.5', /^Linux 6\.5, with the rules of 6\.1$/],
  ['linux-6.18.44', 'linux-6.18', /^Linux 6\.18$/],
  ['linux-5.4', 'linux-5.4', /^Linux 5\.4, with the rules of 6\.1$/],
  ['macos', 'macos', /^macOS$/],
  ['darwin', 'macos', /^macOS$/],
  ['freebsd', 'freebsd', /^FreeBSD$/],
  ['openbsd', 'openbsd', /^OpenBSD$/],
  ['windows', 'windows', /^Windows$/],
  ['win32', 'windows', /^Windows$/],
]
for (const [text, name, title] of names) {
  test(`"${text}" is ${name}`, () => {
    const system = systemNamed(text)
    assert.equal(system.name, name)
    assert.match(system.title, title)
  })
}

const unknown: readonly (readonly [text: string, hint: RegExp])[] = [
  ['windos', /^Did you mean "windows"\? There are linux, macos/],
  ['MacOS', /^Did you mean "macos"\?/],
  ['linux-6.x', /^Did you mean "linux-6\.\d+"\?/],
  ['linux-', /^Did you mean "linux"\?/],
  ['plan9', /^There are linux, macos, freebsd, openbsd, windows, and Linux by version/],
  ['', /^There are/],
  ['constructor', /^There are/],
  ['linux-6.1\u001b[31m', /There are/],
]
for (const [text, hint] of unknown) {
  test(`${JSON.stringify(text)} is no system, and the fault says which there are`, () => {
    assert.throws(
      () => systemNamed(text),
      error => isFault(error) && error.code === 'E_SYSTEM_UNKNOWN' && hint.test(error.hint),
    )
  })
}

for (const name of SYSTEM_NAMES) {
  test(`${name}: every fact has a sentence and a source, and only Linux is judged`, () => {
    const system = systemNamed(name)
    assert.equal(system.judged, name.startsWith('linux'))
    for (const fact of FACT_NAMES) {
      const { says, source, certainty, value } = system.facts[fact]
      assert.ok(says.length > 5 && source.length > 4, fact)
      assert.notEqual(value, '', fact)
      if (!system.judged) assert.notEqual(certainty, 'judged', fact)
    }
    if (!system.judged) assert.match(system.basis, /documentation/)
  })
}

test('a version of Linux has the rules of its dialect', () => {
  for (const release of ['5.4', '6.1', '6.7', '6.8', '6.13', '6.18', '7.0']) {
    const system = systemNamed(`linux-${release}`)
    assert.ok(system.kind === 'linux')
    assert.equal(system.dialect, linuxDialect(release))
  }
  assert.match(systemNamed('linux-6.1').facts.reuseAddress.says, /unchecked/)
  assert.doesNotMatch(systemNamed('linux-6.8').facts.reuseAddress.says, /unchecked/)
  assert.match(systemNamed('linux-4.19').basis, /^older than any source/)
  assert.doesNotMatch(systemNamed('linux-6.1').basis, /^older/)
})

/** Ranges as RFC 6056 section 3.2 has the kinds of them: within 1024-65535. */
for (const { name, facts } of SYSTEMS) {
  test(`${name}: ephemeral ports are from 1024 on`, () => {
    const { first, last } = facts.ephemeralRange.value!
    assert.ok(1024 <= first && first < last && last <= 65535)
  })
}

const rights: readonly (readonly [
  system: string,
  address: string,
  port: number,
  uid: number,
  errno: string | null,
])[] = [
  ['linux', '0.0.0.0', 80, 1000, 'EACCES'],
  ['linux', '127.0.0.1', 1023, 1000, 'EACCES'],
  ['linux', '127.0.0.1', 1024, 1000, null],
  ['linux', '0.0.0.0', 80, 0, null],
  ['linux', '0.0.0.0', 0, 1000, null],
  ['linux-6.1', '::', 443, 1000, 'EACCES'],
  ['macos', '0.0.0.0', 80, 501, null],
  ['macos', '::', 80, 501, null],
  ['macos', '127.0.0.1', 80, 501, 'EACCES'],
  ['macos', '::1', 80, 501, 'EACCES'],
  ['macos', '::ffff:127.0.0.1', 80, 501, 'EACCES'],
  ['macos', '127.0.0.1', 1024, 501, null],
  ['macos', '127.0.0.1', 80, 0, null],
  ['freebsd', '0.0.0.0', 1023, 1001, 'EACCES'],
  ['freebsd', '0.0.0.0', 1024, 1001, null],
  ['openbsd', '::', 1, 1001, 'EACCES'],
  ['openbsd', '::', 1, 0, null],
  ['windows', '0.0.0.0', 1, 1001, null],
  ['windows', '127.0.0.1', 80, 1001, null],
]
for (const [system, address, port, uid, errno] of rights) {
  test(`${system}: user ${uid} binds ${address} port ${port}: ${errno ?? 'no right is lacking'}`, () => {
    const endpoint = { address: parseAddress(address), port: parsePort(String(port)) }
    assert.equal(privilegeOn(systemNamed(system), endpoint, uid), errno)
  })
}
