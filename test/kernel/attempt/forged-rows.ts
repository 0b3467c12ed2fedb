/** Errors that no rule and no route makes, and what a client of TCP makes of them (RFC 792, RFC 4443; net/ipv4/icmp.c, net/ipv6/icmp.c). */
import { portOf } from './forged-port.ts'
import type { Row } from './row.ts'

/** Undefined: the system takes no notice. */
const FORGED: readonly (readonly [
  family: 'v4' | 'v6',
  type: number,
  code: number,
  outcome: string | undefined,
])[] = [
  ['v4', 3, 5, 'broken ENOTSUP'],
  ['v4', 3, 6, 'unreachable ENETUNREACH'],
  ['v4', 3, 7, 'unreachable EHOSTDOWN'],
  ['v4', 3, 8, 'broken ENONET'],
  ['v4', 3, 11, 'unreachable ENETUNREACH'],
  ['v4', 3, 12, 'unreachable EHOSTUNREACH'],
  ['v4', 3, 14, 'unreachable EHOSTUNREACH'],
  ['v4', 3, 15, 'unreachable EHOSTUNREACH'],
  ['v4', 3, 16, undefined],
  ['v4', 4, 0, undefined],
  ['v4', 11, 1, undefined],
  ['v4', 12, 0, 'broken EPROTO'],
  ['v6', 1, 2, 'unreachable EHOSTUNREACH'],
  ['v6', 1, 7, 'broken EPROTO'],
  ['v6', 3, 1, 'unreachable EHOSTUNREACH'],
  ['v6', 4, 1, 'broken EPROTO'],
]

export const FORGED_ROWS: readonly Row[] = FORGED.map(([family, type, code, outcome]) => {
  const [host, from] = family === 'v4' ? ['10.0.2.2', '10.0.1.1'] : ['[fd00:2::2]', 'fd00:1::1']
  return {
    name: `${family === 'v4' ? 'ICMP' : 'ICMPv6'} ${type}/${code}, made by hand`,
    nft: {
      router:
        'table inet t { chain c { type filter hook forward priority 0; tcp dport 30000-31023 drop; }; }',
    },
    ask: {
      ask: 'attempt',
      to: `tcp/${host}:${portOf(type, code)}`,
      timeoutMs: outcome === undefined ? 200 : 2000,
    },
    want: {
      outcome: outcome ?? 'timed-out',
      atOnce: false,
      icmp: outcome === undefined ? [] : [`${type}/${code} from ${from} ${outcome.split(' ')[1]}`],
      frames: ['out router S 64', `in router ${type}/${code} 64`],
    },
  }
})
