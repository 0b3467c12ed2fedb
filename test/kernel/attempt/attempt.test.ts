/** Attempts on the running kernel, in namespaces: rows of `rows.ts`, and what else is told by the same ways. */
import assert from 'node:assert/strict'
import test, { before } from 'node:test'
import type { IcmpError, SeenFrame, Tried } from '../../../src/os/reach.ts'
import { runInLab, whyNoLab } from '../nat/lab.ts'
import type { Told } from './attempt-lab.ts'
import type { Answer } from './question.ts'
import type { Wanted } from './row.ts'
import { ROWS } from './rows.ts'

const why = whyNoLab('setpriv', 'tc')
const skip = why === null ? {} : { skip: why }

let told: Told
before(async () => {
  if (why === null) told = await runInLab<Told>('../attempt/attempt-lab.ts', [], 240_000)
})

const tried = ({ kind, code }: Tried): string => (code === undefined ? kind : `${kind} ${code}`)

/** One that follows another like it is left out: segments are sent again. */
const distinct = (list: readonly string[]): readonly string[] => list.filter((one, i) => one !== list[i - 1])

const errorText = ({ type, code, from, errno }: IcmpError): string =>
  `${type}/${code}${from === undefined ? '' : ` from ${from}`} ${errno}`

const frameText = ({ way, device, flags, icmp, protocol, hops }: SeenFrame): string =>
  `${way} ${device} ${icmp === undefined ? (flags ?? protocol) : `${icmp.type}/${icmp.code}`} ${hops}`

/** On a busy machine a SYN may be sent again, and all that follows it. */
const framesOnce = (texts: readonly string[], { tcp }: NonNullable<Answer['seen']>): readonly string[] =>
  tcp.known && tcp.value.retransmits > 0 ? [...new Set(texts)] : distinct(texts)

/** The answer in the words of the row, as far as the row says something. */
function wordsOf({ outcome, atOnce, seen, sent, received }: Answer, want: Wanted): Wanted {
  const { icmp, frames } = seen!
  const words = {
    outcome: tried(outcome!),
    atOnce,
    icmp: icmp.known ? distinct(icmp.value.map(errorText)) : icmp.reason,
    frames: frames.known ? framesOnce(frames.value.map(frameText), seen!) : frames.reason,
    sent: sent && tried(sent),
    received:
      received === undefined
        ? undefined
        : 'text' in received
          ? received.text
          : received.kind === 'failed'
            ? `failed ${tried(received.tried)}`
            : received.kind,
  }
  return Object.fromEntries(Object.keys(want).map(key => [key, words[key as keyof Wanted]])) as never
}

for (const { name, want } of ROWS)
  test(name, skip, () => {
    const answer = told.rows[name]!
    assert.deepEqual(wordsOf(answer, want), want, JSON.stringify(answer))
  })

test('times are within the attempt, and frames in the order of their times', skip, () => {
  for (const { seen, ms } of Object.values(told.rows)) {
    if (!seen!.frames.known) continue
    const times = seen!.frames.value.map(({ atMs }) => atMs)
    assert.ok(times.every(at => at >= 0 && Number.isFinite(at)) && ms! >= 0)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  }
})

test('numbers of TCP: a connection that was answered, and one whose data nobody acknowledges', skip, () => {
  const [healthy, stuck] = ['what is said comes back', 'data that nobody acknowledges'].map(
    name => told.rows[name]!.seen!.tcp,
  )
  assert.ok(healthy!.known && stuck!.known)
  const { state, rtt, pathMtu, unacked, retransmits } = healthy!.value
  assert.deepEqual(
    { state, pathMtu, unacked, retransmits },
    { state: 'established', pathMtu: 1500, unacked: 0, retransmits: 0 },
  )
  assert.ok(rtt! > 0)
  assert.equal(stuck!.value.unacked, 1)
  assert.ok(stuck!.value.retransmits > 0)
})

test('our end is told, once it was chosen', skip, () => {
  const local = told.rows['somebody listens']!.local!
  assert.ok(local.known)
  assert.equal(local.value.address, '10.0.1.2')
  assert.ok(local.value.port >= 1024)
  assert.equal(told.rows['a multicast address']!.local!.known, false)
})

const pinged = (name: string) => {
  const { kind, code, hops, icmp } = told.others[name]!.pinged!
  return {
    told: tried({ kind, ...(code === undefined ? {} : { code }) }),
    hops,
    icmp: icmp && errorText(icmp),
    mtu: icmp?.mtu,
  }
}

