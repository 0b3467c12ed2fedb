/** A host that Node alone tells of: what it can say, and that it says what it can't. */
import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { LOOPBACK_V4 } from '../../model/address.ts'
import { CONFORMANCE, runCase, type Stage, unmet } from '../conformance.ts'
import { readAddresses } from './addresses.ts'
import { openPortable } from './portable.ts'
import { read } from './told-by-tools.cases.ts'

const bare = { platform: 'plan9', lsof: null, ps: null, privileged: false }
const bareStage = async (): Promise<Stage> => ({ os: openPortable(bare) })
for (const one of CONFORMANCE) {
  if (unmet(one, await bareStage()).length > 0) continue
  test(`a system that can’t tell sockets: ${one.name}`, () => runCase(one, bareStage))
}

test('a system that can’t tell sockets says so', async () => {
  const os = openPortable(bare)
  await assert.rejects(read(os), { code: 'E_HOST_UNSUPPORTED', message: /plan9/ })
  const { length, coverage } = await os.owners()
  assert.deepEqual([length, coverage.unsupported], [0, true])
  assert.deepEqual((await os.processes([process.pid])).get(process.pid), {
    known: false,
    reason: 'unsupported',
  })
  for (const allowed of Object.values(await os.can())) assert.equal(allowed.yes, false)
})

test('our own user is named', {
  skip: process.platform === 'win32' && 'Windows has no numbers for users',
}, async () => {
  const { uid, username } = userInfo()
  assert.deepEqual([...(await openPortable().userNames([uid, uid + 1]))], [[uid, username]])
})

const ADDRESSES: readonly (readonly [told: object, wanted: object | null])[] = [
  [
    { address: '192.0.2.1', family: 'IPv4', cidr: '192.0.2.1/24' },
    { interface: 'en0', index: 0, address: '192.0.2.1', prefix: 24 },
  ],
  [
    { address: 'fe80::1', family: 'IPv6', cidr: 'fe80::1/64', scopeid: 7 },
    { interface: 'en0', index: 7, address: 'fe80::1', prefix: 64 },
  ],
  [
    { address: 'fe80::1%en0', family: 'IPv6', cidr: 'fe80::1%en0/64', scopeid: 7 },
    { interface: 'en0', index: 7, address: 'fe80::1', prefix: 64 },
  ],
  [{ address: '192.0.2.1', family: 'IPv4', cidr: null }, null],
]
for (const [told, wanted] of ADDRESSES) {
  test(`an interface with ${JSON.stringify(told)}`, () =>
    assert.deepEqual(readAddresses({ en0: [told as never] }), wanted === null ? [] : [wanted]))
}

test('leases, and to become another program, are refused with the reason', async () => {
  const os = openPortable({ platform: 'darwin' })
  await assert.rejects(os.claims(), { code: 'E_LEASE_UNSUPPORTED' })
  await assert.rejects(os.become({ program: 'true', words: [], env: {} }), { code: 'E_PROGRAM' })
  const request = { protocol: 'udp', address: LOOPBACK_V4, port: 0 } as const
  await assert.rejects(os.bind({ ...request, device: 'lo' }), { code: 'E_BIND_UNSUPPORTED' })
  await assert.rejects(os.bind({ ...request, protocol: 'sctp' }), {
    code: 'E_BIND_UNSUPPORTED',
    message: /no sockets of SCTP/,
  })
})
