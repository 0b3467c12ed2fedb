/**
 * Which row an outcome comes to. Expected: the error numbers that Linux makes of each ICMP code (`icmp_err_convert`, `icmpv6_err_convert`), as
 * they were seen of it (connect(2)), and what RFC 9293 says of resets.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../model/address.ts'
import { parsePort } from '../../model/port.ts'
import { CAUSES } from './causes/causes.ts'
import { OUTCOME_ROWS } from './outcome-rows.ts'
import { type Outcome, outcomeOf, rowFor } from './outcomes.ts'
import { attemptOf, frame } from './scripted-host.cases.ts'

const seen = (more: Partial<Outcome>): Outcome => ({
  ended: 'silent',
  atOnce: false,
  ms: 1,
  family: 'ipv4',
  local: false,
  left: true,
  back: 'none',
  icmp: 'none',
  by: null,
  ...more,
})

const icmp = (code: string, ended: string, by: Outcome['by'] = 'other', ms = 1): Partial<Outcome> => ({
  icmp: code,
  ended,
  by,
  ms,
})
const v6 = { family: 'ipv6' } as const

/** The suspects that come first, as many as are written. */
const ROWS: readonly (readonly [name: string, outcome: Partial<Outcome>, first: readonly string[]])[] = [
  ['a reset', { ended: 'ECONNREFUSED', back: 'reset' }, ['nobody-listens']],
  [
    'a reset, and nobody may see frames',
    { ended: 'ECONNREFUSED', back: null, left: null },
    ['nobody-listens'],
  ],
  ['refused, and no frame left', { ended: 'ECONNREFUSED', left: false }, ['filter-reject']],
  ['refused by this host', { ended: 'ECONNREFUSED', local: true, left: true }, ['nobody-listens']],
  ['no route', { ended: 'ENETUNREACH', atOnce: true, left: false }, ['no-route']],
  ['an unreachable route', { ended: 'EHOSTUNREACH', atOnce: true, left: false }, ['route-unreachable']],
  ['a prohibition', { ended: 'EACCES', atOnce: true, left: false }, ['route-prohibit', 'sandbox-denied']],
  ['a policy', { ended: 'EPERM', atOnce: true, left: false }, ['ipsec-policy', 'sandbox-denied']],
  ['a black hole', { ended: 'EINVAL', atOnce: true, left: false }, ['route-blackhole']],
  ['no source', { ended: 'EADDRNOTAVAIL', atOnce: true, left: false }, ['source-not-ours']],
  ['no descriptor', { ended: 'EMFILE', atOnce: true, left: null }, ['descriptors-exhausted']],
  [
    'a neighbour that is silent',
    { ended: 'EHOSTUNREACH', ms: 3_060, left: false, by: 'this-host', icmp: '3/1' },
    ['neighbour-silent', 'gateway-silent'],
  ],
  [
    'a rule of ours that rejects',
    { ended: 'EHOSTUNREACH', ms: 1, left: false, by: 'this-host', icmp: '3/1' },
    ['filter-reject'],
  ],
  ['port unreachable by the target', icmp('3/3', 'ECONNREFUSED', 'target'), ['filter-reject']],
  ['port unreachable by another', icmp('3/3', 'ECONNREFUSED'), ['filter-reject']],
  ['no route at a router', icmp('3/0', 'ENETUNREACH'), ['router-no-route', 'filter-reject']],
  ['unreachable at once', icmp('3/1', 'EHOSTUNREACH'), ['host-down', 'route-unreachable', 'router-refuses']],
  [
    'unreachable at once, IPv6',
    { ...icmp('1/3', 'EHOSTUNREACH'), ...v6 },
    ['host-down', 'filter-reject', 'neighbour-silent'],
  ],
  [
    'unreachable at once, says the target',
    icmp('3/1', 'EHOSTUNREACH', 'target'),
    ['nat-backend-silent', 'filter-reject'],
  ],
  [
    'unreachable at once, says the target, IPv6',
    { ...icmp('1/3', 'EHOSTUNREACH', 'target'), ...v6 },
    ['nat-backend-silent', 'filter-reject'],
  ],
  ['unreachable once another’s tries were over', icmp('3/1', 'EHOSTUNREACH', 'other', 1_900), ['host-down']],
  ['no such address, IPv6, soon', { ...icmp('1/3', 'EHOSTUNREACH', 'other', 700), ...v6 }, ['host-down']],
  ['unreachable after three tries', icmp('3/1', 'EHOSTUNREACH', 'other', 3_060), ['host-down']],
  [
    'unreachable after three tries, says the target',
    icmp('3/1', 'EHOSTUNREACH', 'target', 3_060),
    ['nat-backend-silent'],
  ],
  ['prohibited', icmp('3/13', 'EHOSTUNREACH'), ['filter-reject', 'route-prohibit']],
  ['host prohibited', icmp('3/10', 'EHOSTUNREACH'), ['filter-reject']],
  ['protocol unreachable', icmp('3/2', 'ENOPROTOOPT'), ['filter-reject']],
  ['out of hops', icmp('11/0', 'EHOSTUNREACH'), ['hop-limit']],
  ['out of hops, IPv6', { ...icmp('3/0', 'EHOSTUNREACH'), ...v6 }, ['hop-limit']],
  ['no route, IPv6', { ...icmp('1/0', 'ENETUNREACH'), ...v6 }, ['router-no-route']],
  ['prohibited, IPv6', { ...icmp('1/1', 'EACCES'), ...v6 }, ['filter-reject']],
  ['address unreachable, IPv6', { ...icmp('1/3', 'EHOSTUNREACH', 'other', 3_060), ...v6 }, ['host-down']],
  ['a route that rejects, IPv6', { ...icmp('1/6', 'EACCES'), ...v6 }, ['router-refuses']],
  ['silence, frames left', {}, ['filter-drop']],
  ['silence, nothing left', { left: false }, ['filter-drop', 'neighbour-silent', 'gateway-silent']],
  ['silence, and a SYN-ACK came', { back: 'syn-ack' }, ['filter-drop']],
  ['silence, and another’s SYN-ACK came', { back: 'other-syn-ack' }, ['reply-from-elsewhere']],
  ['silence from this host', { local: true }, ['filter-drop', 'accept-queue-full']],
]

