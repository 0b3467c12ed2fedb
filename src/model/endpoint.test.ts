import assert from 'node:assert/strict'
import { SocketAddress } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, parseAddress } from './address.ts'
import {
  type EndpointSpec,
  endpointKey,
  formatEndpoint,
  formatEndpointSpec,
  isHostAddress,
  type PortName,
  parseEndpoint,
} from './endpoint.ts'
import { isFault } from './fault.ts'
import { parseHostName } from './host-name.ts'
import type { Port } from './port.ts'
import { PROTOCOLS } from './protocol.ts'

const READ: readonly [text: string, protocol: string | undefined, host: string | undefined, port: number][] =
  [
    ['80', undefined, undefined, 80],
    ['0', undefined, undefined, 0],
    [':80', undefined, undefined, 80],
    [':0', undefined, undefined, 0],
    ['*:80', undefined, undefined, 80],
    ['localhost:80', undefined, 'localhost', 80],
    ['DB.Example.org:5432', undefined, 'db.example.org', 5432],
    ['example.org.:443', undefined, 'example.org.', 443],
    ['192.0.2.1:80', undefined, '192.0.2.1', 80],
    ['0.0.0.0:80', undefined, '0.0.0.0', 80],
    ['[::1]:80', undefined, '::1', 80],
    ['[::]:80', undefined, '::', 80],
    ['[2001:DB8:0::1]:80', undefined, '2001:db8::1', 80],
    ['[fe80::1%eth0]:80', undefined, 'fe80::1%eth0', 80],
    ['[fe80::1%a@b]:80', undefined, 'fe80::1%a@b', 80],
    ['[::ffff:192.0.2.1]:80', undefined, '::ffff:192.0.2.1', 80],
    ['tcp/53', 'tcp', undefined, 53],
    ['tcp/:53', 'tcp', undefined, 53],
    ['udp/[::1]:53', 'udp', '::1', 53],
    ['sctp/192.0.2.1:36412', 'sctp', '192.0.2.1', 36412],
    ['dccp/host:1', 'dccp', 'host', 1],
    ['tcp://host:80', 'tcp', 'host', 80],
    ['udp://[::1]:53', 'udp', '::1', 53],
    ['tcp://53', 'tcp', undefined, 53],
  ]

for (const [text, protocol, host, port] of READ) {
  test(`${text} is ${protocol ?? 'any protocol'}, ${host ?? 'any host'}, port ${port}`, () => {
    const wanted = { ...(protocol && { protocol }), ...(host && { host }), port }
    assert.deepEqual(parseEndpoint(text), wanted)
  })
}

const REFUSED: readonly [text: string, why: RegExp][] = [
  ['', /empty/],
  [' :80', /spaces around/],
  ['a b:80', /a space in it/],
  ['192.0.2.1:8\t1', /a space in it/],
  ['localhost', /no port: write localhost:PORT/],
  ['192.0.2.1', /no port: write 192\.0\.2\.1:PORT/],
  ['*', /no port: write \*:PORT/],
  ['[::1]', /no port: write \[::1\]:PORT/],
  ['::1', /no port: write \[::1\]:PORT/],
  ['2001:db8::1', /no port: write \[2001:db8::1\]:PORT/],
  ['host:', /no port stands after the colon/],
  ['[::1]:', /no port stands after the colon/],
  ['tcp/', /nothing stands after the protocol/],
  ['::1:80', /either \[::1\]:80 or the address ::1:80/],
  ['2001:db8::1:443', /either \[2001:db8::1\]:443 or the address 2001:db8::1:443/],
  ['1:2:3:4:5:6:7:8:80', /brackets here: write \[1:2:3:4:5:6:7:8\]:80/],
  ['::1:65535', /brackets here: write \[::1\]:65535/],
  ['fe80::1%eth0:80', /brackets here: write \[fe80::1%eth0\]:80/],
  ['::1:65536', /several colons/],
  ['host:80:81', /several colons/],
  ['[::1', /not closed/],
  ['[::1]80', /"80" stands between/],
  ['[]:80', /nothing stands in the brackets/],
  ['[192.0.2.1]:80', /brackets are for IPv6/],
  ['[localhost]:80', /"localhost" in the brackets is not an IPv6 address/],
  ['[::1::2]:80', /"::" twice/],
  ['1.2.3.4.5:1', /"1\.2\.3\.4\.5" is not an address: it has 5 parts/],
  ['127.1:81', /"127\.1" is not an address: it has 2 parts/],
  ['0x7f.1:81', /"0x7f" is hexadecimal/],
  ['2130706433:81', /single number/],
  ['01.2.3.4:81', /"01" has a leading zero/],
  ['１.2.3.4:81', /not an ASCII/],
  ['host:080', /"080" is not a port: it has a leading zero/],
  ['host:65536', /last port is 65535/],
  ['65536', /last port is 65535/],
  ['host:+80', /sign/],
  ['host:-1', /negative/],
  ['host:1e3', /exponent/],
  ['80-90', /range/],
  ['host:80-90', /range/],
  ['host:http', /"http" is not a port: it is a word/],
  ['-a:80', /"-a" is not a host.*hyphen/],
  ['a..b:80', /empty label/],
  ['münchen:80', /xn--/],
  ['user@host:80', /user name/],
  ['user:secret@host:80', /user name/],
  ['http://localhost:3000/path', /URL, and "http" is no transport protocol/],
  ['https://localhost', /URL/],
  ['tcp://host:80/', /after the port/],
  ['tcp/host:80/x', /after the port/],
  ['host:80/x', /after the port/],
  ['TCP/53', /written tcp/],
  ['53/tcp', /comes first: write tcp\/53/],
  ['icmp/53', /"icmp" is not a transport protocol/],
  ['/80', /nothing stands before the "\/"/],
]

