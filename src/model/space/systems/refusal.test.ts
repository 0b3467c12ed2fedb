/**
 * The rules of other systems as tables. Windows: the two tables of Microsoft's "Using SO_REUSEADDR and
 * SO_EXCLUSIVEADDRUSE", cell by cell. BSD: what in_pcbbind says, a row a line of it. None was tried on such a system.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../address.ts'
import type { Protocol } from '../../protocol.ts'
import { type Claimant, OCCUPANT_STATES, type Occupant } from '../claimant.ts'
import { refusalOn } from './refusal.ts'
import { type ForeignSystem, systemNamed } from './systems.ts'

const foreign = (name: string): ForeignSystem => {
  const system = systemNamed(name)
  assert.ok(!system.judged)
  return system
}

/** `127.0.0.1 RA RP uid=7 listen`; `?RA` is not known, `uid=?` neither. */
function claimant(text: string, protocol: Protocol = 'tcp'): Occupant {
  const [address, ...words] = text.split(' ')
  const flag = (name: string): boolean | null =>
    words.includes(name) ? true : words.includes(`?${name}`) ? null : false
  const uid = /uid=(\S+)/.exec(text)?.[1] ?? '1000'
  return {
    protocol,
    address: parseAddress(address!),
    v6only: flag('v6only'),
    reuseAddress: flag('RA'),
    reusePort: flag('RP'),
    device: null,
    exclusive: flag('EX'),
    uid: uid === '?' ? null : Number(uid),
    state: OCCUPANT_STATES.find(state => words.includes(state)) ?? 'bound',
  }
}

const answerOf = (system: string, fresh: Claimant, old: Occupant): string => {
  const answer = refusalOn(foreign(system), fresh, old)
  return answer === null ? 'ok' : answer === 'depends' ? 'depends' : answer.errno
}

const SHAPES = ['0.0.0.0', '127.0.0.1', '0.0.0.0 RA', '127.0.0.1 RA', '0.0.0.0 EX', '127.0.0.1 EX']
/** A row for each socket that was first, a column for each that comes second, both in the order of the shapes. */
const WINDOWS = {
  'the same user': [
    'I  ok A  ok I  ok',
    'ok I  ok A  I  I ',
    'I  ok ok ok I  ok',
    'ok I  ok ok I  I ',
    'I  A  A  A  I  A ',
    'ok I  ok A  I  I ',
  ],
  'another user': [
    'I  A  A  A  I  A ',
    'ok I  ok A  I  I ',
    'I  A  ok ok I  A ',
    'ok I  ok ok I  I ',
    'I  A  A  A  I  A ',
    'ok I  ok A  I  I ',
  ],
}
const ERRNOS: Readonly<Record<string, string>> = { ok: 'ok', I: 'WSAEADDRINUSE', A: 'WSAEACCES' }

for (const [whose, table] of Object.entries(WINDOWS)) {
  table.forEach((row, i) => {
    row
      .trim()
      .split(/\s+/)
      .forEach((cell, j) => {
        test(`windows, ${whose}: ${SHAPES[i]} first, then ${SHAPES[j]}: ${ERRNOS[cell]}`, () => {
          const old = claimant(`${SHAPES[i]} uid=1`)
          const fresh = claimant(`${SHAPES[j]} uid=${whose === 'the same user' ? 1 : 2}`)
          assert.equal(answerOf('windows', fresh, old), ERRNOS[cell])
          const udp = [fresh, old].map(one => ({ ...one, protocol: 'udp' as const }))
          assert.equal(answerOf('windows', udp[0]!, udp[1]!), ERRNOS[cell])
        })
      })
  })
}

