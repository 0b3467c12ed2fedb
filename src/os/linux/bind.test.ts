/** Binding as the kernel does it, where the suite of all hosts doesn't ask: options, devices, zones. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { LOOPBACK_V4, parseAddress } from '../../model/address.ts'
import { PROTOCOL_RULES } from '../../model/space/space.ts'
import type { BindRequest } from '../os.ts'
import { openLinux } from './linux.ts'

const skip = process.platform !== 'linux' && 'there is no Linux kernel here'
const TCP: BindRequest = { protocol: 'tcp', address: LOOPBACK_V4, port: 0 }

/** Keeps one socket, and gives the errno of a second at the same port. */
async function second(t: TestContext, first: Partial<BindRequest>, next: Partial<BindRequest>) {
  const os = openLinux()
  t.after(() => os.close())
  const bound = await os.bind({ ...TCP, ...first, keep: true })
  assert.ok(bound.errno === null && bound.kept !== undefined)
  try {
    return (await os.bind({ ...TCP, ...next, port: bound.port })).errno
  } finally {
    await bound.kept.close()
  }
}

/** socket(7): SO_REUSEADDR of both lets both bind while none listens; SO_REUSEPORT must be set by both. */
const rows: readonly (readonly [Partial<BindRequest>, Partial<BindRequest>, string | null])[] = [
  [{}, {}, 'EADDRINUSE'],
  [{ reuseAddress: true }, { reuseAddress: true }, null],
  [{ reuseAddress: true }, {}, 'EADDRINUSE'],
  [{}, { reuseAddress: true }, 'EADDRINUSE'],
  [{ reusePort: true }, { reusePort: true }, null],
  [{ reusePort: true }, { reuseAddress: true }, 'EADDRINUSE'],
  [{ protocol: 'udp', reusePort: true }, { protocol: 'udp', reusePort: true }, null],
  [{}, { address: parseAddress('127.0.0.2') }, null],
  [{}, { address: parseAddress('::ffff:127.0.0.1') }, 'EADDRINUSE'],
]
for (const [first, next, errno] of rows) {
  const what = `${JSON.stringify(first)}, then ${JSON.stringify(next)}: ${errno ?? 'both'}`
  test(what, { skip }, async t => assert.equal(await second(t, first, next), errno))
}

test('a device or zone that isn’t there is ENODEV', { skip }, async t => {
  const os = openLinux()
  t.after(() => os.close())
  assert.equal((await os.bind({ ...TCP, device: 'nosuch0' })).errno, 'ENODEV')
  assert.equal((await os.bind({ ...TCP, address: parseAddress('fe80::1%nosuch0') })).errno, 'ENODEV')
  assert.equal((await os.bind({ ...TCP, address: parseAddress('fe80::1%lo') })).errno, 'EADDRNOTAVAIL')
})

/** The kernel's list of what it has (Linux `proto_seq_show`), read after the trial, which may load a module. */
const isRegistered = (protocol: string): boolean =>
  new RegExp(`^${protocol.toUpperCase()} `, 'm').test(readFileSync('/proc/net/protocols', 'utf8'))

for (const protocol of ['sctp', 'dccp'] as const) {
  test(`${protocol} can be bound where the kernel has it, and is refused by its name for that where not`, {
    skip,
  }, async t => {
    const os = openLinux()
    t.after(() => os.close())
    const { errno, port } = await os.bind({ ...TCP, protocol })
    const missing = PROTOCOL_RULES[protocol].missing!.errno
    assert.equal(errno, isRegistered(protocol) ? null : missing)
    assert.equal(port > 0, errno === null)
  })
}
