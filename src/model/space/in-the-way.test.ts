import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address } from '../address.ts'
import type { Claimant, Occupant } from './claimant.ts'
import { inTheWay } from './in-the-way.ts'

const FLAGS = { none: [false, false], RA: [true, false], RP: [false, true], 'RA+RP': [true, true] } as const
type Flags = keyof typeof FLAGS

const claimant = (flags: Flags | 'hidden', address = '0.0.0.0', more: Partial<Claimant> = {}): Claimant => ({
  protocol: 'tcp',
  address: address as Address,
  v6only: false,
  device: null,
  uid: 1000,
  reuseAddress: flags === 'hidden' ? null : FLAGS[flags][0],
  reusePort: flags === 'hidden' ? null : FLAGS[flags][1],
  ...more,
})

const occupant = (
  flags: Flags | 'hidden',
  state: Occupant['state'],
  address?: string,
  more?: Partial<Claimant>,
): Occupant => ({ ...claimant(flags, address, more), state })

/** For one user: asked with, held with, and what follows for a connection, a listener and a TIME_WAIT. */
const SHARING: readonly [
  asked: Flags,
  held: Flags,
  connected: boolean,
  listen: boolean,
  timeWait: boolean,
][] = [
  ['none', 'none', true, true, true],
  ['none', 'RA+RP', true, true, true],
  ['RA', 'none', true, true, true],
  ['RA', 'RP', true, true, true],
  ['RA', 'RA', false, true, false],
  ['RA', 'RA+RP', false, true, false],
  ['RP', 'none', true, true, true],
  ['RP', 'RA', true, true, true],
  ['RP', 'RP', false, false, false],
  ['RP', 'RA+RP', false, false, false],
  ['RA+RP', 'none', true, true, true],
  ['RA+RP', 'RA', false, true, false],
  ['RA+RP', 'RP', false, false, false],
  ['RA+RP', 'RA+RP', false, false, false],
]

for (const [asked, held, connected, listen, timeWait] of SHARING) {
  test(`tcp asked with ${asked}, held with ${held}`, () => {
    for (const [state, wanted] of [
      ['connected', connected],
      ['bound', connected],
      ['listen', listen],
      ['time-wait', timeWait],
    ] as const)
      assert.equal(inTheWay(claimant(asked), occupant(held, state)), wanted ? 'yes' : 'no', state)
  })
}

const PLACES: readonly [fresh: string, old: string, wanted: 'yes' | 'no', v6only?: 'fresh' | 'old'][] = [
  ['0.0.0.0', '127.0.0.1', 'yes'],
  ['127.0.0.1', '0.0.0.0', 'yes'],
  ['127.0.0.1', '127.0.0.2', 'no'],
  ['0.0.0.0', '::', 'yes'],
  ['0.0.0.0', '::', 'no', 'old'],
  ['::', '0.0.0.0', 'yes'],
  ['::', '127.0.0.1', 'yes'],
  ['::', '0.0.0.0', 'no', 'fresh'],
  ['::', '::', 'yes', 'old'],
  ['::1', '0.0.0.0', 'no', 'fresh'],
  ['::1', '::', 'yes', 'fresh'],
  ['::ffff:127.0.0.1', '127.0.0.1', 'yes'],
  ['::ffff:127.0.0.1', '::1', 'no', 'old'],
]

for (const [fresh, old, wanted, only] of PLACES) {
  test(`${fresh} beside ${old}${only === undefined ? '' : `, IPV6_V6ONLY on the ${only} one`}: ${wanted}`, () => {
    const asked = claimant('none', fresh, { v6only: only === 'fresh' })
    assert.equal(inTheWay(asked, occupant('none', 'listen', old, { v6only: only === 'old' })), wanted)
  })
}

test('devices keep sockets apart only if both have one', () => {
  const on = (device: string | null) => claimant('none', '0.0.0.0', { device })
  const held = (device: string | null) => occupant('none', 'listen', '0.0.0.0', { device })
  assert.equal(inTheWay(on('eth0'), held('eth1')), 'no')
  assert.equal(inTheWay(on('eth0'), held('eth0')), 'yes')
  assert.equal(inTheWay(on('eth0'), held(null)), 'yes')
})

