/** A name with addresses of both families, on hosts that have a way for one of them, for none, or for both. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { formatEndpoint } from '../../model/endpoint.ts'
import { parsePrefix } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Route, RoutingTables } from '../../model/route.ts'
import { type Script, type ScriptedAttempt, scriptedHost } from './scripted-host.cases.ts'
import { why } from './why.ts'

const route = (destination: string, family: IpFamily, device = 'eth0'): Route => ({
  family,
  table: 254,
  type: 1,
  destination: parsePrefix(destination),
  tos: 0,
  metric: 0,
  nexthops: [{ interface: device, index: 2, weight: 1 }],
})
/** What each interface has by itself is no way to anywhere. */
const BY_ITSELF = [
  route('fe80::/64', 'ipv6'),
  route('ff00::/8', 'ipv6'),
  route('::1/128', 'ipv6', 'lo'),
  route('169.254.0.0/16', 'ipv4'),
]
const DEFAULT4 = route('0.0.0.0/0', 'ipv4')
const DEFAULT6 = route('::/0', 'ipv6')
const tables = (...routes: Route[]): RoutingTables => ({
  routes: [...BY_ITSELF, ...routes],
  rules: (['ipv4', 'ipv6'] as const).map(family => ({
    family,
    priority: 32_766,
    action: 'table',
    table: 254,
    inverted: false,
    tos: 0,
  })),
  interfaces: [{ name: 'eth0', index: 2, type: 1, up: true, group: 0, carrier: true }],
})

const FOUR = '192.0.2.1:80'
const SIX = '[2001:db8::1]:80'
const NO_WAY: ScriptedAttempt = { ends: 'ENETUNREACH', atOnce: true }

interface Row {
  readonly name: string
  readonly routing?: RoutingTables
  readonly attempts: NonNullable<Script['attempts']>
  readonly verdict: string
  /** The first cause, with certainty and address. */
  readonly first: string | undefined
  /** No cause is one of these. */
  readonly not: readonly string[]
  /** What was tried at least once. */
  readonly tried: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'no IPv6, and IPv4 is refused: the refusal is the answer, and IPv6 is not even asked',
    routing: tables(DEFAULT4),
    attempts: { [FOUR]: { ends: 'ECONNREFUSED' }, [SIX]: NO_WAY },
    verdict: 'unreachable',
    first: 'nobody-listens likely 192.0.2.1',
    not: ['no-route', 'ipv6-disabled'],
    tried: [FOUR],
  },
  {
    name: 'no IPv6, and IPv4 is silent',
    routing: tables(DEFAULT4),
    attempts: { [FOUR]: { ends: 'silent' }, [SIX]: NO_WAY },
    verdict: 'unreachable',
    first: 'filter-drop possible 192.0.2.1',
    not: ['no-route', 'ipv6-disabled'],
    tried: [FOUR],
  },
  {
    name: 'no IPv4, and IPv6 is refused',
    routing: tables(DEFAULT6),
    attempts: { [FOUR]: NO_WAY, [SIX]: { ends: 'ECONNREFUSED' } },
    verdict: 'unreachable',
    first: 'nobody-listens likely 2001:db8::1',
    not: ['no-route'],
    tried: [SIX],
  },
  {
    name: 'no IPv6, and IPv4 answers: nothing is wrong',
    routing: tables(DEFAULT4),
    attempts: { [FOUR]: { ends: 'open' }, [SIX]: NO_WAY },
    verdict: 'reachable',
    first: undefined,
    not: ['family-broken', 'no-route'],
    tried: [FOUR],
  },
  {
    name: 'routes can’t be read: the attempt says at once that there is no way',
    attempts: { [FOUR]: { ends: 'ECONNREFUSED' }, [SIX]: { ...NO_WAY, ends: 'EADDRNOTAVAIL' } },
    verdict: 'unreachable',
    first: 'nobody-listens likely 192.0.2.1',
    not: ['no-route', 'ipv6-disabled', 'source-not-ours', 'ephemeral-exhausted'],
    tried: [FOUR, SIX],
  },
  {
    name: 'no way for either: that is the answer',
    routing: tables(),
    attempts: { [FOUR]: NO_WAY, [SIX]: NO_WAY },
    verdict: 'unreachable',
    first: 'no-route proven 192.0.2.1',
    not: [],
    tried: [FOUR, SIX],
  },
  {
    name: 'a reset by IPv6 has come all the way: the server listens for IPv4 only',
    routing: tables(DEFAULT4, DEFAULT6),
    attempts: { [FOUR]: { ends: 'open' }, [SIX]: { ends: 'ECONNREFUSED' } },
    verdict: 'degraded',
    first: 'listener-other-family likely',
    not: ['family-broken'],
    tried: [FOUR, SIX],
  },
  {
    name: 'IPv6 is silent, and IPv4 answers',
    routing: tables(DEFAULT4, DEFAULT6),
    attempts: { [FOUR]: { ends: 'open' }, [SIX]: { ends: 'silent' } },
    verdict: 'degraded',
    first: 'family-broken proven',
    not: ['listener-other-family'],
    tried: [FOUR, SIX],
  },
]

for (const { name, routing, attempts, verdict, first, not, tried } of ROWS)
  test(name, { timeout: 20_000 }, async () => {
    const os = scriptedHost({
      names: { 'web.test': ['192.0.2.1', '2001:db8::1'] },
      ...(routing === undefined ? {} : { machine: { routing } }),
      route: to => {
        const { ends, atOnce } = attempts[to.includes(':') ? SIX : FOUR]!
        return atOnce === true ? { kind: 'refused', code: ends } : { kind: 'unicast', device: 'eth0' }
      },
      attempts,
    })
    const diagnosis = await why(os, 'web.test:80')
    assert.equal(diagnosis.verdict, verdict)
    const told = diagnosis.causes.map(({ code, certainty, address }) =>
      [code, certainty, address].filter(word => word !== undefined).join(' '),
    )
    assert.equal(told[0], first)
    assert.ok(
      diagnosis.causes.every(({ code }) => !not.includes(code)),
      told.join('\n'),
    )
    // Resolvers are asked as well.
    const asked = new Set(os.asked.map(({ to }) => formatEndpoint(to)).filter(to => to.endsWith(':80')))
    assert.deepEqual([...asked].toSorted(), [...tried].toSorted())
    const aside = diagnosis.steps.filter(({ says }) => says.endsWith('to anywhere: not asked'))
    assert.equal(aside.length, routing === undefined ? 0 : 2 - tried.length)
    assert.equal(os.open(), 0)
  })
