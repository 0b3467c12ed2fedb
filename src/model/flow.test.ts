import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAddress } from './address.ts'
import { type Flow, flowKey, formatFlow, parseFlow, reverseFlow } from './flow.ts'
import type { Port } from './port.ts'
import { PROTOCOLS } from './protocol.ts'

const WEB: Flow = {
  protocol: 'tcp',
  source: { address: parseAddress('192.0.2.1'), port: 40000 as Port },
  destination: { address: parseAddress('198.51.100.7'), port: 443 as Port },
}

test('a flow is written with its ends in order', () => {
  assert.equal(formatFlow(WEB), 'tcp 192.0.2.1:40000 > 198.51.100.7:443')
  assert.deepEqual(parseFlow('tcp 192.0.2.1:40000 > 198.51.100.7:443'), WEB)
})

test('the arrow may have a shaft', () => {
  assert.deepEqual(parseFlow('tcp 192.0.2.1:40000 -> 198.51.100.7:443'), WEB)
})

test('the reverse of a flow has its ends changed over', () => {
  assert.equal(formatFlow(reverseFlow(WEB)), 'tcp 198.51.100.7:443 > 192.0.2.1:40000')
})

test('an IPv6 flow has brackets', () => {
  const text = 'udp [fe80::1%eth0]:546 > [ff02::1:2%eth0]:547'
  assert.equal(formatFlow(parseFlow(text)), text)
})

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty/],
  ['tcp', /four words/],
  ['tcp 192.0.2.1:1 192.0.2.2:2', /four words/],
  ['tcp 192.0.2.1:1 > 192.0.2.2:2 > 192.0.2.3:3', /four words/],
  ['192.0.2.1:1 > 192.0.2.2:2', /four words/],
  ['tcp 192.0.2.1:1 < 192.0.2.2:2', /four words/],
  ['tcp 192.0.2.1:1 => 192.0.2.2:2', /arrow is written ">" or "->"/],
  ['tcp 192.0.2.1:1 → 192.0.2.2:2', /arrow is written ">"/],
  ['tcp  192.0.2.1:1 > 192.0.2.2:2', /a space too many/],
  [' tcp 192.0.2.1:1 > 192.0.2.2:2', /a space too many/],
  ['icmp 192.0.2.1:1 > 192.0.2.2:2', /"icmp" is not a transport protocol/],
  ['TCP 192.0.2.1:1 > 192.0.2.2:2', /"TCP" is not a transport protocol/],
  ['tcp localhost:1 > 192.0.2.2:2', /source "localhost:1" is a name/],
  ['tcp 192.0.2.1:1 > db:2', /destination "db:2" is a name/],
  ['tcp :1 > 192.0.2.2:2', /source ":1" has no address/],
  ['tcp 192.0.2.1:1 > 2', /destination "2" has no address/],
  ['tcp tcp/192.0.2.1:1 > 192.0.2.2:2', /written once/],
  ['tcp 192.0.2.1:1 > 192.0.2.2', /destination "192\.0\.2\.2" is not an endpoint: it has no port/],
  ['tcp 192.0.2.1:01 > 192.0.2.2:2', /leading zero/],
  ['tcp 192.0.2.1:1 > [::1]:2', /one end is IPv4 and the other is IPv6/],
  ['tcp [::ffff:192.0.2.1]:1 > 192.0.2.2:2', /one end is IPv4 and the other is IPv6/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parseFlow(text), { code: 'E_FLOW_SYNTAX', message: why })
  })
}

const PLAIN = { noNullPrototype: true }
const port = fc.nat(65535) as fc.Arbitrary<Port>
const end = (text: fc.Arbitrary<string>) => fc.record({ address: text.map(parseAddress), port }, PLAIN)
const flowOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Flow> =>
  fc.record({ protocol: fc.constantFrom(...PROTOCOLS), source: end(text), destination: end(text) }, PLAIN)
const flows = fc.oneof(flowOf(fc.ipV4()), flowOf(fc.ipV6()))

test('law: printed and read again, a flow is the same, and so is twice reversed', () => {
  fc.assert(
    fc.property(flows, flow => {
      assert.deepEqual(parseFlow(formatFlow(flow)), flow)
      assert.deepEqual(reverseFlow(reverseFlow(flow)), flow)
    }),
  )
})

test('law: the key of the reverse is another, but for a flow to itself', () => {
  const near = fc.record({
    protocol: fc.constantFrom(...PROTOCOLS),
    source: end(fc.constantFrom('::1', '::2')),
    destination: end(fc.constantFrom('::1', '::2')),
  })
  fc.assert(
    fc.property(near, near, (flow, other) => {
      const itself =
        flow.source.address === flow.destination.address && flow.source.port === flow.destination.port
      assert.equal(flowKey(flow) === flowKey(reverseFlow(flow)), itself)
      assert.equal(flowKey(flow) === flowKey(other), JSON.stringify(flow) === JSON.stringify(other))
    }),
  )
})
