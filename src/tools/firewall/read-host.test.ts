import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { parsePrefix } from '../../model/prefix.ts'
import type { Route, RoutingRule } from '../../model/route.ts'
import { openMemory } from '../../os/memory/memory.ts'
import { readHost } from './firewall.ts'

const route = (destination: string, more: Partial<Route> = {}): Route => ({
  family: 'ipv4',
  table: 254,
  type: 1,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops: [{ interface: 'eth0', index: 2, weight: 1 }],
  ...more,
})
const rule = (more: Partial<RoutingRule>): RoutingRule => ({
  family: 'ipv4',
  priority: 100,
  action: 'table',
  table: 254,
  inverted: false,
  tos: 0,
  ...more,
})
const hostWith = async (
  routes: readonly Route[],
  rules: readonly RoutingRule[],
  tunables: Record<string, string> = {},
) => {
  const interfaces = [{ name: 'eth0', index: 2, type: 1, up: true, group: 0, kind: 'veth' }]
  const told = await readHost(
    openMemory({ addresses: ['eth0 192.0.2.10/24'], routing: { routes, rules, interfaces }, tunables }),
  )
  assert.ok(told.known)
  return told.value
}

test('addresses, interfaces and forwarding', async () => {
  const host = await hostWith([], [], { 'net.ipv4.ip_forward': '1', 'net.ipv6.conf.all.forwarding': '0' })
  assert.deepEqual(host.forwards, { ipv4: true, ipv6: false })
  assert.deepEqual(host.addresses, [
    { family: 'ipv4', address: 0xc000020a, prefixLength: 24, device: 'eth0' },
  ])
  assert.deepEqual(host.interfaces?.get('eth0'), { index: 2, type: 1, group: 0, kind: 'veth' })
})

test('a route over two next hops is one for each, and one that refuses has none', async () => {
  const gateway = parseAddress('192.0.2.1')
  const host = await hostWith(
    [
      route('0.0.0.0/0', {
        nexthops: [
          { interface: 'eth0', index: 2, gateway, weight: 1 },
          { interface: 'eth1', index: 3, weight: 2 },
        ],
      }),
      route('198.51.100.0/24', { type: 6, nexthops: [] }),
      route('203.0.113.0/24', { tos: 16 }),
    ],
    [],
  )
  assert.deepEqual(host.leftOut, ['the route to 203.0.113.0/24 of type of service 16 is left out'])
  const common = { family: 'ipv4', metric: 0, table: 254 }
  assert.deepEqual(host.routes, [
    { ...common, kind: 'unicast', destination: 0, prefixLength: 0, device: 'eth0', gateway: 0xc0000201 },
    { ...common, kind: 'unicast', destination: 0, prefixLength: 0, device: 'eth1' },
    { ...common, kind: 'blackhole', destination: 0xc6336400, prefixLength: 24 },
  ])
})

test('rules that a packet can be asked about are kept', async () => {
  const host = await hostWith(
    [],
    [
      rule({ source: parsePrefix('10.0.0.0/8'), mark: { value: 1, mask: 255 }, inverted: true }),
      rule({ action: 'prohibit', inputInterface: 'eth0' }),
      rule({ users: { low: 0, high: 9 } }),
      rule({ action: 'goto', target: 200 }),
      rule({ suppressPrefixLength: 0, priority: 32764 }),
      rule({ action: 'nop' }),
    ],
  )
  assert.deepEqual(host.leftOut, [
    'the routing rule with priority 100 is left out: it asks for whose packet it is',
    'the routing rule with priority 100 is left out: it asks for another rule',
    'the routing rule with priority 32764 is left out: it asks for the length of prefixes',
  ])
  assert.deepEqual(host.rules, [
    {
      family: 'ipv4',
      priority: 100,
      action: 254,
      source: { address: 0x0a000000, prefixLength: 8 },
      mark: { value: 1, mask: 255 },
      not: true,
    },
    { family: 'ipv4', priority: 100, action: 'prohibit', inputInterface: 'eth0' },
  ])
})

test('where routes can’t be told, neither can the host', async () => {
  assert.deepEqual(await readHost(openMemory({})), { known: false, reason: 'unsupported' })
})
