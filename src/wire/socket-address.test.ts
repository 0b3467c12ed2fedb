import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../model/address.ts'
import { encodeSocketAddress, portOfSocketAddress } from './socket-address.ts'

/** From include/uapi/linux/in.h and in6.h. The family is a number of the host, and so is the scope. */
const rows = [
  ['192.0.2.1', 0x1234, 0, '0200 1234 c0000201 0000000000000000'],
  ['::1', 80, 0, '0a00 0050 00000000 00000000000000000000000000000001 00000000'],
  ['fe80::1%eth0', 65535, 3, '0a00 ffff 00000000 fe800000000000000000000000000001 03000000'],
] as const
for (const [address, port, scope, bytes] of rows) {
  test(`${address} port ${port}`, () => {
    const encoded = encodeSocketAddress(parseAddress(address), port, scope)
    assert.equal(new Uint16Array(encoded.buffer, 0, 1)[0], Number.parseInt(bytes.slice(0, 2), 16))
    assert.equal(Buffer.from(encoded.slice(2, 24)).toString('hex'), bytes.replaceAll(' ', '').slice(4, 48))
    if (encoded.length > 24) assert.equal(new Uint32Array(encoded.buffer, 24, 1)[0], scope)
    assert.equal(portOfSocketAddress(encoded), port)
  })
}
