/** Regions in words. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { regionsText } from './regions-text.ts'

const of = (family: 'ipv4' | 'ipv6', ...levels: readonly ('link' | 'private' | 'public')[]) =>
  levels.map(level => ({ family, level }))
const ALL = ['link', 'private', 'public'] as const
const BOTH = ['ipv4', 'ipv6'] as const

const ROWS: readonly (readonly [
  text: string,
  regions: ReturnType<typeof of>,
  families: readonly ('ipv4' | 'ipv6')[],
])[] = [
  ['everywhere', [...of('ipv4', ...ALL), ...of('ipv6', ...ALL)], BOTH],
  ['everywhere', of('ipv6', ...ALL), ['ipv6']],
  ['everywhere, IPv4', of('ipv4', ...ALL), BOTH],
  ['public networks', [...of('ipv4', 'public'), ...of('ipv6', 'public')], BOTH],
  ['private networks and public networks', of('ipv4', 'private', 'public'), ['ipv4']],
  ['its links, IPv4; everywhere, IPv6', [...of('ipv4', 'link'), ...of('ipv6', ...ALL)], BOTH],
]

for (const [text, regions, families] of ROWS)
  test(`${text} (${families.join(', ')})`, () => assert.equal(regionsText(regions, families), text))
