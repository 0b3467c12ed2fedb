/** A host counts for everybody: what its counters say of an attempt, and what they must not. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import type { Difference } from '../evidence/evidence.ts'
import type { Inquiry } from '../inquiry.ts'
import type { ReadView } from '../view.ts'
import { claimsAt, shownAt } from './far-counters.ts'

const ADDRESS = parseAddress('192.0.2.1')
const server = { role: 'target', label: 'server' } as ReadView

const inquiry = (ended: 'silent' | 'yes' | 'refused'): Inquiry =>
  ({
    address: ADDRESS,
    target: { protocol: 'tcp' },
    views: [server],
    facts: { tried: { silent: ended === 'silent', attempt: { outcome: { kind: ended } } } },
  }) as unknown as Inquiry

const moved = (rose: Readonly<Record<string, number>>, table?: Difference['table']): Difference =>
  ({
    told: { counters: true },
    rose: new Map(Object.entries(rose)),
    sockets: [],
    dropped: new Map(),
    ...(table === undefined ? {} : { table }),
  }) as unknown as Difference

const FULL = { entries: 10, limit: 10 }
const OVERFLOWS = moved({ 'TcpExt.ListenOverflows': 1 })
const RESETS = moved({ 'TcpExt.TCPAbortOnClose': 3, 'Tcp.InCsumErrors': 1, 'Icmp.OutRateLimitGlobal': 2 })
const DROPS = moved({ 'conntrack.drop': 4 }, FULL)

const ROWS: readonly (readonly [
  name: string,
  ended: 'silent' | 'yes' | 'refused',
  first: Difference,
  again: Difference | undefined,
  told: readonly string[],
])[] = [
  ['silence, and it moves with each attempt', 'silent', OVERFLOWS, OVERFLOWS, ['accept-queue-full proven']],
  ['silence, and it doesn’t move again', 'silent', OVERFLOWS, moved({}), ['accept-queue-full possible']],
  ['silence, and no second attempt', 'silent', OVERFLOWS, undefined, ['accept-queue-full likely']],
  ['the connection stands: others have moved it', 'yes', RESETS, undefined, []],
  ['it was refused: others have moved it', 'refused', OVERFLOWS, undefined, []],
  [
    'a full table drops with each attempt',
    'silent',
    DROPS,
    DROPS,
    ['conntrack-full possible', 'conntrack-full proven'],
  ],
  [
    'a full table drops once: perhaps others’',
    'silent',
    DROPS,
    moved({}, FULL),
    ['conntrack-full possible', 'conntrack-full likely'],
  ],
  ['a full table drops others’, and the connection stands', 'yes', DROPS, undefined, []],
]

for (const [name, ended, first, again, told] of ROWS)
  test(name, () => {
    const asked = inquiry(ended)
    const claims = claimsAt(asked, server, shownAt(asked, server, first), first, again)
    assert.deepEqual(
      claims.filter(({ is }) => is !== 'excluded').map(({ code, is }) => `${code} ${is}`),
      told,
    )
  })
