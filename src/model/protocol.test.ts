import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNKNOWN_REASONS } from './known.ts'
import { NO_OWNER_REASONS } from './owner.ts'
import { isProtocol, PROTOCOL_NUMBERS, PROTOCOLS, SOCKET_PROTOCOLS } from './protocol.ts'

for (const [text, is] of [
  ['tcp', true],
  ['udp', true],
  ['sctp', true],
  ['dccp', true],
  ['TCP', false],
  ['icmp', false],
  ['udplite', false],
  ['', false],
  ['toString', false],
] as const) {
  test(`${text || 'nothing'} ${is ? 'has' : 'has no'} ports`, () => assert.equal(isProtocol(text), is))
}

test('whatever has ports can be in a socket table, and has one number', () => {
  for (const protocol of PROTOCOLS) assert.ok(SOCKET_PROTOCOLS.includes(protocol))
  assert.deepEqual(Object.keys(PROTOCOL_NUMBERS).sort(), SOCKET_PROTOCOLS.filter(p => p !== 'unix').sort())
  assert.equal(new Set(Object.values(PROTOCOL_NUMBERS)).size, Object.keys(PROTOCOL_NUMBERS).length)
})

test('every general reason for not knowing is a reason for not knowing the owner', () => {
  for (const reason of UNKNOWN_REASONS) assert.ok(NO_OWNER_REASONS.includes(reason), reason)
})
