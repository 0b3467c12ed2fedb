/** What gives a host its way back, by ip-route(8) and ip-rule(8). */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import { addressScalar } from '../../../model/filter/address-scalar.ts'
import type { Host, HostAddress } from '../../../model/path/host.ts'
import { networkOf, parsePrefix, prefixAddress, prefixLength } from '../../../model/prefix.ts'
import type { Route, RoutingRule, RoutingTables } from '../../../model/route.ts'
import { giveWay } from './give-way.ts'

const BLACKHOLE = 6
const [UNREACHABLE, PROHIBIT, THROW] = [7, 8, 9]

const route = (destination: string, type = 1, more: Partial<Route> = {}): Route => ({
  family: destination.includes(':') ? 'ipv6' : 'ipv4',
  table: 254,
  type,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops: type === 1 ? [{ interface: 'eth0', index: 2, weight: 1 }] : [],
  ...more,
})
const rule = (priority: number, more: Partial<RoutingRule> = {}): RoutingRule => ({
  family: 'ipv4',
  priority,
  action: 'table',
  table: 254,
  inverted: false,
  tos: 0,
  ...more,
})
const tables = (routes: readonly Route[], rules: readonly RoutingRule[] = []): RoutingTables => ({
  routes,
  rules: [rule(0, { table: 255 }), ...rules, rule(32_766), rule(32_766, { family: 'ipv6' })],
  interfaces: [],
})

/** `10.0.9.1/24`, and routes as `10.0.2.0/24 via 10.0.9.2` or `10.0.2.0/24`. */
const host = (addresses: readonly string[], routes: readonly string[] = [], forwards = true): Host => ({
  addresses: addresses.map((text): HostAddress => {
    const [address = '', length = ''] = text.split('/')
    return {
      family: text.includes(':') ? 'ipv6' : 'ipv4',
      address: addressScalar(parseAddress(address)),
      prefixLength: Number(length),
      device: 'eth0',
    }
  }),
  routes: [...addresses.map(onLink), ...routes].map(text => {
    const [to = '', , gateway] = text.split(' ')
    const prefix = parsePrefix(to)
    return {
      family: to.includes(':') ? 'ipv6' : 'ipv4',
      kind: 'unicast',
      destination: addressScalar(prefixAddress(prefix)),
      prefixLength: prefixLength(prefix),
      device: 'eth0',
      ...(gateway === undefined ? {} : { gateway: addressScalar(parseAddress(gateway)) }),
      metric: 0,
      table: 254,
    }
  }),
  forwards: { ipv4: forwards, ipv6: forwards },
})

const onLink = (text: string): string => {
  const [address = '', length = ''] = text.split('/')
  return networkOf(parseAddress(address), Number(length))
}

interface Row {
  readonly name: string
  readonly tables?: RoutingTables
  readonly host?: Host
  readonly others?: readonly Host[]
  readonly to?: string
  /** Undefined: it can’t be told. */
  readonly command: string | undefined
}

const EMPTY = tables([])
const OWN = host(['10.0.9.1/24'])

