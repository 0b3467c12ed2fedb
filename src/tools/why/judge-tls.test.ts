import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { known, unknown } from '../../model/known.ts'
import type { Received, SeenFrame, TlsCertificate, TlsTried } from '../../os/attempt.ts'
import { triedOf } from '../../os/reach.ts'
import { isBrokenOff, judgeBrokenOff, judgeTls } from './judge-tls.ts'
import { frame } from './scripted-host.cases.ts'

const NOW = Date.UTC(2026, 10, 23)
const certificate = (more: Partial<TlsCertificate> = {}): TlsCertificate => ({
  subject: 'CN=db.example',
  issuer: 'CN=authority',
  names: ['db.example', '*.shop.example'],
  validFrom: Date.UTC(2026, 0, 1),
  validTo: Date.UTC(2027, 0, 1),
  ...more,
})
const stands = (code?: string, more: Partial<TlsCertificate> = {}): TlsTried => ({
  kind: 'yes',
  version: 'TLSv1.3',
  trusted: code === undefined ? { yes: true } : { yes: false, code },
  certificate: certificate(more),
})
const says = (text: string): TlsTried => ({ kind: 'broken', code: 'EPROTO', says: text })
const past = { validTo: Date.UTC(2026, 5, 1) }
const future = { validFrom: Date.UTC(2027, 0, 1), validTo: Date.UTC(2028, 0, 1) }

/** Words of OpenSSL (err/openssl.txt, ssl/sslerr.h) and of Node (tls, "X509 certificate error codes"). */
const ROWS: readonly (readonly [what: string, tried: TlsTried, claims: readonly string[], name?: string])[] =
  [
    ['a good certificate', stands(), []],
    ['expired', stands('CERT_HAS_EXPIRED', past), ['tls-expired proven']],
    ['not valid yet', stands('CERT_NOT_YET_VALID', future), ['tls-not-yet-valid proven']],
    ['for another name', stands('ERR_TLS_CERT_ALTNAME_INVALID'), ['tls-name proven'], 'web.example'],
    ['of itself', stands('DEPTH_ZERO_SELF_SIGNED_CERT'), ['tls-untrusted proven']],
    ['an incomplete chain', stands('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), ['tls-untrusted proven']],
    [
      'of itself, for another name, and expired',
      stands('DEPTH_ZERO_SELF_SIGNED_CERT', past),
      ['tls-untrusted proven', 'tls-name proven', 'tls-expired proven'],
      'web.example',
    ],
    [
      'of itself, for all names of a domain',
      stands('SELF_SIGNED_CERT_IN_CHAIN'),
      ['tls-untrusted proven'],
      'WEB.shop.example.',
    ],
    [
      'a star covers one label only',
      stands('SELF_SIGNED_CERT_IN_CHAIN'),
      ['tls-untrusted proven', 'tls-name proven'],
      'a.web.shop.example',
    ],
    ['plain text', says('wrong version number'), ['tls-on-plain likely']],
    ['plain text, read as a length', says('packet length too long'), ['tls-on-plain likely']],
    ['an alert about versions', says('tlsv1 alert protocol version'), ['tls-version likely']],
    ['versions that we lack', says('unsupported protocol'), ['tls-version likely']],
    ['an alert', says('sslv3 alert handshake failure'), ['tls-refused proven']],
    ['an alert about our certificate', says('tlsv13 alert certificate required'), ['tls-refused proven']],
    ['an alert about the name', says('tlsv1 unrecognized name'), ['tls-refused proven']],
    ['an end', says('closed in the handshake'), ['tls-refused likely', 'tls-on-plain possible']],
    ['a reset', { kind: 'broken', code: 'ECONNRESET' }, ['tls-refused likely', 'tls-on-plain possible']],
    [
      'silence',
      { kind: 'timed-out' },
      ['silent likely', 'process-stopped possible', 'tls-on-plain possible', 'reuseport-sibling possible'],
    ],
  ]
for (const [what, tried, claims, name = 'db.example'] of ROWS)
  test(`TLS: ${what}`, () => {
    const judged = judgeTls(tried, { name, now: NOW })
    const told = (judged.claims ?? [])
      .filter(({ is }) => is !== 'excluded')
      .map(({ code, is }) => `${code} ${is}`)
    assert.deepEqual(told, claims, judged.says)
    assert.equal(judged.result, claims.length === 0 ? 'fine' : 'found')
  })

test('what a certificate says of itself is shown without control characters', () => {
  const { claims = [] } = judgeTls(stands('CERT_HAS_EXPIRED', { ...past, subject: 'CN=\u001b[31mred' }), {
    name: 'db.example',
    now: NOW,
  })
  assert.doesNotMatch(JSON.stringify(claims), /\\u001b/)
})

const PEER = parseAddress('192.0.2.1')
const RESET: Received = { kind: 'failed', tried: triedOf('ECONNRESET') }
const bytes = (...values: number[]): Received => ({ kind: 'bytes', bytes: Uint8Array.from(values) })
const came = (synAck: number, reset: number): readonly SeenFrame[] => [
  frame('in', PEER, 'SA', { hops: synAck }),
  frame('in', PEER, 'R', { hops: reset }),
]
/** A handshake that broke off without an alert, and what its first message, sent once more, is answered by (RFC 8446 section 6). */
const AGAIN: readonly (readonly [
  what: string,
  heard: Received,
  frames: readonly SeenFrame[] | null,
  claims: readonly string[],
])[] = [
  [
    'a reset that nobody saw',
    RESET,
    null,
    [
      'resets-at-once proven',
      'filter-reject possible',
      'filter-reject possible',
      'intercepted possible',
      'tls-refused possible',
      'tls-on-plain possible',
    ],
  ],
  [
    'a reset from where the SYN-ACK came from',
    RESET,
    came(63, 63),
    ['resets-at-once proven', 'filter-reject possible', 'tls-refused possible', 'tls-on-plain possible'],
  ],
  [
    // Not from who accepted the connection: what the server thinks of TLS hasn't come to be asked.
    'a reset from nearer',
    RESET,
    came(63, 64),
    ['resets-at-once proven', 'filter-reject likely', 'intercepted possible'],
  ],
  ['an alert', bytes(21, 3, 1, 0, 2, 2, 40), null, ['tls-refused proven']],
  [
    'a handshake',
    bytes(22, 3, 3, 0, 90, 2),
    null,
    [
      'tls-refused likely',
      'resets-at-once possible',
      'filter-reject possible',
      'filter-reject possible',
      'intercepted possible',
    ],
  ],
  ['an end', { kind: 'end' }, null, ['tls-refused likely', 'tls-on-plain possible']],
]
for (const [what, heard, frames, claims] of AGAIN)
  test(`TLS that breaks off, and then ${what}`, () => {
    const tried: TlsTried = { kind: 'broken', code: 'ECONNRESET' }
    assert.ok(isBrokenOff(tried))
    const seen = {
      icmp: known([]),
      frames: frames === null ? unknown('denied') : known(frames),
      tcp: unknown('unsupported'),
    } as const
    const judged = judgeBrokenOff(
      judgeTls(tried, { name: 'db.example', now: NOW }),
      { heard, seen },
      { address: PEER, local: false },
    )
    assert.deepEqual(
      judged.claims?.map(({ code, is }) => `${code} ${is}`),
      claims,
      judged.says,
    )
  })

test('an alert is a word', () => assert.ok(!isBrokenOff(says('tlsv13 alert certificate required'))))