for (const [text, why] of REFUSED) {
  test(`${JSON.stringify(text)} is refused: ${why.source}`, () => {
    assert.throws(() => parseEndpoint(text), { code: 'E_ENDPOINT_SYNTAX', message: why })
  })
}

/** What Node's `SocketAddress.parse` makes of a text that we read otherwise or refuse: its port, or undefined. */
const NODE_DIFFERS: readonly [text: string, node: string | undefined, why: string][] = [
  ['192.0.2.1:80', '192.0.2.1 0', 'Node drops port 80, the default of a URL'],
  ['[::1]:80', '::1 0', 'and with brackets'],
  ['192.0.2.1', '192.0.2.1 0', 'no port is not port 0'],
  ['[::1]', '::1 0', 'neither with brackets'],
  ['192.0.2.1:', '192.0.2.1 0', 'nor after a colon'],
  ['81', '0.0.0.81 0', 'a number alone is a port'],
  ['127.1:81', '127.0.0.1 81', 'inet_aton shorthand'],
  ['0x7f.1:81', '127.0.0.1 81', 'hexadecimal'],
  ['2130706433:81', '127.0.0.1 81', 'a single number'],
  ['１.2.3.4:81', '1.2.3.4 81', 'digits of other scripts'],
  ['1.2.3.4:081', '1.2.3.4 81', 'a leading zero'],
  ['user@1.2.3.4:81', '1.2.3.4 81', 'a user name'],
  ['1.2.3.4:81/x', '1.2.3.4 81', 'a path'],
  ['1.2.3.4:81?x', '1.2.3.4 81', 'a query'],
  ['1.2.3.4:8\t1', '1.2.3.4 81', 'a tab inside the number'],
  ['1.2.3.4:81\n', '1.2.3.4 81', 'a line feed after it'],
  ['[fe80::1%eth0]:81', undefined, 'Node reads no zones'],
  [':81', undefined, 'Node reads no open hosts'],
]

for (const [text, node, why] of NODE_DIFFERS) {
  test(`unlike Node about ${JSON.stringify(text)}: ${why}`, () => {
    const theirs = SocketAddress.parse(text)
    assert.equal(theirs && `${theirs.address} ${theirs.port}`, node)
    const ours = (() => {
      try {
        const { host, port } = parseEndpoint(text)
        return `${host} ${port}`
      } catch (error) {
        assert.ok(isFault(error))
        return undefined
      }
    })()
    assert.notEqual(ours, node)
  })
}

const NAMES: PortName = (name, protocol) => {
  if (name === 'exec') return (protocol === 'udp' ? undefined : 512) as Port
  return { https: 443 as Port, 'whois++': 63 as Port, postgresql: 5432 as Port, '3com-tsmux': 106 as Port }[
    name
  ]
}

