/**
 * Matches that remember packets: limit, hashlimit, recent, connlimit, quota (the kernel's xt_limit.c and neighbours).
 *
 * Whether they hold is known to the running kernel alone. They come to the statements of nftables that ask the same:
 * a rate for all packets or for each address. `recent` counts hits in a stretch of time where nftables has a bucket
 * that drains: the same question, answered with another memory.
 */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Limit, Statement } from '../../../model/filter/statement.ts'
import { maskedAddress } from '../address-pattern.ts'
import { bits, payload } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'

const UNITS = ['second', 'minute', 'hour', 'day'] as const
const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const
const BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 * 1024, gb: 1024 * 1024 * 1024 }

/** `5/min`, `10/s`, `512kb/s`. */
function rateOf(given: GivenOptions, option: string): Pick<Limit, 'rate' | 'per' | 'unit'> {
  const parts = /^(\d+)(b|kb|mb|gb)?(?:\/([a-z]+))?$/.exec(given.word(option))
  const unit = parts === null ? undefined : UNITS.find(name => name.startsWith(parts[3] ?? 'second'))
  if (parts === null || unit === undefined) throw given.refuse(option, 'a rate, as 5/minute or 512kb/s')
  const bytes = parts[2] === undefined ? undefined : BYTES[parts[2]]
  return {
    rate: Number(parts[1]) * (bytes ?? 1),
    per: SECONDS[unit],
    unit: bytes === undefined ? 'packets' : 'bytes',
  }
}

const burstOf = (given: GivenOptions, option: string, otherwise: number): number =>
  given.has(option) && /^\d+$/.test(given.word(option)) ? given.number(option, 'a number') : otherwise

function limit(given: GivenOptions): readonly Statement[] {
  const rate = given.has('--limit')
    ? rateOf(given, '--limit')
    : ({ rate: 3, per: 3600, unit: 'packets' } as const)
  return [
    { kind: 'limit', ...rate, burst: burstOf(given, '--limit-burst', 5), over: given.negated('--limit') },
  ]
}

function hashlimit(given: GivenOptions): readonly Statement[] | undefined {
  if (given.has('--hashlimit-rate-match') || given.has('--hashlimit-rate-interval')) return undefined
  const above = given.has('--hashlimit-above')
  const option = above ? '--hashlimit-above' : '--hashlimit-upto'
  const { family } = given.surrounding
  if (!given.has(option)) return undefined
  const statement: Limit = {
    kind: 'limit',
    ...rateOf(given, option),
    burst: burstOf(given, '--hashlimit-burst', 5),
    over: above !== given.negated(option),
  }
  const keys = given.list('--hashlimit-mode').flatMap((mode): Expression[] => {
    if (mode === 'srcport' || mode === 'dstport') return [payload('th', `${mode[0]}port`)]
    const length = `--hashlimit-${mode.slice(0, 3)}mask`
    return [grouped(payload(family, `${mode[0]}addr`), family, given.text(length))]
  })
  if (keys.length === 0) return [statement]
  const key: Expression = keys.length === 1 ? keys[0]! : { kind: 'tuple', parts: keys }
  const set = `hashlimit:${given.text('--hashlimit-name') ?? ''}`
  return [{ kind: 'update-set', op: 'add', set, key, statements: [statement] }]
}

/** An address, or the network of a length that it is in. */
function grouped(address: Expression, family: 'ip' | 'ip6', mask: string | undefined): Expression {
  const zero = family === 'ip' ? '0.0.0.0' : '::'
  const read = mask === undefined ? undefined : maskedAddress(`${zero}/${mask}`, family)
  if (read === undefined || read.length === (family === 'ip' ? 32 : 128)) return address
  return bits(address, '&', family === 'ip' ? Number(read.mask) : read.mask)
}

function recent(given: GivenOptions): readonly Statement[] | undefined {
  if (given.has('--rttl')) return undefined
  const { family } = given.surrounding
  const side = given.has('--rdest') ? 'daddr' : 'saddr'
  const key = grouped(payload(family, side), family, given.text('--mask'))
  const set = `recent:${given.text('--name') ?? 'DEFAULT'}`
  const how = ['--set', '--rcheck', '--update', '--remove'].find(option => given.has(option))
  if (how === undefined) return undefined
  const negated = given.negated(how)
  if (how === '--set')
    return negated ? undefined : [{ kind: 'update-set', op: 'update', set, key, statements: [] }]
  const hits = given.has('--hitcount') ? given.number('--hitcount', 'a number of packets') : 1
  // Without a stretch of time all hits that are remembered count, at most a day's in these words.
  const per = given.has('--seconds') ? given.number('--seconds', 'a number of seconds') : SECONDS.day
  const often: Limit = {
    kind: 'limit',
    rate: Math.max(hits - 1, 1),
    per,
    burst: 0,
    unit: 'packets',
    over: !negated,
  }
  return [{ kind: 'update-set', op: 'update', set, key, statements: [often] }]
}

/** Counted for each address, or for each network; of all together with a mask of length 0. */
function connlimit(given: GivenOptions): readonly Statement[] | undefined {
  const above = given.has('--connlimit-above')
  const option = above ? '--connlimit-above' : '--connlimit-upto'
  const { family } = given.surrounding
  const mask = given.text('--connlimit-mask')
  const statement: Statement = {
    kind: 'ct-count',
    count: given.number(option, 'a number of connections'),
    over: above !== given.negated(option),
  }
  if (mask === '0') return [statement]
  const key = grouped(payload(family, given.has('--connlimit-daddr') ? 'daddr' : 'saddr'), family, mask)
  return [{ kind: 'update-set', op: 'add', set: 'connlimit', key, statements: [statement] }]
}

export const MEMORY_MATCHES: Readonly<Record<string, Extension>> = {
  limit: { options: { '--limit': 1, '--limit-burst': 1 }, read: limit },
  hashlimit: {
    options: {
      '--hashlimit-upto': 1,
      '--hashlimit-above': 1,
      '--hashlimit-burst': 1,
      '--hashlimit-mode': 1,
      '--hashlimit-srcmask': 1,
      '--hashlimit-dstmask': 1,
      '--hashlimit-name': 1,
      '--hashlimit-htable-size': 1,
      '--hashlimit-htable-max': 1,
      '--hashlimit-htable-expire': 1,
      '--hashlimit-htable-gcinterval': 1,
      '--hashlimit-rate-match': 0,
      '--hashlimit-rate-interval': 1,
    },
    read: hashlimit,
  },
  recent: {
    options: {
      '--set': 0,
      '--rcheck': 0,
      '--update': 0,
      '--remove': 0,
      '--seconds': 1,
      '--reap': 0,
      '--hitcount': 1,
      '--rttl': 0,
      '--name': 1,
      '--rsource': 0,
      '--rdest': 0,
      '--mask': 1,
    },
    read: recent,
  },
  connlimit: {
    options: {
      '--connlimit-upto': 1,
      '--connlimit-above': 1,
      '--connlimit-mask': 1,
      '--connlimit-saddr': 0,
      '--connlimit-daddr': 0,
    },
    read: connlimit,
  },
  quota: {
    options: { '--quota': 1 },
    read: given => [
      {
        kind: 'quota',
        bytes: given.number('--quota', 'a number of bytes', Number.MAX_SAFE_INTEGER),
        used: 0,
        over: given.negated('--quota'),
      },
    ],
  },
}
