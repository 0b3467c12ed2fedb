import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { parseHostsFile } from '../../wire/hosts-file.ts'
import { parseResolvConf } from '../../wire/resolv-conf.ts'
import type { NameAnswer, ResolverAnswer } from './ask-resolver.ts'
import { judgeFailedLookUp, judgeSlowLookUp } from './judge-name.ts'
import type { NameSources } from './name-sources.ts'

const resolver = (at: number, kind: NameAnswer['kind'], word: string, ms = 3): ResolverAnswer => ({
  server: parseAddress(`192.0.2.${at}`),
  asked: [
    {
      name: 'db.example',
      kind,
      word,
      ms,
      addresses: kind === 'addresses' ? [parseAddress('198.51.100.7')] : [],
    },
  ],
})
const UNKNOWN = resolver(53, 'no-name', 'NXDOMAIN')
const EMPTY = resolver(53, 'no-address', 'no address')
const SILENT = resolver(54, 'silent', 'no answer', 2_000)
const CLOSED = resolver(55, 'unreachable', 'ECONNREFUSED')
const FAILS = resolver(56, 'refuses', 'SERVFAIL')
const KNOWS = resolver(57, 'addresses', 'NOERROR')

interface Row {
  readonly what: string
  readonly name?: string
  /** Absent: nobody waited for the system any longer. */
  readonly code?: string
  readonly resolvers?: readonly ResolverAnswer[]
  readonly more?: Partial<NameSources>
  readonly claims: readonly string[]
  readonly remedy?: RegExp
}
const ROWS: readonly Row[] = [
  { what: 'nobody knows it', code: 'ENOTFOUND', resolvers: [UNKNOWN], claims: ['name-unknown proven'] },
  { what: 'it has no address', code: 'ENODATA', resolvers: [EMPTY], claims: ['name-unknown proven'] },
  { what: 'the system says so, and nobody tells more', code: 'ENOTFOUND', claims: ['name-unknown proven'] },
  {
    what: 'one knows nothing, the other is silent',
    code: 'EAI_AGAIN',
    resolvers: [UNKNOWN, SILENT],
    claims: ['name-unknown likely'],
  },
  { what: 'all are silent', code: 'EAI_AGAIN', resolvers: [SILENT], claims: ['resolver-silent proven'] },
  { what: 'all are silent, and the system waits', resolvers: [SILENT], claims: ['resolver-silent proven'] },
  {
    what: 'nobody listens there',
    code: 'EAI_AGAIN',
    resolvers: [CLOSED],
    claims: ['resolver-silent proven'],
  },
  { what: 'a resolver fails', code: 'EAI_AGAIN', resolvers: [FAILS], claims: ['resolver-silent proven'] },
  { what: 'nobody tells which resolvers there are', code: 'EAI_AGAIN', claims: ['resolver-silent likely'] },
  {
    what: 'no resolver is named',
    code: 'EAI_AGAIN',
    resolvers: [CLOSED],
    more: { settings: parseResolvConf('') },
    claims: ['resolver-silent proven'],
    remedy: /none is named/,
  },
  {
    what: 'another one knows it',
    code: 'ENOTFOUND',
    resolvers: [UNKNOWN, KNOWS],
    claims: ['resolver-differs proven', 'name-unknown likely'],
  },
  {
    what: 'the first is silent, another one knows it',
    code: 'EAI_AGAIN',
    resolvers: [SILENT, KNOWS],
    claims: ['resolver-differs proven', 'resolver-silent likely'],
  },
  {
    what: 'the hosts file has it, and isn’t asked',
    code: 'ENOTFOUND',
    more: { hosts: parseHostsFile('198.51.100.7 db.example') },
    claims: ['resolver-differs proven', 'name-unknown likely'],
  },
  {
    what: 'a short name',
    name: 'db',
    code: 'ENOTFOUND',
    resolvers: [UNKNOWN],
    more: { settings: parseResolvConf('nameserver 192.0.2.53') },
    claims: ['name-unknown proven'],
    remedy: /db\.DOMAIN/,
  },
  {
    what: 'a short name with a search list',
    name: 'db',
    code: 'ENOTFOUND',
    resolvers: [UNKNOWN],
    more: { settings: parseResolvConf('search example') },
    claims: ['name-unknown proven'],
  },
  {
    what: 'a short name with a dot',
    name: 'db.',
    code: 'ENOTFOUND',
    resolvers: [UNKNOWN],
    claims: ['name-unknown proven'],
    remedy: /Leave the dot/,
  },
  {
    what: 'mDNS that nobody asks',
    name: 'db.local',
    code: 'ENOTFOUND',
    more: { multicast: false },
    claims: ['name-unknown proven'],
    remedy: /does not ask/,
  },
  {
    what: 'mDNS that is asked',
    name: 'db.local',
    code: 'ENOTFOUND',
    more: { multicast: true },
    claims: ['name-unknown proven'],
    remedy: /same link/,
  },
]
const sourcesOf = (resolvers: readonly ResolverAnswer[], more: Partial<NameSources>): NameSources => ({
  hosts: [],
  asksNobody: false,
  resolvers,
  ...more,
})
for (const { what, name = 'db.example', code, resolvers = [], more = {}, claims, remedy } of ROWS)
  test(`a look-up that fails: ${what}`, () => {
    const { says, claims: made = [] } = judgeFailedLookUp({
      name,
      ...(code === undefined ? {} : { code }),
      ms: 12,
      sources: sourcesOf(resolvers, more),
    })
    assert.deepEqual(
      made.map(one => `${one.code} ${one.is}`),
      claims,
      says,
    )
    if (remedy === undefined) assert.ok(made.every(one => one.remedy === undefined))
    else assert.match(made[0]!.remedy!, remedy)
    assert.doesNotMatch(says, /undefined/)
  })

const SLOW: readonly (readonly [
  what: string,
  resolvers: readonly ResolverAnswer[],
  claims: readonly string[],
])[] = [
  ['a silent resolver', [SILENT, KNOWS], ['resolver-slow proven']],
  ['a slow resolver', [resolver(53, 'addresses', 'NOERROR', 800)], ['resolver-slow likely']],
  ['a host that had no time', [KNOWS], []],
  ['the hosts file', [], []],
]
for (const [what, resolvers, claims] of SLOW)
  test(`a look-up that is slow: ${what}`, () =>
    assert.deepEqual(
      judgeSlowLookUp({ name: 'db.example', ms: 2_000, sources: sourcesOf(resolvers, {}) }).map(
        ({ code, is }) => `${code} ${is}`,
      ),
      claims,
    ))
