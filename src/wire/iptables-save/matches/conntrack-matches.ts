/**
 * Matches on tracked connections: conntrack, state, connmark, connbytes, connlabel, helper (the kernel's
 * xt_conntrack.c and its neighbours).
 *
 * A packet without a connection fails every question but the one for its state, and passes all others if that holds:
 * such mixtures are given up.
 */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { wordIn } from '../../word-in.ts'
import { addressPattern } from '../address-pattern.ts'
import { bits, ct, hasAny, is, isMasked, match, meta, value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { protocolNumber } from '../protocol-number.ts'

const STATES = { INVALID: 1, ESTABLISHED: 2, RELATED: 4, NEW: 8, UNTRACKED: 64 }
/** The two that aren't states: bits of `enum ip_conntrack_status`, set beside those of the states. */
const TRANSLATED = { SNAT: (1 << 12) | 16, DNAT: (1 << 12) | 32 }
const IS_STATUS = 1 << 12
const WITHOUT_CONNECTION = STATES.INVALID | STATES.UNTRACKED
const STATUSES = { NONE: 0, EXPECTED: 1, SEEN_REPLY: 2, ASSURED: 4, CONFIRMED: 8 }

const or = (all: readonly number[]): number => all.reduce((bitsSoFar, one) => bitsSoFar | one, 0)

/** The statement, and whether a packet without a connection could pass it. */
function stateOf(
  given: GivenOptions,
  option: string,
): { readonly statement: Statement; readonly unconnected: boolean } {
  const expected = 'a state: INVALID, NEW, ESTABLISHED, RELATED, UNTRACKED, SNAT or DNAT'
  const all = given.symbols(option, { ...STATES, ...TRANSLATED }, expected)
  const negated = given.negated(option)
  const states = or(all.filter(one => (one & IS_STATUS) === 0))
  const status = or(all.filter(one => (one & IS_STATUS) !== 0)) & ~IS_STATUS
  const unconnected = negated
    ? (states & WITHOUT_CONNECTION) !== WITHOUT_CONNECTION
    : (states & WITHOUT_CONNECTION) !== 0
  if (status === 0) return { statement: hasAny(ct('state'), states, negated), unconnected }
  if (states === 0) return { statement: hasAny(STATUS, status, negated), unconnected }
  const both = bits(bits(ct('state'), '&', states), '|', bits(STATUS, '&', status))
  return { statement: is(both, 0, !negated), unconnected }
}

/** A packet without a connection isn't translated; the kernel's match goes on. */
const STATUS: Expression = { kind: 'ct', key: 'status', otherwise: 0 }

const ORIGINAL = ['original', 'reply'] as const

/** `--ctorigsrc`: which tuple, which end. */
function tupleStatements(given: GivenOptions): readonly Statement[] {
  const { family } = given.surrounding
  return ORIGINAL.flatMap(direction =>
    (['src', 'dst'] as const).flatMap(end => {
      const option = `--ct${direction === 'original' ? 'orig' : 'repl'}${end}`
      const statements: Statement[] = []
      if (given.has(option)) {
        const left: Expression = { kind: 'ct', key: `${end[0]}addr`, direction, family }
        statements.push(addressPattern(left, given, option))
      }
      if (given.has(`${option}port`)) {
        const left: Expression = { kind: 'ct', key: `proto-${end}`, direction }
        statements.push(is(left, given.ports(`${option}port`), given.negated(`${option}port`)))
      }
      return statements
    }),
  )
}

function conntrack(given: GivenOptions): readonly Statement[] | undefined {
  const state = given.has('--ctstate') ? stateOf(given, '--ctstate') : null
  // With a state asked for and no connection, the kernel's match holds whatever else is asked.
  if (state?.unconnected && given.names.length > 1) return undefined
  const statements: Statement[] = state === null ? [] : [state.statement]
  if (given.has('--ctproto')) {
    const number = protocolNumber(given.word('--ctproto'))
    if (number === undefined) throw given.refuse('--ctproto', 'a protocol')
    statements.push(is(ct('protocol'), number, given.negated('--ctproto')))
  }
  statements.push(...tupleStatements(given))
  if (given.has('--ctstatus')) {
    const status = or(
      given.symbols('--ctstatus', STATUSES, 'a status: NONE, EXPECTED, SEEN_REPLY, ASSURED or CONFIRMED'),
    )
    statements.push(hasAny(ct('status'), status, given.negated('--ctstatus')))
  }
  if (given.has('--ctexpire')) {
    const seconds = given.range('--ctexpire', 'seconds', 4_294_967)
    const [low, high] =
      seconds.kind === 'range' ? [seconds.low, seconds.high] : [secondsOf(seconds), secondsOf(seconds)]
    const milliseconds = { kind: 'range', low: Number(low) * 1000, high: Number(high) * 1000 + 999 } as const
    statements.push(is(ct('expiration'), milliseconds, given.negated('--ctexpire')))
  }
  if (given.has('--ctdir')) {
    const [direction] = given.symbols('--ctdir', { ORIGINAL: 0, REPLY: 1 }, 'ORIGINAL or REPLY')
    statements.push(is(ct('direction'), direction!, given.negated('--ctdir')))
  }
  return statements
}

const secondsOf = (pattern: { readonly kind: string; readonly value?: unknown }): number =>
  Number(pattern.value)

/** `from:to`, `from:`; 64-bit counts. */
function connbytes(given: GivenOptions): readonly Statement[] | undefined {
  const key = wordIn({ packets: 'packets', bytes: 'bytes', avgpkt: 'avgpkt' }, given.word('--connbytes-mode'))
  const direction = given.text('--connbytes-dir')
  const range = /^(\d+)(?::(\d*))?$/.exec(given.text('--connbytes') ?? '')
  if (range === null) throw given.refuse('--connbytes', 'a range as 10: or 10:20')
  // "avgpkt" of both directions is reckoned otherwise than nftables does.
  if (key === undefined || (key === 'avgpkt' && direction === 'both')) return undefined
  const left: Expression = {
    kind: 'ct',
    key,
    ...(direction === 'original' || direction === 'reply' ? { direction } : {}),
  }
  const negated = given.negated('--connbytes')
  const low = BigInt(range[1]!)
  if (range[2]) return [is(left, { kind: 'range', low, high: BigInt(range[2]) }, negated)]
  return [match(left, negated ? '<' : '>=', value(low))]
}

/** Bit `n` of the 128 (`nf_conntrack_labels.c`). A name would need the system's connlabel.conf. */
function connlabel(given: GivenOptions): readonly Statement[] | undefined {
  const label = given.text('--label') ?? ''
  if (!/^\d{1,3}$/.test(label) || Number(label) > 127 || given.has('--set') || given.negated('--label'))
    return undefined
  return [hasAny(ct('label'), 1n << BigInt(label))]
}

export const CONNTRACK_MATCHES: Readonly<Record<string, Extension>> = {
  conntrack: {
    options: {
      '--ctstate': 1,
      '--ctproto': 1,
      '--ctorigsrc': 1,
      '--ctorigdst': 1,
      '--ctreplsrc': 1,
      '--ctrepldst': 1,
      '--ctorigsrcport': 1,
      '--ctorigdstport': 1,
      '--ctreplsrcport': 1,
      '--ctrepldstport': 1,
      '--ctstatus': 1,
      '--ctexpire': 1,
      '--ctdir': 1,
    },
    read: conntrack,
  },
  state: {
    options: { '--state': 1 },
    read: given => [stateOf(given, '--state').statement],
  },
  connmark: {
    options: { '--mark': 1 },
    read: given => [
      isMasked(ct('mark'), given.masked('--mark', 'a mark'), 0xffffffff, given.negated('--mark')),
    ],
  },
  connbytes: { options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 }, read: connbytes },
  connlabel: { options: { '--label': 1, '--set': 0 }, read: connlabel },
  helper: {
    options: { '--helper': 1 },
    read: given => {
      const name = given.word('--helper')
      return given.negated('--helper') || name === '' ? undefined : [is(ct('helper'), name)]
    },
  },
  mark: {
    options: { '--mark': 1 },
    read: given => [
      isMasked(meta('mark'), given.masked('--mark', 'a mark'), 0xffffffff, given.negated('--mark')),
    ],
  },
}
