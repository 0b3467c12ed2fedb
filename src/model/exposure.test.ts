import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Address, familyOf, parseAddress, scopeOf } from './address.ts'
import {
  EXPOSURE_LEVELS,
  type Exposure,
  type ExposureLevel,
  exposureOf,
  type HostAddress,
} from './exposure.ts'

const host = (...list: [name: string, index: number, address: string][]): HostAddress[] =>
  list.map(([name, index, address]) => ({ interface: name, index, address: parseAddress(address) }))

const LOOPBACK = host(['lo', 1, '127.0.0.1'], ['lo', 1, '::1'])
const LAN = [...LOOPBACK, ...host(['eth0', 2, '192.168.1.20'], ['eth0', 2, 'fe80::1%eth0'])]
const SERVER = [
  ...LAN,
  ...host(
    ['eth1', 3, '203.0.113.7'],
    ['eth1', 3, 'fe80::2%eth1'],
    ['wg0', 4, 'fd00::7'],
    ['cg0', 5, '100.64.0.9'],
  ),
]
const SIX = [...LOOPBACK, ...host(['eth0', 2, '2001:db8::7'], ['eth0', 2, '192.168.1.20'])]

type Row = readonly [
  address: string,
  options: { v6only?: boolean; interface?: number },
  addresses: readonly HostAddress[] | undefined,
  level: ExposureLevel,
  families: string,
  because: RegExp,
]

const ROWS: readonly Row[] = [
  ['127.0.0.1', {}, SERVER, 'host', 'ipv4', /^only 127\.0\.0\.1, a loopback address$/],
  ['127.0.0.53', { interface: 1 }, SERVER, 'host', 'ipv4', /^only 127\.0\.0\.53, a loopback address on lo$/],
  ['::1', {}, SERVER, 'host', 'ipv6', /loopback/],
  ['::ffff:127.0.0.1', {}, SERVER, 'host', 'ipv4', /loopback/],
  [
    'fe80::1%eth0',
    { interface: 2 },
    SERVER,
    'link',
    'ipv6',
    /^only fe80::1%eth0, a link-local address on eth0$/,
  ],
  ['169.254.7.7', {}, host(['eth0', 2, '169.254.7.7']), 'link', 'ipv4', /link-local/],
  ['192.168.1.20', {}, SERVER, 'private', 'ipv4', /^only 192\.168\.1\.20, a private address$/],
  ['::ffff:192.168.1.20', {}, SERVER, 'private', 'ipv4', /private/],
  ['fd00::7', {}, SERVER, 'private', 'ipv6', /private/],
  ['100.64.0.9', {}, SERVER, 'private', 'ipv4', /a carrier-grade NAT address/],
  ['203.0.113.7', {}, SERVER, 'public', 'ipv4', /^only 203\.0\.113\.7, a public address$/],
  ['2001:db8::7', {}, SIX, 'public', 'ipv6', /public/],
  ['198.51.100.99', {}, SERVER, 'public', 'ipv4', /a public address, which no interface has at present$/],
  ['198.51.100.99', {}, undefined, 'public', 'ipv4', /a public address$/],
  ['255.255.255.255', {}, SERVER, 'link', 'ipv4', /^only 255\.255\.255\.255, a broadcast address$/],
  ['240.0.0.1', {}, host(['x', 2, '240.0.0.1']), 'public', 'ipv4', /a reserved address$/],
  [
    '0.0.0.0',
    {},
    SERVER,
    'public',
    'ipv4',
    /^all interfaces, IPv4 only; eth1 has the public address 203\.0\.113\.7$/,
  ],
  ['::ffff:0.0.0.0', {}, SIX, 'private', 'ipv4', /IPv4 only; eth0 has the private address 192\.168\.1\.20$/],
  ['0.0.0.0', {}, LAN, 'private', 'ipv4', /eth0 has the private address/],
  ['0.0.0.0', {}, LOOPBACK, 'host', 'ipv4', /the host has no IPv4 address beyond loopback/],
  ['0.0.0.0', {}, [], 'host', 'ipv4', /no IPv4 address beyond loopback/],
  ['0.0.0.0', {}, undefined, 'public', 'ipv4', /addresses are not known, so the widest is assumed/],
  [
    '0.0.0.0',
    { interface: 2 },
    SERVER,
    'private',
    'ipv4',
    /^all addresses on eth0, IPv4 only; eth0 has the private address/,
  ],
  [
    '0.0.0.0',
    { interface: 1 },
    SERVER,
    'host',
    'ipv4',
    /^all addresses on lo, IPv4 only; it has no IPv4 address beyond/,
  ],
  [
    '0.0.0.0',
    { interface: 5 },
    SERVER,
    'private',
    'ipv4',
    /cg0 has the carrier-grade NAT address 100\.64\.0\.9/,
  ],
  ['0.0.0.0', { interface: 9 }, SERVER, 'host', 'ipv4', /on interface 9, .*it has no IPv4 address/],
  ['0.0.0.0', { interface: 0 }, SERVER, 'public', 'ipv4', /^all interfaces/],
  [
    '::',
    { v6only: false },
    SERVER,
    'public',
    'ipv4 ipv6',
    /^all interfaces, IPv4 and IPv6; eth1 has the public address/,
  ],
  [
    '::',
    { v6only: true },
    SERVER,
    'private',
    'ipv6',
    /^all interfaces, IPv6 only; wg0 has the private address fd00::7$/,
  ],
  ['::', { v6only: true }, LAN, 'link', 'ipv6', /eth0 has the link-local address fe80::1%eth0$/],
  ['::', { v6only: true }, SIX, 'public', 'ipv6', /eth0 has the public address 2001:db8::7$/],
  ['::', { v6only: false }, LOOPBACK, 'host', 'ipv4 ipv6', /no IPv4 or IPv6 address beyond loopback/],
  ['::', {}, SERVER, 'public', 'ipv4 ipv6', /whether it takes IPv4 is not known: both are assumed/],
  [
    '::',
    { v6only: true, interface: 3 },
    SERVER,
    'link',
    'ipv6',
    /on eth1, IPv6 only; eth1 has the link-local address/,
  ],
  ['224.0.0.251', {}, SERVER, 'link', 'ipv4', /multicast group 224\.0\.0\.251, which stays on the link/],
  ['224.0.0.251', {}, LOOPBACK, 'host', 'ipv4', /no IPv4 address beyond loopback/],
  ['239.1.2.3', {}, SERVER, 'private', 'ipv4', /stays inside the organisation/],
  ['233.252.0.1', {}, SERVER, 'public', 'ipv4', /multicast group 233\.252\.0\.1; eth1 has the public/],
  [
    '233.252.0.1',
    { interface: 2 },
    SERVER,
    'private',
    'ipv4',
    /group 233\.252\.0\.1 on eth0; eth0 has the private/,
  ],
  ['ff01::1', {}, SERVER, 'host', 'ipv6', /stays on the host/],
  ['ff02::fb', {}, SIX, 'link', 'ipv6', /stays on the link/],
  ['ff05::2', {}, SIX, 'private', 'ipv6', /stays inside the organisation/],
  ['ff0e::1', {}, SIX, 'public', 'ipv6', /ff0e::1; eth0 has the public/],
  ['ff0e::1', {}, undefined, 'public', 'ipv6', /not known/],
]

