/**
 * Listings as iproute2 6.1 writes them (ip/iplink_bridge.c, ip/iplink_bridge_slave.c, ip/iproute.c, ip/iprule.c); the kernel
 * itself judges the rest in `test/kernel/remote/shell.test.ts`.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { decodeIpAddresses, decodeIpListings, decodeRouteGet, type IpListings } from './ip-json.ts'

const NOTHING: IpListings = {
  links: '[]',
  routes: { ipv4: '[]', ipv6: '' },
  rules: { ipv4: '[ ]', ipv6: '\n' },
  neighbours: '[]',
}

function decoded(some: Partial<IpListings>) {
  const told = decodeIpListings({ ...NOTHING, ...some })
  assert.ok(told.known)
  return told.value
}

test('empty lists, and none, are nothing', () => {
  assert.deepEqual(decoded({}), { interfaces: [], routes: [], rules: [], neighbours: [] })
})

test('what is no list is not known', () => {
  for (const text of ['{', 'Object "neigh" is unknown', '{}', '7'])
    assert.deepEqual(decodeIpListings({ ...NOTHING, neighbours: text }), {
      known: false,
      reason: 'unsupported',
    })
})

const BRIDGED = JSON.stringify([
  {
    ifindex: 4,
    ifname: 'br0',
    flags: ['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'],
    mtu: 1500,
    group: '7',
    link_type: '[1]',
    address: '02:00:00:00:00:01',
    linkinfo: {
      info_kind: 'bridge',
      info_data: { vlan_filtering: 1, nf_call_iptables: 1, nf_call_ip6tables: 0 },
    },
  },
  {
    ifindex: 5,
    ifname: 'p1',
    flags: ['BROADCAST', 'LOWER_UP'],
    master: 'br0',
    link_type: 'ether',
    linkinfo: { info_slave_kind: 'bridge', info_slave_data: { hairpin: true, isolated: false } },
  },
  { ifindex: 6, ifname: 'tun0', flags: ['UP', 'LOWER_UP'], link_type: 'none', address: '0.0.0.0' },
  { ifname: 'nameless' },
])

test('a bridge and its port are told', () => {
  assert.deepEqual(decoded({ links: BRIDGED }).interfaces, [
    {
      name: 'br0',
      index: 4,
      type: 1,
      up: true,
      group: 7,
      carrier: false,
      mtu: 1500,
      kind: 'bridge',
      hardware: '02:00:00:00:00:01',
      bridge: { filtersVlans: true, lends: { ipv4: true, ipv6: false } },
    },
    {
      name: 'p1',
      index: 5,
      type: 1,
      up: false,
      group: 0,
      master: 4,
      port: { hairpin: true, isolated: false },
    },
    { name: 'tun0', index: 6, type: 65534, up: true, group: 0, carrier: true },
  ])
})

test('a route by interfaces that are listed has their indices, a default one the widest prefix', () => {
  const routes = {
    ipv4: '[{"dst":"default","gateway":"192.0.2.1","dev":"br0","flags":[]},{"dst":"nonsense"},{"dst":"2001:db8::/32"}]',
    ipv6: '[{"dst":"default","dev":"gone","metric":1024,"table":"999"}]',
  }
  const wanted = { tos: 0, type: 1 }
  assert.deepEqual(decoded({ links: BRIDGED, routes }).routes, [
    {
      ...wanted,
      family: 'ipv4',
      table: 254,
      destination: '0.0.0.0/0',
      metric: 0,
      nexthops: [{ interface: 'br0', index: 4, weight: 1, gateway: '192.0.2.1' }],
    },
    {
      ...wanted,
      family: 'ipv6',
      table: 999,
      destination: '::/0',
      metric: 1024,
      nexthops: [{ interface: 'gone', index: 0, weight: 1 }],
    },
  ])
})

test('a rule of an action that has no number is left out', () => {
  const rules = {
    ipv4: '[{"priority":1,"src":"all","l3mdev":null},{"priority":2,"src":"10.0.0.0","srclen":40}]',
    ipv6: '',
  }
  assert.deepEqual(decoded({ rules }).rules, [])
})

test('a neighbour that failed has no hardware address', () => {
  const neighbours =
    '[{"dst":"fd00::1","dev":"eth0","state":["FAILED"]},{"dst":"192.0.2.7","dev":"eth0","state":[]}]'
  assert.deepEqual(decoded({ neighbours }).neighbours, [
    { interface: 'eth0', address: 'fd00::1', state: 'failed' },
  ])
})

test('addresses are told with interface and prefix', () => {
  const text = JSON.stringify([
    {
      ifindex: 1,
      ifname: 'lo',
      addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, label: 'lo' }],
    },
    {
      ifindex: 2,
      ifname: 'x',
      addr_info: [{ local: 'fe80::1', prefixlen: 64 }, { local: '192.0.2.1', prefixlen: 64 }, {}],
    },
    {},
  ])
  assert.deepEqual(decodeIpAddresses(text), [
    { interface: 'lo', index: 1, address: '127.0.0.1', prefix: 8 },
    { interface: 'x', index: 2, address: 'fe80::1', prefix: 64 },
  ])
  assert.equal(decodeIpAddresses('no'), null)
})

for (const [err, code] of [
  ['RTNETLINK answers: Network is unreachable\n', 'ENETUNREACH'],
  ['RTNETLINK answers: No route to host\n', 'EHOSTUNREACH'],
  ['RTNETLINK answers: Permission denied\n', 'EACCES'],
  ['RTNETLINK answers: Invalid argument\n', 'EINVAL'],
  ['Cannot find device "x"\n', 'ENODEV'],
] as const)
  test(`no route: ${err.trim()}`, () =>
    assert.deepEqual(decodeRouteGet('', err), { known: true, value: { kind: 'refused', code } }))

test('what ip says in other words is not known', () => {
  for (const [out, err] of [
    ['', 'Object "route" is unknown'],
    ['', ''],
    ['[{"type":"6","dev":"lo"}]', ''],
    ['[{"dst":"192.0.2.1"}]', ''],
  ] as const)
    assert.deepEqual(decodeRouteGet(out, err), { known: false, reason: 'unsupported' })
})

test('no text makes them throw', () => {
  const all = (text: string): void => {
    decodeIpListings({
      links: text,
      routes: { ipv4: text, ipv6: text },
      rules: { ipv4: text, ipv6: text },
      neighbours: text,
    })
    decodeRouteGet(text, text)
    decodeIpAddresses(text)
  }
  const member = fc.oneof(
    fc.constantFrom('lo', 'all', 'default', '10.0.0.0/8', '::/0', '0x7', '7', null, []),
    fc.jsonValue(),
  )
  const names = [
    'ifname',
    'ifindex',
    'dst',
    'src',
    'dev',
    'gateway',
    'via',
    'table',
    'priority',
    'nexthops',
    'state',
    'flags',
    'linkinfo',
    'addr_info',
    'tos',
    'sport',
    'type',
  ]
  const object = fc.dictionary(fc.constantFrom(...names), member)
  fc.assert(fc.property(fc.string({ unit: 'binary' }), all))
  fc.assert(fc.property(fc.json(), all))
  fc.assert(
    fc.property(fc.array(object), list => all(JSON.stringify(list))),
    { numRuns: 500 },
  )
})
