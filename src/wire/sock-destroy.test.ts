import assert from 'node:assert/strict'
import { endianness } from 'node:os'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import type { Port } from '../model/port.ts'
import { NLMSG_ERROR, viewsOf } from './netlink.ts'
import { decodeAcknowledgement, encodeDestroyRequest } from './sock-destroy.ts'

const skip = endianness() === 'LE' ? false : 'the bytes were written for a little-endian machine'

const end = (address: string, port: number) => ({ address: parseAddress(address), port: port as Port })

/** Offsets of `struct inet_diag_req_v2` and `struct inet_diag_sockid`, include/uapi/linux/inet_diag.h. */
test('an IPv4 connection, byte by byte', { skip }, () => {
  const bytes = Buffer.from(
    encodeDestroyRequest({
      protocol: 'tcp',
      family: 'ipv4',
      local: end('127.0.0.1', 3000),
      peer: end('192.0.2.7', 40000),
      interface: 2,
      cookie: 0x1122334455667788n,
    }),
  )
  assert.equal(
    bytes.toString('hex'),
    [
      '48000000 1500 0500 01000000 00000000', // length 72, SOCK_DESTROY, REQUEST|ACK, sequence, port id
      '02 06 00 00 ffffffff', // AF_INET, TCP, no extensions, every state
      '0bb8 9c40', // ports, in network order
      '7f000001 000000000000000000000000',
      'c0000207 000000000000000000000000',
      '02000000', // interface
      '88776655 44332211', // cookie: low word, high word
    ]
      .join('')
      .replaceAll(' ', ''),
  )
})

test('an IPv6 datagram socket without a peer', { skip }, () => {
  const bytes = encodeDestroyRequest({
    protocol: 'udp',
    family: 'ipv6',
    local: end('fe80::1%eth0', 53),
    interface: 0,
    cookie: 1n,
  })
  assert.equal(bytes[16], 10)
  assert.equal(bytes[17], 17)
  assert.equal(Buffer.from(bytes.subarray(28, 44)).toString('hex'), 'fe800000000000000000000000000001')
  assert.ok(bytes.subarray(44, 60).every(byte => byte === 0))
})

for (const [errno, what] of [
  [0, 'done'],
  [1, 'EPERM'],
  [2, 'ENOENT'],
  [95, 'EOPNOTSUPP'],
] as const) {
  test(`the kernel's ${what} is read as ${errno}`, () => {
    const message = new Uint8Array(36)
    const { u16, u32 } = viewsOf(message)
    u32[0] = 36
    u16[2] = NLMSG_ERROR
    u32[4] = -errno
    assert.deepEqual(decodeAcknowledgement(viewsOf(message), 36), { done: true, errno, interrupted: false })
  })
}
