/** What a simulated host's own rules reject on the way out, as its own programs are told of it. What is expected is what Linux 6.18 does. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { CLIENT, errorsOf, framesOf, SERVER, SERVER_V6, street, trying } from './attempt-street.cases.ts'

/**
 * What its own rules reject comes back at once, and nothing leaves: by SO_ERROR of a socket that has IP_RECVERR or IPV6_RECVERR, as an
 * attempt's has, on Linux 6.18. Of IPv6 whoever has it not is told with the second SYN alone, since the first error finds the socket in use.
 */
const OWN_REJECTS = [
  ['ipv4', 'icmp type port-unreachable', 3, 3, 'ECONNREFUSED', 'refused'],
  ['ipv4', 'icmp type host-unreachable', 3, 1, 'EHOSTUNREACH', 'unreachable'],
  ['ipv4', 'icmp type admin-prohibited', 3, 13, 'EHOSTUNREACH', 'unreachable'],
  ['ipv4', 'icmp type net-unreachable', 3, 0, 'ENETUNREACH', 'unreachable'],
  ['ipv6', 'icmpv6 type addr-unreachable', 1, 3, 'EHOSTUNREACH', 'unreachable'],
  ['ipv6', 'icmpv6 type admin-prohibited', 1, 1, 'EACCES', 'denied'],
  ['ipv6', 'icmpv6 type no-route', 1, 0, 'ENETUNREACH', 'unreachable'],
  ['ipv6', 'icmpv6 type port-unreachable', 1, 4, 'ECONNREFUSED', 'refused'],
] as const
for (const [family, reject, type, code, errno, kind] of OWN_REJECTS)
  test(`its own rules reject with ${reject}`, () => {
    const nft = `table inet t { chain o { type filter hook output priority 0; tcp dport 80 reject with ${reject}; }; }`
    const to = (family === 'ipv4' ? SERVER : SERVER_V6) as string
    return trying(street({}, { nft }), { to }, async attempt => {
      assert.deepEqual(attempt.outcome, { kind, code: errno })
      assert.equal(attempt.ms, 0)
      const from = family === 'ipv4' ? CLIENT! : parseAddress('fd00:1::2')
      assert.deepEqual(await errorsOf(attempt), [{ type, code, from, errno }])
      const frames = await framesOf(attempt)
      assert.ok(
        frames.every(frame => frame.includes(' lo ')),
        frames.join(),
      )
    })
  })

test('its own rules reset: refused at once, and nothing leaves', () => {
  const nft =
    'table inet t { chain o { type filter hook output priority 0; tcp dport 80 reject with tcp reset; }; }'
  return trying(street({}, { nft }), {}, async attempt => {
    assert.deepEqual(attempt.outcome, { kind: 'refused', code: 'ECONNREFUSED' })
    assert.equal(attempt.ms, 0)
    assert.ok((await framesOf(attempt)).every(frame => frame.includes(' lo ')))
  })
})

/** As of Linux 6.18: who sends is told EPERM, and at the next call what the error said, unless it may get better by itself. */
const OWN_DATAGRAM_REJECTS = [
  ['icmp type port-unreachable', ['EPERM', 'ECONNREFUSED', 'EPERM']],
  ['icmp type admin-prohibited', ['EPERM', 'EHOSTUNREACH', 'EPERM']],
  ['icmp type host-unreachable', ['EPERM', 'EPERM', 'EPERM']],
] as const
for (const [reject, expected] of OWN_DATAGRAM_REJECTS)
  test(`its own rules reject datagrams with ${reject}`, async () => {
    const nft = `table inet t { chain o { type filter hook output priority 0; udp dport 53 reject with ${reject}; }; }`
    const { network, client } = street({}, { nft })
    const socket = client.transport.datagram('ipv4')
    assert.equal(socket.connect(SERVER!, 53), 'OK')
    const said: string[] = []
    for (let i = 0; i < 3; i++) {
      said.push(socket.send(Uint8Array.of(1)))
      await network.advance(10)
    }
    assert.deepEqual(said, expected)
    network.close()
  })
