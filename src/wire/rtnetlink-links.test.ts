import assert from 'node:assert/strict'
import test from 'node:test'
import { viewsOf } from './netlink.ts'
import {
  decodeLinkDetails,
  encodeFilterRequest,
  encodeQdiscRequest,
  type LinkDetail,
} from './rtnetlink-links.ts'

const words = (...values: number[]): number[] => [...new Uint8Array(Uint32Array.from(values).buffer)]
const halves = (...values: number[]): number[] => [...new Uint8Array(Uint16Array.from(values).buffer)]
const attribute = (type: number, payload: readonly number[]): number[] => {
  const bytes = [...halves(payload.length + 4, type), ...payload]
  while (bytes.length % 4 !== 0) bytes.push(0)
  return bytes
}
const text = (of: string): number[] => [...new TextEncoder().encode(of), 0]
/** `struct ifinfomsg` of an Ethernet device that is up, number 7. */
const link = (...attributes: number[][]): number[] => {
  const payload = [0, 0, ...halves(1), ...words(7, 1, 0), ...attributes.flat()]
  return [...words(payload.length + 16), ...halves(16, 2), ...words(1, 0), ...payload]
}
const [IFNAME, MASTER, LINKINFO, GROUP, XDP] = [3, 10, 18, 27, 43] as const
const NESTED = 0x8000

/** include/uapi/linux/if_link.h: IFLA_XDP_ATTACHED 2 (0 none, 1 driver, 2 generic, 4 several), IFLA_XDP_PROG_ID 4, of driver and hardware 5 and 7. */
const ROWS: readonly (readonly [name: string, message: number[], more: Partial<LinkDetail>])[] = [
  ['a plain one', link(attribute(IFNAME, text('eth0'))), {}],
  [
    'of a bridge, in a group, of a kind',
    link(
      attribute(IFNAME, text('eth0')),
      attribute(MASTER, words(3)),
      attribute(GROUP, words(9)),
      attribute(LINKINFO | NESTED, attribute(1, text('veth'))),
    ),
    { master: 3, group: 9, kind: 'veth' },
  ],
  [
    'with a hardware address',
    link(attribute(1, [2, 0, 0, 0, 0xab, 1]), attribute(IFNAME, text('eth0'))),
    { hardware: '02:00:00:00:ab:01' },
  ],
  [
    // IFLA_BR_VLAN_FILTERING 7, IFLA_BR_NF_CALL_IPTABLES 36, IFLA_BR_NF_CALL_IP6TABLES 37 in IFLA_INFO_DATA 2.
    'that is a bridge',
    link(
      attribute(IFNAME, text('eth0')),
      attribute(LINKINFO | NESTED, [
        ...attribute(1, text('bridge')),
        ...attribute(2 | NESTED, [...attribute(7, [1]), ...attribute(36, [0]), ...attribute(37, [1])]),
      ]),
    ),
    { kind: 'bridge', bridge: { filtersVlans: true, lends: { ipv4: false, ipv6: true } } },
  ],
  [
    // IFLA_BRPORT_MODE 4, IFLA_BRPORT_ISOLATED 33 in IFLA_INFO_SLAVE_DATA 5.
    'that is a port of one',
    link(
      attribute(IFNAME, text('eth0')),
      attribute(MASTER, words(3)),
      attribute(LINKINFO | NESTED, [
        ...attribute(4, text('bridge')),
        ...attribute(5 | NESTED, [...attribute(4, [1]), ...attribute(33, [0])]),
      ]),
    ),
    { master: 3, port: { hairpin: true, isolated: false } },
  ],
  [
    'with an XDP program',
    link(
      attribute(IFNAME, text('eth0')),
      attribute(XDP | NESTED, [...attribute(2, [2]), ...attribute(4, words(41))]),
    ),
    { xdp: [41] },
  ],
  [
    'with XDP programs in its driver and its hardware',
    link(
      attribute(IFNAME, text('eth0')),
      attribute(XDP | NESTED, [...attribute(2, [4]), ...attribute(5, words(41)), ...attribute(7, words(42))]),
    ),
    { xdp: [41, 42] },
  ],
  [
    'with XDP programs whose numbers are not told',
    link(attribute(IFNAME, text('eth0')), attribute(XDP | NESTED, attribute(2, [4]))),
    { xdp: [] },
  ],
  [
    'that could have one',
    link(attribute(IFNAME, text('eth0')), attribute(XDP | NESTED, attribute(2, [0]))),
    {},
  ],
]
for (const [name, message, more] of ROWS) {
  test(`an interface ${name}`, () => {
    const found: LinkDetail[] = []
    decodeLinkDetails(viewsOf(Uint8Array.from(message)), message.length, found)
    assert.deepEqual(found, [{ name: 'eth0', index: 7, type: 1, up: true, group: 0, ...more }])
  })
}

test('the requests are dumps with a tcmsg', () => {
  assert.deepEqual(
    [...encodeQdiscRequest()],
    [...words(36), ...halves(38, 0x301), ...words(1, 0, 0, 0, 0, 0, 0)],
  )
  assert.deepEqual(
    [...encodeFilterRequest(7, 0xfffffff2)],
    [...words(36), ...halves(46, 0x301), ...words(1, 0, 0, 7, 0, 0xfffffff2, 0)],
  )
})