for (const [name, outcome, first] of ROWS)
  test(name, () => {
    const row = rowFor(seen(outcome))
    assert.ok(row !== undefined)
    assert.deepEqual(
      row.suspects.slice(0, first.length).map(({ code }) => code),
      first,
    )
  })

for (const [code, family] of [
  ['3/1', 'ipv4'],
  ['1/3', 'ipv6'],
] as const)
  for (const ms of [0, 800, 2_499, 2_500, 3_100])
    test(`${code} of a router after ${ms} ms: the host may be down, whoever asked for it before`, () => {
      const row = rowFor(seen({ icmp: code, ended: 'EHOSTUNREACH', by: 'other', family, ms }))
      assert.deepEqual(
        row?.suspects.filter(({ is }) => is !== 'possible').map(({ code: one }) => one),
        ['host-down'],
      )
    })

test('no outcome is proven but by what leaves no other cause', () => {
  const proven = OUTCOME_ROWS.flatMap(({ suspects }) => suspects.filter(({ is }) => is === 'proven'))
  assert.deepEqual(
    new Set(proven.map(({ code }) => code)),
    new Set(['descriptors-exhausted', 'hop-limit', 'reply-from-elsewhere']),
  )
})

test('every row says where it is from, and names itself once', () => {
  for (const { name, source, suspects } of OUTCOME_ROWS) {
    assert.notEqual(source, '', name)
    for (const { code } of suspects) assert.ok(code in CAUSES)
  }
  assert.equal(new Set(OUTCOME_ROWS.map(({ name }) => name)).size, OUTCOME_ROWS.length)
})

const TARGET = parseAddress('192.0.2.1')
const OTHER = parseAddress('192.0.2.66')
const OWN = [parseAddress('198.51.100.2')]
const TO = { address: TARGET, port: parsePort('80') }
const request = { protocol: 'tcp', to: TO } as const

const READ: readonly (readonly [
  name: string,
  script: Parameters<typeof attemptOf>[0],
  outcome: Partial<Outcome>,
])[] = [
  [
    'a SYN-ACK of another address',
    { ends: 'silent', frames: [frame('out', TARGET, 'S'), frame('in', OTHER, 'SA')] },
    { back: 'other-syn-ack', left: true },
  ],
  [
    'of two answers that of the target counts',
    { ends: 'silent', frames: [frame('in', OTHER, 'SA'), frame('in', TARGET, 'SA')] },
    { back: 'syn-ack' },
  ],
  [
    'what loops back by lo never left',
    {
      ends: 'ECONNREFUSED',
      frames: [frame('out', TARGET, 'S', { device: 'lo' }), frame('in', TARGET, 'RA', { device: 'lo' })],
    },
    { left: false, back: 'none' },
  ],
  ['frames that nobody may see', { ends: 'silent', unseen: true }, { left: null, back: null }],
  [
    'an error of our own',
    { ends: 'EHOSTUNREACH', icmp: [{ type: 3, code: 1, errno: 'EHOSTUNREACH', atMs: 3_060 }] },
    { by: 'this-host', icmp: '3/1' },
  ],
  [
    'an error from one of our addresses',
    { ends: 'EHOSTUNREACH', icmp: [{ type: 3, code: 1, from: OWN[0]!, errno: 'EHOSTUNREACH', atMs: 1 }] },
    { by: 'this-host' },
  ],
  [
    'an error from the target',
    { ends: 'ECONNREFUSED', icmp: [{ type: 3, code: 3, from: TARGET, errno: 'ECONNREFUSED', atMs: 1 }] },
    { by: 'target', icmp: '3/3' },
  ],
]

for (const [name, script, expected] of READ)
  test(`read: ${name}`, async () => {
    const attempt = attemptOf(script, TO, () => {})
    const outcome = outcomeOf(
      { request, attempt, seen: await attempt.seen(), silent: script.ends === 'silent' },
      { local: false, own: OWN },
    )
    for (const [key, value] of Object.entries(expected))
      assert.equal(outcome[key as keyof Outcome], value, key)
  })
