import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { addressBytes, parseAddress } from '../model/address.ts'
import { viewsOf } from './netlink.ts'
import {
  decodeAddresses,
  decodeLinks,
  encodeAddressRequest,
  encodeLinkRequest,
  IFF_LOOPBACK,
  IFF_UP,
  type Link,
  type LinkAddress,
} from './rtnetlink.ts'

const words = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)]
const halves = (...values: number[]): number[] => [...new Uint8Array(Uint16Array.from(values).buffer)]
const attribute = (type: number, payload: readonly number[]): number[] => {
  const bytes = [...halves(payload.length + 4, type), ...payload]
  while (bytes.length % 4 !== 0) bytes.push(0)
  return bytes
}
const message = (type: number, payload: number[]): number[] => [
  ...words(payload.length + 16),
  ...halves(type, 2),
  ...words(1, 0),
  ...payload,
]
const DONE = message(3, words(0))
const IFA_ADDRESS = 1
const IFA_LOCAL = 2
const bytesOf = (address: string): number[] => [...addressBytes(parseAddress(address))]
const address = (family: number, prefix: number, ...attributes: number[][]): number[] =>
  message(20, [family, prefix, 0, 0, ...words(7), ...attributes.flat()])

function addressesIn(...messages: number[][]) {
  const bytes = Uint8Array.from(messages.flat())
  const found: LinkAddress[] = []
  return { found, ...decodeAddresses(viewsOf(bytes), bytes.length, found) }
}

test('the requests are dumps of all families', () => {
  assert.deepEqual(
    [...encodeAddressRequest(3)],
    [...words(24), ...halves(22, 0x301), ...words(3, 0), ...words(0, 0)],
  )
  assert.deepEqual(
    [...encodeLinkRequest(3)],
    // ifinfomsg, and IFLA_EXT_MASK 29 with RTEXT_FILTER_SKIP_STATS
    [...words(40), ...halves(18, 0x301), ...words(3, 0), ...words(0, 0, 0, 0), ...halves(8, 29), ...words(8)],
  )
})

const ADDRESSES: readonly (readonly [what: string, message: number[], LinkAddress[], skipped: number])[] = [
  [
    'IPv4',
    address(2, 24, attribute(IFA_ADDRESS, bytesOf('192.0.2.1')), attribute(IFA_LOCAL, bytesOf('192.0.2.1'))),
    [{ index: 7, address: parseAddress('192.0.2.1'), prefix: 24 }],
    0,
  ],
  [
    'a point-to-point link: our end',
    address(2, 32, attribute(IFA_ADDRESS, bytesOf('192.0.2.9')), attribute(IFA_LOCAL, bytesOf('192.0.2.1'))),
    [{ index: 7, address: parseAddress('192.0.2.1'), prefix: 32 }],
    0,
  ],
  [
    'IPv6 has IFA_ADDRESS only',
    address(10, 64, attribute(8, words(0)), attribute(IFA_ADDRESS, bytesOf('2001:db8::1'))),
    [{ index: 7, address: parseAddress('2001:db8::1'), prefix: 64 }],
    0,
  ],
  ['another family', address(28, 64, attribute(IFA_ADDRESS, bytesOf('2001:db8::1'))), [], 1],
  ['no address', address(2, 24), [], 1],
  ['an address cut short', address(10, 64, attribute(IFA_ADDRESS, bytesOf('192.0.2.1'))), [], 1],
  [
    'an address cut by four bytes',
    address(10, 64, attribute(IFA_ADDRESS, bytesOf('2001:db8::1').slice(0, 12))),
    [],
    1,
  ],
  [
    'an attribute longer than its message',
    address(2, 24, [...halves(24, IFA_ADDRESS), ...bytesOf('192.0.2.1')]),
    [],
    1,
  ],
  ['a prefix that is too long', address(2, 33, attribute(IFA_ADDRESS, bytesOf('192.0.2.1'))), [], 1],
  ['no header', message(20, [2, 24, 0, 0]), [], 1],
]
for (const [what, bytes, found, skipped] of ADDRESSES) {
  test(`address: ${what}`, () => {
    const result = addressesIn(bytes, DONE)
    assert.deepEqual([result.found, result.skipped, result.done], [found, skipped, true])
  })
}

const LINKS: readonly (readonly [what: string, message: number[], Link[], skipped: number])[] = [
  [
    'a link',
    message(16, [0, 0, 0, 0, ...words(2, 0x1043, 0), ...attribute(3, [0x65, 0x30, 0])]),
    [{ index: 2, name: 'e0', flags: 0x1043 }],
    0,
  ],
  [
    'a name longer than its message',
    message(16, [0, 0, 0, 0, ...words(2, 0x1043, 0), ...halves(24, 3), 0x65, 0x30, 0, 0]),
    [],
    1,
  ],
  ['no name', message(16, [0, 0, 0, 0, ...words(2, 0x1043, 0)]), [], 1],
  ['cut short', message(16, [0, 0, 0, 0, ...words(2)]), [], 1],
]
for (const [what, bytes, expected, skipped] of LINKS) {
  test(`link: ${what}`, () => {
    const found: Link[] = []
    const all = Uint8Array.from([...bytes, ...DONE])
    assert.equal(decodeLinks(viewsOf(all), all.length, found).skipped, skipped)
    assert.deepEqual(found, expected)
  })
}

test('a real namespace: loopback, and one end of a cable with three addresses', () => {
  const read = (file: string) => viewsOf(readFileSync(new URL(`./testdata/${file}`, import.meta.url)))
  const links: Link[] = []
  const linkViews = read('links.route')
  assert.deepEqual(decodeLinks(linkViews, linkViews.u8.length, links), {
    done: true,
    errno: 0,
    interrupted: false,
    skipped: 0,
  })
  const addresses: LinkAddress[] = []
  const addressViews = read('addresses.route')
  assert.deepEqual(decodeAddresses(addressViews, addressViews.u8.length, addresses).skipped, 0)
  const named = addresses.map(({ index, address: text, prefix }) => {
    const link = links.find(each => each.index === index)!
    return `${link.name} ${text}/${prefix}`
  })
  // What `ip address add` was told, and what the kernel adds by itself: ::1 and link-local addresses.
  const given = named.filter(text => !text.includes(' fe80:'))
  assert.deepEqual(given.sort(), [
    'harbour 192.0.2.1/24',
    'harbour 198.51.100.7/32',
    'harbour 2001:db8::1/64',
    'lo 127.0.0.1/8',
    'lo ::1/128',
  ])
  assert.deepEqual(
    named
      .filter(text => text.includes(' fe80:'))
      .map(text => text.split(' ')[0])
      .sort(),
    ['harbour', 'sea'],
  )
  const lo = links.find(({ name }) => name === 'lo')!
  assert.equal(lo.flags & (IFF_LOOPBACK | IFF_UP), IFF_LOOPBACK | IFF_UP)
})