const NAMED: readonly [text: string, spec: string][] = [
  [':https', ':443'],
  ['db:postgresql', 'db:5432'],
  ['[::1]:https', '[::1]:443'],
  ['tcp/host:exec', 'tcp/host:512'],
  ['udp/:https', 'udp/443'],
  ['host:3com-tsmux', 'host:106'],
  [':whois++', ':63'],
  ['host:80', 'host:80'],
]

for (const [text, spec] of NAMED) {
  test(`with names, ${text} is ${spec}`, () =>
    assert.equal(formatEndpointSpec(parseEndpoint(text, NAMES)), spec))
}

for (const [text, why] of [
  ['db:postgers', /no service is called "postgers"/],
  ['udp/host:exec', /no service is called "exec"/],
  ['https', /no port: write https:PORT/],
  ['whois++', /"whois\+\+" is not a port/],
  ['host:080', /leading zero/],
  ['host:0x50', /not in decimal/],
] as const) {
  test(`with names, ${text} is refused: ${why.source}`, () => {
    assert.throws(() => parseEndpoint(text, NAMES), { code: 'E_ENDPOINT_SYNTAX', message: why })
  })
}

const v4 = fc.ipV4().map(parseAddress)
const v6 = fc.tuple(fc.ipV6(), fc.constantFrom('', '%eth0', '%7')).map(([text, zone]) => {
  const address = parseAddress(text)
  return address.includes('.') ? address : ((address + zone) as Address)
})
const port = fc.nat(65535) as fc.Arbitrary<Port>
const host = fc.option(fc.oneof(v4, v6, fc.domain().map(parseHostName)), { nil: undefined })
const specs = fc
  .record({ protocol: fc.option(fc.constantFrom(...PROTOCOLS), { nil: undefined }), host, port })
  .map(
    ({ protocol, host, port }): EndpointSpec => ({
      ...(protocol && { protocol }),
      ...(host && { host }),
      port,
    }),
  )

test('law: printed and read again, a spec is the same', () => {
  fc.assert(fc.property(specs, spec => assert.deepEqual(parseEndpoint(formatEndpointSpec(spec)), spec)))
})

test('law: printed and read again, an endpoint is the same, and its key tells it from others', () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6), port, fc.oneof(v4, v6), port, (address, portOf, other, otherPort) => {
      const endpoint = { address, port: portOf }
      assert.deepEqual(parseEndpoint(formatEndpoint(endpoint)), { host: address, port: portOf })
      const equal = address === other && portOf === otherPort
      assert.equal(endpointKey(endpoint) === endpointKey({ address: other, port: otherPort }), equal)
      assert.ok(isHostAddress(address))
    }),
  )
})

test('law: names are no addresses', () => {
  fc.assert(fc.property(fc.domain().map(parseHostName), name => assert.equal(isHostAddress(name), false)))
})

test('law: Node agrees about every address and port that no URL has by default', () => {
  const unzoned = v6.filter(address => !address.includes('%'))
  fc.assert(
    fc.property(fc.oneof(v4, unzoned), port, (address, portOf) => {
      fc.pre(portOf !== 80)
      const node = SocketAddress.parse(formatEndpoint({ address, port: portOf }))!
      assert.equal(parseAddress(node.address), address)
      assert.equal(node.port, portOf)
    }),
  )
})

test('law: any text is a spec or a fault that shows it', () => {
  const scrap = fc.constantFrom(
    '80',
    ':',
    '::',
    '[',
    ']',
    '/',
    '//',
    'tcp',
    'a',
    '.',
    '%',
    '1.2.3.4',
    '@',
    '*',
    ' ',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(scrap, { maxLength: 8 }).map(list => list.join('')),
  )
  fc.assert(
    fc.property(text, text => {
      try {
        const spec = parseEndpoint(text)
        assert.deepEqual(parseEndpoint(formatEndpointSpec(spec)), spec)
      } catch (error) {
        assert.ok(isFault(error), String(error))
        assert.equal(error.details.text, text)
        assert.match(String(error.details.why), /\S/)
      }
    }),
    { numRuns: 3_000 },
  )
})