const BSD = 'macos freebsd openbsd'
const ROWS: readonly (readonly [systems: string, fresh: string, old: string, answer: string, why: string])[] =
  [
    [BSD, '127.0.0.1', '127.0.0.2', 'ok', 'other specific address'],
    [BSD, '127.0.0.1', '127.0.0.1', 'EADDRINUSE', 'same address, no flags'],
    [BSD, '127.0.0.1', '0.0.0.0', 'EADDRINUSE', 'wildcard overlaps'],
    [BSD, '0.0.0.0', '127.0.0.1', 'EADDRINUSE', 'wildcard overlaps, the other way'],
    [BSD, '127.0.0.1', '0.0.0.0 RA RP', 'EADDRINUSE', 'flags of the old one alone do nothing'],
    [BSD, '127.0.0.1 RA', '0.0.0.0', 'ok', 'with RA the wildcard is another address'],
    [BSD, '0.0.0.0 RA', '127.0.0.1 listen', 'ok', 'and the other way, even beside a listener'],
    [BSD, '127.0.0.1 RP', '0.0.0.0', 'ok', 'RP does as much'],
    [BSD, '127.0.0.1 RA', '127.0.0.1 RA', 'EADDRINUSE', 'RA on both never shares one address'],
    [BSD, '0.0.0.0 RA', '0.0.0.0 RA', 'EADDRINUSE', 'nor the wildcard'],
    [BSD, '127.0.0.1 RP', '127.0.0.1 RP listen', 'ok', 'RP on both does'],
    [BSD, '127.0.0.1 RP', '127.0.0.1 RA', 'EADDRINUSE', 'RP on one does not'],
    [BSD, '127.0.0.1 RA', '127.0.0.1 RP', 'EADDRINUSE', 'nor RA against RP'],
    [BSD, '127.0.0.1 RA', '127.0.0.1 connected', 'ok', 'RA passes over connections'],
    [BSD, '127.0.0.1 RA', '127.0.0.1 time-wait', 'ok', 'and TIME_WAIT, whatever that had set'],
    [BSD, '127.0.0.1', '127.0.0.1 time-wait', 'EADDRINUSE', 'without RA TIME_WAIT blocks'],
    [BSD, '0.0.0.0', '127.0.0.1 connected', 'EADDRINUSE', 'and so do connections'],
    [BSD, '224.0.0.1 RA', '224.0.0.1 RA', 'ok', 'for multicast RA counts as RP'],
    [BSD, '224.0.0.1 RP', '224.0.0.1 RA', 'EADDRINUSE', 'only where the new one sets RA'],
    [BSD, '::1', '127.0.0.1', 'ok', 'families do not meet in specific addresses'],
    [BSD, ':: v6only', '0.0.0.0', 'ok', 'nor in an IPv6-only wildcard'],
    [BSD, '::1', ':: v6only', 'EADDRINUSE', 'in IPv6 the same rule'],
    [BSD, '::1 RA', ':: v6only listen', 'ok', 'and the same way around it'],
    ['macos freebsd', '127.0.0.1', '::', 'EADDRINUSE', 'a dual-stack wildcard holds IPv4, too'],
    ['macos freebsd', '0.0.0.0 RA', ':: RA', 'EADDRINUSE', 'and is the very same wildcard'],
    ['macos freebsd', '::', '127.0.0.1', 'EADDRINUSE', 'it meets specific IPv4 addresses'],
    ['macos freebsd', '::', '0.0.0.0', 'ok', 'but not the wildcard of an IPv4 socket'],
    ['macos freebsd', '::ffff:127.0.0.1', '127.0.0.1', 'EADDRINUSE', 'a mapped address is IPv4'],
    ['openbsd', '127.0.0.1', '::', 'ok', 'there :: never takes IPv4'],
    ['openbsd', '::', '127.0.0.1', 'ok', 'nor the other way'],
    ['openbsd', '::ffff:127.0.0.1', '127.0.0.2', 'EADDRNOTAVAIL', 'there are no mapped addresses'],
    [BSD, '127.0.0.1 RA uid=1', '0.0.0.0 RA uid=2', 'EADDRINUSE', 'another user, specific beside wildcard'],
    [BSD, '127.0.0.1 RA uid=0', '0.0.0.0 RA uid=2', 'ok', 'root may'],
    [BSD, '127.0.0.1 RA uid=1', '0.0.0.0 RA uid=0', 'EADDRINUSE', 'root’s socket is another user’s'],
    [BSD, '127.0.0.1 uid=1', '127.0.0.2 uid=2', 'ok', 'users matter only where addresses overlap'],
    ['macos', '0.0.0.0 RP uid=1', '0.0.0.0 RP uid=2', 'ok', 'two wildcards share across users'],
    ['freebsd openbsd', '0.0.0.0 RP uid=1', '0.0.0.0 RP uid=2', 'EADDRINUSE', 'two wildcards do not'],
    ['macos', ':: v6only RP uid=1', ':: v6only RP uid=2', 'ok', 'in IPv6 too, if the old one set RP'],
    ['macos', ':: RP uid=1', '127.0.0.1 RP uid=2', 'ok', 'a dual-stack one passes by IPv4 with RP'],
    ['macos', ':: RA uid=1', '127.0.0.1 uid=2', 'EADDRINUSE', 'and not by IPv4 without'],
    ['freebsd', '127.0.0.1 RA uid=1', '127.0.0.1 connected uid=2', 'ok', 'connections are excepted'],
    ['freebsd', '127.0.0.1 RA uid=1', '127.0.0.1 time-wait uid=2', 'ok', 'and TIME_WAIT'],
    ['macos openbsd', '127.0.0.1 RA uid=1', '127.0.0.1 connected uid=2', 'EADDRINUSE', 'they are not'],
    ['macos freebsd', '224.0.0.1 RA uid=1', '224.0.0.1 RA uid=2', 'ok', 'multicast is for all users'],
    ['openbsd', '224.0.0.1 RA uid=1', '224.0.0.1 RA uid=2', 'EADDRINUSE', 'multicast is not'],
    [BSD, '127.0.0.1 ?RA', '0.0.0.0', 'depends', 'RA not known and decides'],
    [BSD, '127.0.0.1 ?RA ?RP', '127.0.0.1', 'EADDRINUSE', 'not known and decides nothing'],
    [BSD, '127.0.0.1 RP', '127.0.0.1 ?RP', 'depends', 'RP of the old one decides'],
    [BSD, '127.0.0.1 ?RA ?RP uid=?', '127.0.0.2 ?RA ?RP uid=?', 'ok', 'nothing known, other address'],
    [BSD, '127.0.0.1 RA uid=?', '0.0.0.0 uid=1', 'depends', 'the user decides'],
    [BSD, '127.0.0.1 uid=?', '0.0.0.0 uid=?', 'EADDRINUSE', 'no user would help'],
    ['macos freebsd', '127.0.0.1', ':: ?v6only', 'depends', 'whether :: is dual-stack decides'],
    ['openbsd', '127.0.0.1', ':: ?v6only', 'ok', 'there it never is'],
    ['windows', '127.0.0.1', '127.0.0.2 EX', 'ok', 'other specific address'],
    ['windows', '127.0.0.1', '127.0.0.1 connected', 'depends', 'the tables are not about connections'],
    ['windows', '127.0.0.1', '127.0.0.1 time-wait', 'depends', 'nor about TIME_WAIT'],
    ['windows', '0.0.0.0', '::', 'depends', 'nor about dual-stack sockets beside IPv4'],
    ['windows', '0.0.0.0', ':: v6only EX', 'ok', 'IPv6 alone is another space'],
    ['windows', ':: v6only', ':: v6only', 'WSAEADDRINUSE', 'with the same tables'],
    ['windows', '127.0.0.1 RA', '127.0.0.1 ?RA', 'depends', 'only RA on both takes over'],
    ['windows', '127.0.0.1', '127.0.0.1 ?RA ?EX', 'WSAEADDRINUSE', 'whatever the old one set'],
    ['windows', '0.0.0.0 RA', '0.0.0.0 ?EX', 'WSAEACCES', 'either way'],
    ['windows', '127.0.0.1', '0.0.0.0 uid=?', 'depends', 'another user’s wildcard would refuse'],
    ['windows', '0.0.0.0 RP', '0.0.0.0 RP', 'WSAEADDRINUSE', 'there is no RP'],
  ]