/** Each echo: what came of it, hops of the reply, the error, the MTU that it tells. */
const ECHOES: readonly (readonly [
  name: string,
  outcome: string,
  hops?: number | undefined,
  icmp?: string | undefined,
  mtu?: number,
])[] = [
  ['echo', 'yes', 63],
  ['echo by IPv6', 'yes', 63],
  ['echo over the link', 'yes', 64],
  ['echo, one hop', 'unreachable EHOSTUNREACH', undefined, '11/0 from 10.0.1.1 EHOSTUNREACH'],
  ['echo, one hop, by IPv6', 'unreachable EHOSTUNREACH', undefined, '3/0 from fd00:1::1 EHOSTUNREACH'],
  ['echo as nobody', 'denied EPERM'],
  ['echo as nobody who may', 'yes', 63],
  [
    'echo, one hop, as nobody who may',
    'unreachable EHOSTUNREACH',
    undefined,
    '11/0 from 10.0.1.1 EHOSTUNREACH',
  ],
  ['echo too big for the way', 'broken EMSGSIZE', undefined, '3/4 from 10.0.1.1 EMSGSIZE', 1300],
  ['echo too big for the way, by IPv6', 'broken EMSGSIZE', undefined, '2/0 from fd00:1::1 EMSGSIZE', 1300],
  ['echo too big for its own link', 'broken EMSGSIZE', undefined, '0/0 EMSGSIZE', 1500],
]
for (const [name, outcome, hops, icmp, mtu] of ECHOES)
  test(name, skip, () => assert.deepEqual(pinged(name), { told: outcome, hops, icmp, mtu }))

const way = (name: string) => {
  const answer = told.others[name]!.way!
  assert.ok(answer.known)
  const { table: _, ...rest } = answer.value as typeof answer.value & { table?: number }
  return rest
}

const WAYS = [
  ['way to the server', { kind: 'unicast', device: 'router', gateway: '10.0.1.1', source: '10.0.1.2' }],
  [
    'way to the server by IPv6',
    { kind: 'unicast', device: 'router', gateway: 'fd00:1::1', source: 'fd00:1::2' },
  ],
  ['way over the link', { kind: 'unicast', device: 'router', source: 'fe80::2' }],
  ['way to itself', { kind: 'local', device: 'lo', source: '10.0.1.2' }],
  ['way to a neighbour', { kind: 'unicast', device: 'router', source: '10.0.1.2' }],
  ['way to everybody', { kind: 'broadcast', device: 'router', source: '10.0.1.2' }],
  [
    'way whose MTU was learned',
    { kind: 'unicast', device: 'router', gateway: '10.0.1.1', source: '10.0.1.2', mtu: 1300 },
  ],
  ['way: unreachable', { kind: 'refused', code: 'EHOSTUNREACH' }],
  ['way: prohibit', { kind: 'refused', code: 'EACCES' }],
  ['way: blackhole', { kind: 'refused', code: 'EINVAL' }],
  ['way by IPv6: unreachable', { kind: 'refused', code: 'EHOSTUNREACH' }],
  ['way by IPv6: prohibit', { kind: 'refused', code: 'EACCES' }],
  ['way by IPv6: blackhole', { kind: 'refused', code: 'EINVAL' }],
] as const
for (const [name, want] of WAYS) test(name, skip, () => assert.deepEqual(way(name), want))

test('an attempt over the link: our end has the link’s zone', skip, () => {
  const { outcome, local, seen } = told.others['attempt over the link']!
  assert.deepEqual(outcome, { kind: 'refused', code: 'ECONNREFUSED' })
  assert.ok(local!.known && seen!.frames.known)
  assert.equal(local!.value.address, 'fe80::2%router')
  assert.deepEqual(seen!.frames.value.map(frameText), ['out router S 64', 'in router AR 64'])
})

test('a block by IPsec is counted, once', skip, () => {
  const [before, after] = ['state before', 'state after a block by IPsec'].map(
    name => told.others[name]!.protocols!,
  )
  assert.equal(after!['Xfrm.OutPolBlock'], before!['Xfrm.OutPolBlock']! + 1)
})

test('what a queue drops is counted', skip, () => {
  const before = told.others['state before']!.devices!.router!.queueDrops
  const after = told.others['state with a queue that drops']!.devices!.router!.queueDrops
  assert.deepEqual(before, { known: true, value: 0 })
  assert.ok(after.known && after.value > 0)
})

test('carrier and MTU of a link', skip, () => {
  const device = (name: string) => {
    const { carrier, mtu, up } = told.others[name]!.interfaces!.find(one => one.name === 'router')!
    return { carrier, mtu, up }
  }
  assert.deepEqual(device('state before'), { carrier: true, mtu: 1500, up: true })
  assert.deepEqual(device('state without carrier'), { carrier: false, mtu: 1500, up: true })
  assert.deepEqual(device('state with another MTU'), { carrier: false, mtu: 1400, up: true })
})
