/** Targets that decide or report: REJECT, LOG, NFLOG, AUDIT, NFQUEUE, SYNPROXY, TEE (the kernel's xt_LOG.c and neighbours). */
import type { Reject, Statement } from '../../../model/filter/statement.ts'
import { wordIn } from '../../word-in.ts'
import { literal } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'

/** Codes of "destination unreachable": RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1. */
const ICMP_CODES: Readonly<Record<string, number>> = {
  'icmp-net-unreachable': 0,
  'net-unreach': 0,
  'icmp-host-unreachable': 1,
  'host-unreach': 1,
  'icmp-proto-unreachable': 2,
  'proto-unreach': 2,
  'icmp-port-unreachable': 3,
  'port-unreach': 3,
  'icmp-net-prohibited': 9,
  'net-prohib': 9,
  'icmp-host-prohibited': 10,
  'host-prohib': 10,
  'icmp-admin-prohibited': 13,
  'admin-prohib': 13,
}
const ICMPV6_CODES: Readonly<Record<string, number>> = {
  'icmp6-no-route': 0,
  'no-route': 0,
  'icmp6-adm-prohibited': 1,
  'adm-prohibited': 1,
  'icmp6-addr-unreachable': 3,
  'addr-unreach': 3,
  'icmp6-port-unreachable': 4,
  'port-unreach': 4,
  'icmp6-policy-fail': 5,
  'policy-fail': 5,
  'icmp6-reject-route': 6,
  'reject-route': 6,
}

function reject(given: GivenOptions): readonly Reject[] {
  const v4 = given.surrounding.family === 'ip'
  const how = given.text('--reject-with')
  if (how === 'tcp-reset' || how === 'tcp-rst') return [{ kind: 'reject', with: 'tcp reset' }]
  const code = how === undefined ? (v4 ? 3 : 4) : wordIn(v4 ? ICMP_CODES : ICMPV6_CODES, how)
  if (code === undefined)
    throw given.refuse('--reject-with', 'an answer, as icmp-port-unreachable or tcp-reset')
  return [{ kind: 'reject', with: v4 ? 'icmp' : 'icmpv6', code }]
}

/** syslog(3), by number; nft's words. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug']
const OTHER_LEVELS: Readonly<Record<string, string>> = { panic: 'emerg', error: 'err', warning: 'warn' }
const LOG_FLAGS: Readonly<Record<string, string>> = {
  '--log-tcp-sequence': 'tcp sequence',
  '--log-tcp-options': 'tcp options',
  '--log-ip-options': 'ip options',
  '--log-uid': 'skuid',
  '--log-macdecode': 'ether',
}

function log(given: GivenOptions): readonly Statement[] {
  const text = given.text('--log-level')
  const level = text === undefined ? undefined : (wordIn(OTHER_LEVELS, text) ?? LEVELS[Number(text)] ?? text)
  if (level !== undefined && !LEVELS.includes(level)) throw given.refuse('--log-level', 'a level from 0 to 7')
  const prefix = given.text('--log-prefix')
  return [
    {
      kind: 'log',
      ...(prefix === undefined ? {} : { prefix }),
      ...(level === undefined ? {} : { level }),
      flags: Object.entries(LOG_FLAGS).flatMap(([option, flag]) => (given.has(option) ? [flag] : [])),
    },
  ]
}

function nflog(given: GivenOptions): readonly Statement[] {
  const prefix = given.text('--nflog-prefix')
  const snaplen = ['--nflog-size', '--nflog-range'].find(option => given.has(option))
  return [
    {
      kind: 'log',
      ...(prefix === undefined ? {} : { prefix }),
      group: given.has('--nflog-group') ? given.number('--nflog-group', 'a group', 65535) : 0,
      flags: [],
      ...(snaplen === undefined ? {} : { snaplen: given.number(snaplen, 'a number of bytes') }),
      ...(given.has('--nflog-threshold')
        ? { queueThreshold: given.number('--nflog-threshold', 'a number of packets', 65535) }
        : {}),
    },
  ]
}

function queue(given: GivenOptions): readonly Statement[] {
  const balance = given.has('--queue-balance')
    ? given.range('--queue-balance', 'two queues with ":" between', 65535)
    : undefined
  const first = given.has('--queue-num') ? given.number('--queue-num', 'a queue', 65535) : 0
  const [low, high] = balance?.kind === 'range' ? [Number(balance.low), Number(balance.high)] : [first, first]
  return [
    {
      kind: 'verdict',
      verdict: {
        kind: 'queue',
        low,
        high,
        bypass: given.has('--queue-bypass'),
        fanout: given.has('--queue-cpu-fanout'),
      },
    },
  ]
}

function synproxy(given: GivenOptions): readonly Statement[] {
  return [
    {
      kind: 'synproxy',
      ...(given.has('--mss') ? { mss: given.number('--mss', 'a segment size', 65535) } : {}),
      ...(given.has('--wscale') ? { wscale: given.number('--wscale', 'a scale', 14) } : {}),
      flags: [
        ...(given.has('--timestamp') ? ['timestamp'] : []),
        ...(given.has('--sack-perm') ? ['sack-perm'] : []),
      ],
    },
  ]
}

function tee(given: GivenOptions): readonly Statement[] {
  const device = given.text('--oif')
  return [
    {
      kind: 'dup',
      address: literal(given.address('--gateway')),
      ...(device === undefined ? {} : { device: literal(device) }),
    },
  ]
}

export const VERDICT_TARGETS: Readonly<Record<string, Extension>> = {
  REJECT: { options: { '--reject-with': 1 }, read: reject },
  LOG: {
    options: {
      '--log-level': 1,
      '--log-prefix': 1,
      '--log-tcp-sequence': 0,
      '--log-tcp-options': 0,
      '--log-ip-options': 0,
      '--log-uid': 0,
      '--log-macdecode': 0,
    },
    read: log,
  },
  NFLOG: {
    options: {
      '--nflog-group': 1,
      '--nflog-prefix': 1,
      '--nflog-range': 1,
      '--nflog-size': 1,
      '--nflog-threshold': 1,
    },
    read: nflog,
  },
  AUDIT: { options: { '--type': 1 }, read: () => [{ kind: 'log', level: 'audit', flags: [] }] },
  NFQUEUE: {
    options: { '--queue-num': 1, '--queue-balance': 1, '--queue-bypass': 0, '--queue-cpu-fanout': 0 },
    read: queue,
  },
  SYNPROXY: {
    options: { '--sack-perm': 0, '--timestamp': 0, '--wscale': 1, '--mss': 1, '--ecn': 0 },
    read: synproxy,
  },
  TEE: { options: { '--gateway': 1, '--oif': 1 }, read: tee },
}