for (const [systems, fresh, old, answer, why] of ROWS) {
  for (const system of systems.split(' ')) {
    test(`${system}: ${fresh} beside ${old}: ${answer}: ${why}`, () => {
      assert.equal(answerOf(system, claimant(fresh), claimant(old)), answer)
    })
  }
}

test('freebsd: a connected UDP socket of another user does stand in the way', () => {
  const [fresh, old] = ['127.0.0.1 RA uid=1', '127.0.0.1 connected uid=2'].map(one => claimant(one, 'udp'))
  assert.equal(answerOf('freebsd', fresh!, old!), 'EADDRINUSE')
})

for (const system of ['macos', 'freebsd', 'openbsd', 'windows']) {
  test(`${system}: TCP and UDP have ports of their own, and nobody says about SCTP`, () => {
    assert.equal(answerOf(system, claimant('0.0.0.0'), claimant('0.0.0.0', 'udp')), 'ok')
    assert.equal(answerOf(system, claimant('0.0.0.0', 'sctp'), claimant('0.0.0.0', 'sctp')), 'depends')
  })

  test(`${system}: a refusal says its rule`, () => {
    const answer = refusalOn(foreign(system), claimant('0.0.0.0'), claimant('0.0.0.0'))
    assert.ok(answer !== null && answer !== 'depends')
    assert.match(answer.rule, /\w+ \w+/)
  })
}