for (const [address, options, addresses, level, families, because] of ROWS) {
  const among = addresses?.map(known => known.address).join(' ') ?? 'addresses nobody knows'
  test(`${address} ${JSON.stringify(options)} is open to ${level} among ${among || 'no addresses'}`, () => {
    const exposure = exposureOf({
      address: parseAddress(address),
      ...options,
      ...(addresses && { addresses }),
    })
    assert.equal(exposure.level, level)
    assert.deepEqual(exposure.families, families.split(' '))
    assert.match(exposure.because, because)
  })
}

const rank = ({ level }: Exposure): number => EXPOSURE_LEVELS.indexOf(level)
const address = fc
  .oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...SERVER.map(known => known.address)))
  .map(parseAddress)
const addresses = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), address)
    .map(([index, address]): HostAddress => ({ interface: `if${index}`, index, address })),
  { maxLength: 6 },
)
const wildcard = fc.constantFrom('0.0.0.0' as Address, '::' as Address)
const ordinary = (known: HostAddress) =>
  scopeOf(known.address) !== 'multicast' && !known.address.includes('::ffff:')

test('law: the wildcard is as open as the widest address it stands for', () => {
  fc.assert(
    fc.property(wildcard, fc.boolean(), addresses, (any, v6only, list) => {
      const known = list.filter(ordinary).filter(({ address }) => scopeOf(address) !== 'unspecified')
      const families = exposureOf({ address: any, v6only, addresses: known }).families
      const each = known
        .filter(({ address }) => families.includes(familyOf(address)))
        .map(({ address }) => rank(exposureOf({ address, addresses: known })))
      assert.equal(rank(exposureOf({ address: any, v6only, addresses: known })), Math.max(0, ...each))
    }),
  )
})

test('law: binding to an interface, or to IPv6 alone, never opens wider; more addresses never narrow', () => {
  fc.assert(
    fc.property(
      fc.oneof(wildcard, address),
      addresses,
      fc.integer({ min: 1, max: 3 }),
      fc.nat(6),
      (bound, list, index, few) => {
        const open = rank(exposureOf({ address: bound, v6only: false, addresses: list }))
        assert.ok(
          rank(exposureOf({ address: bound, v6only: false, addresses: list, interface: index })) <= open,
        )
        assert.ok(rank(exposureOf({ address: bound, v6only: true, addresses: list })) <= open)
        assert.ok(rank(exposureOf({ address: bound, v6only: false, addresses: list.slice(0, few) })) <= open)
        assert.ok(open <= rank(exposureOf({ address: bound, v6only: false })))
      },
    ),
  )
})