test('what is hidden is said to decide only where it does', () => {
  assert.equal(inTheWay(claimant('none'), occupant('hidden', 'time-wait')), 'yes')
  assert.equal(inTheWay(claimant('RA'), occupant('hidden', 'time-wait')), 'depends')
  assert.equal(inTheWay(claimant('RA'), occupant('hidden', 'listen')), 'yes')
  assert.equal(inTheWay(claimant('RP'), occupant('RP', 'listen', '0.0.0.0', { uid: null })), 'depends')
  assert.equal(inTheWay(claimant('none', '127.0.0.1'), occupant('hidden', 'listen', '127.0.0.2')), 'no')
})

test('SO_REUSEPORT needs one owner, but for a TIME_WAIT', () => {
  const other = { uid: 0 }
  assert.equal(inTheWay(claimant('RP'), occupant('RP', 'listen', '0.0.0.0', other)), 'yes')
  assert.equal(inTheWay(claimant('RP'), occupant('RP', 'time-wait', '0.0.0.0', other)), 'no')
})

test('udp knows no listeners: SO_REUSEADDR on both shares, whoever they are', () => {
  const udp = { protocol: 'udp', uid: 0 } as const
  assert.equal(
    inTheWay(claimant('RA', '0.0.0.0', udp), occupant('RA', 'bound', '0.0.0.0', { ...udp, uid: 5 })),
    'no',
  )
  assert.equal(inTheWay(claimant('RA', '0.0.0.0', udp), occupant('RP', 'bound', '0.0.0.0', udp)), 'yes')
  assert.equal(inTheWay(claimant('RP', '0.0.0.0', udp), occupant('RP', 'bound', '0.0.0.0', udp)), 'no')
})

const at = (protocol: Claimant['protocol'], address: string, v6only = false): Claimant =>
  claimant('none', address, { protocol, v6only })

/** By net/sctp/ipv6.c, sctp_inet6_cmp_addr; DCCP by inet_rcv_saddr_equal, as TCP. Unjudged by any kernel. */
const BESIDE: readonly [fresh: string, old: string, sctp: string, dccp: string][] = [
  ['0.0.0.0', '127.0.0.1', 'yes', 'yes'],
  ['127.0.0.2', '127.0.0.1', 'no', 'no'],
  ['0.0.0.0', '::1', 'yes', 'no'],
  ['::1', '0.0.0.0', 'yes', 'no'],
  ['::', '127.0.0.1', 'yes', 'yes'],
  ['::ffff:127.0.0.1', '127.0.0.1', 'yes', 'yes'],
]
for (const [fresh, old, sctp, dccp] of BESIDE) {
  test(`by the sources: ${fresh} beside ${old}: SCTP ${sctp}, DCCP ${dccp}`, () => {
    // A real IPv6 address makes a DCCP socket one for IPv6 only, as of TCP; an SCTP socket stays dual-stack.
    const real = (address: string): boolean => address === '::1'
    const bound = (protocol: Claimant['protocol'], address: string) =>
      at(protocol, address, protocol === 'dccp' && real(address))
    assert.equal(inTheWay(bound('sctp', fresh), { ...bound('sctp', old), state: 'bound' }), sctp)
    assert.equal(inTheWay(bound('dccp', fresh), { ...bound('dccp', old), state: 'bound' }), dccp)
  })
}

test('protocols have spaces of their own', () => {
  for (const one of ['tcp', 'udp', 'sctp', 'dccp'] as const)
    for (const other of ['tcp', 'udp', 'sctp', 'dccp'] as const) {
      const answer = inTheWay(at(one, '0.0.0.0'), { ...at(other, '0.0.0.0'), state: 'bound' })
      assert.equal(answer, one === other ? 'yes' : 'no', `${one} beside ${other}`)
    }
})

for (const protocol of ['sctp', 'dccp'] as const)
  test(`${protocol}: flags share as TCP's do: both SO_REUSEADDR and no listener, or both SO_REUSEPORT of one user`, () => {
    for (const [asked, held, connected, listen] of SHARING)
      for (const [state, wanted] of [
        ['connected', connected],
        ['bound', connected],
        ['listen', listen],
      ] as const) {
        const old = occupant(held, state, undefined, { protocol })
        assert.equal(
          inTheWay(claimant(asked, undefined, { protocol }), old),
          wanted ? 'yes' : 'no',
          `${asked} ${held}`,
        )
      }
  })