const ROWS: readonly Row[] = [
  {
    name: 'an unreachable route',
    tables: tables([route('10.0.2.2/32', UNREACHABLE), route('0.0.0.0/0')]),
    command: 'ip route del unreachable 10.0.2.2/32',
  },
  {
    name: 'a route that forbids, of another table',
    tables: tables(
      [route('10.0.2.0/24', PROHIBIT, { table: 7 }), route('0.0.0.0/0')],
      [rule(100, { table: 7 })],
    ),
    command: 'ip route del prohibit 10.0.2.0/24 table 7',
  },
  {
    name: 'a route of IPv6 has a metric that tells it from others',
    to: 'fd00:2::2',
    tables: tables([route('fd00:2::/64', BLACKHOLE, { metric: 1024 })]),
    command: 'ip -6 route del blackhole fd00:2::/64 metric 1024',
  },
  {
    name: 'everything is unreachable',
    tables: tables([route('0.0.0.0/0', UNREACHABLE)]),
    command: 'ip route del unreachable default',
  },
  {
    name: 'an unreachable route that a router leads around',
    tables: tables([route('10.0.0.0/8', UNREACHABLE)]),
    host: OWN,
    others: [host(['10.0.9.2/24', '10.0.2.1/24'])],
    command: 'ip route del unreachable 10.0.0.0/8 && ip route add 10.0.2.0/24 via 10.0.9.2',
  },
  {
    name: 'a rule that forbids',
    tables: tables(
      [route('0.0.0.0/0')],
      [rule(100, { action: 'prohibit', destination: parsePrefix('10.0.2.0/24') })],
    ),
    command: 'ip rule del to 10.0.2.0/24 pref 100 prohibit',
  },
  {
    name: 'a route that sends the question past the way that there is',
    tables: tables([route('10.0.2.0/24', THROW), route('0.0.0.0/0')]),
    command: 'ip route del throw 10.0.2.0/24',
  },
  {
    name: 'but not where there would be no way, either',
    tables: tables([route('10.0.2.0/24', THROW)]),
    command: undefined,
  },
  { name: 'a way that is there needs none', tables: tables([route('0.0.0.0/0')]), command: undefined },
  { name: 'nobody else is seen', tables: EMPTY, host: OWN, command: undefined },
  {
    name: 'a router on the link has the network on another one',
    tables: EMPTY,
    host: OWN,
    others: [host(['10.0.9.2/24', '10.0.2.1/24'])],
    command: 'ip route add 10.0.2.0/24 via 10.0.9.2',
  },
  {
    name: 'a router on the link has a way there',
    tables: EMPTY,
    host: OWN,
    others: [host(['10.0.9.2/24', '10.0.8.1/24'], ['10.0.2.0/24 via 10.0.8.9'])],
    command: 'ip route add 10.0.2.2/32 via 10.0.9.2',
  },
  {
    name: 'its way leads back here',
    tables: EMPTY,
    host: OWN,
    others: [host(['10.0.9.2/24'], ['0.0.0.0/0 via 10.0.9.1'])],
    command: undefined,
  },
  {
    name: 'it passes nothing on',
    tables: EMPTY,
    host: OWN,
    others: [host(['10.0.9.2/24', '10.0.2.1/24'], [], false)],
    command: undefined,
  },
  {
    name: 'it is on another link',
    tables: EMPTY,
    host: OWN,
    others: [host(['10.0.8.2/24', '10.0.2.1/24'])],
    command: undefined,
  },
  {
    name: 'addresses that every link has tell nobody’s link',
    to: 'fd00:2::2',
    tables: EMPTY,
    host: host(['fe80::1/64']),
    others: [host(['fe80::2/64', 'fd00:2::1/64'])],
    command: undefined,
  },
  {
    name: 'a router of IPv6',
    to: 'fd00:2::2',
    tables: EMPTY,
    host: host(['fd00:9::1/64']),
    others: [host(['fd00:9::2/64', 'fd00:2::1/64'])],
    command: 'ip -6 route add fd00:2::/64 via fd00:9::2',
  },
]

for (const { name, to = '10.0.2.2', command, ...ways } of ROWS)
  test(name, () => {
    const advice = giveWay(
      { tables: ways.tables, host: ways.host, others: ways.others ?? [] },
      parseAddress(to),
    )
    assert.equal(advice.commands?.map(argv => argv.join(' ')).join(' && '), command)
    assert.equal(advice.remedy === undefined, command === undefined)
  })

test('what is left to do, once a route that refuses is gone, is said', () => {
  const [only, alone] = [route('10.0.0.0/8', BLACKHOLE), parseAddress('10.0.2.2')]
  const remedyOf = (routes: readonly Route[]) =>
    giveWay({ tables: tables(routes), host: undefined, others: [] }, alone).remedy
  assert.equal(remedyOf([only, route('0.0.0.0/0')]), 'Remove that route.')
  assert.equal(remedyOf([only]), 'Remove that route, and add a route that leads to 10.0.2.2.')
})

test('an interface that is down, with the network on its link, is brought up', () => {
  const own = host(['10.0.9.1/24'])
  const device = own.addresses[0]!.device
  const down = { ...tables([]), interfaces: [{ name: device, index: 2, up: false, type: 1, group: 0 }] }
  const advised = giveWay({ tables: down, host: own, others: [] }, parseAddress('10.0.9.7'))
  assert.deepEqual(advised.commands, [['ip', 'link', 'set', device, 'up']])
  assert.deepEqual(giveWay({ tables: down, host: own, others: [] }, parseAddress('10.0.8.7')), {})
})
