/** What a NAT says it would do, beside what it does: the same, wherever chance has no part, and never a difference by asking. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DEPENDENCES } from './behaviour.ts'
import { type Foresight, type NatBehaviour, NatBox, type NatPacket, type Translation } from './nat-box.ts'
import { boxOf, fractions, packet, said, TCP, text, UDP, v4 } from './nat-notation.cases.ts'
import { NAT_PROFILES } from './profiles.ts'

const OPEN = '?'
const shown = (one: Foresight): string =>
  one.kind === 'dropped'
    ? `dropped ${one.why}`
    : `${one.kind} ${text({ source: 0, sourcePort: 0, destination: 0, destinationPort: 0, ...one.ends })}`

const rows: readonly (readonly [string, Partial<NatBehaviour>, readonly string[], string, string])[] = [
  [
    'its own port, where that is free',
    {},
    [],
    '10.0.0.1:4000 > 198.51.100.1:53',
    'passed 203.0.113.1:4000 > 198.51.100.1:53',
  ],
  [
    'the mapping that there is',
    { preservesPort: false },
    ['10.0.0.1:4000 > 198.51.100.1:53'],
    '10.0.0.1:4000 > 198.51.100.2:53',
    'as it is',
  ],
  [
    'a port that chance chooses, where another has it',
    {},
    ['10.0.0.2:4000 > 198.51.100.1:53'],
    '10.0.0.1:4000 > 198.51.100.1:53',
    `passed 203.0.113.1:${OPEN} > 198.51.100.1:53`,
  ],
  [
    'a symmetric one, for another peer',
    { mapping: 'address-and-port-dependent' },
    ['10.0.0.1:4000 > 198.51.100.1:53'],
    '10.0.0.1:4000 > 198.51.100.1:54',
    `passed 203.0.113.1:${OPEN} > 198.51.100.1:54`,
  ],
  [
    'one mapping too many',
    { mappingsPerHost: 1 },
    ['10.0.0.1:4000 > 198.51.100.1:53'],
    '10.0.0.1:4001 > 198.51.100.1:53',
    'dropped quota',
  ],
  [
    'no port left',
    { ports: { low: 5000, high: 5000, keepsClass: false } },
    ['10.0.0.1:4000 > 198.51.100.1:53'],
    '10.0.0.1:4001 > 198.51.100.1:53',
    'dropped full',
  ],
  ['no way back inside', { hairpin: 'none' }, [], '10.0.0.1:4000 > 203.0.113.1:5000', 'dropped hairpin'],
]
for (const [name, change, before, asked, wanted] of rows)
  test(`from inside: ${name}`, () => {
    const box = boxOf(change)
    for (const one of before) box.outbound(packet(one), 0)
    const size = box.size
    const foreseen = box.foreseeOutbound(packet(asked), 1)
    assert.equal(box.size, size, 'nothing is made')
    const done = said(box.outbound(packet(asked), 1))
    const told = foreseen.kind !== 'dropped' && foreseen.ends.sourcePort === undefined
    if (wanted === 'as it is') assert.equal(shown(foreseen), done)
    else {
      assert.equal(
        told
          ? shown({ ...foreseen, ends: { ...foreseen.ends, sourcePort: OPEN as never } })
          : shown(foreseen),
        wanted,
      )
      if (!told) assert.equal(done, wanted)
    }
  })

test('an answer comes in by a mapping that is only foreseen, also where its port is left to chance', () => {
  for (const preservesPort of [true, false]) {
    const box = boxOf({ preservesPort, filtering: 'address-and-port-dependent' })
    const out = box.foreseeOutbound(packet('10.0.0.1:4000 > 198.51.100.1:53'), 0)
    assert.ok(out.kind === 'passed')
    const { source, sourcePort, destination, destinationPort, protocol } = out.ends
    const answer = {
      protocol,
      source: destination!,
      sourcePort: destinationPort!,
      ...(source === undefined ? {} : { destination: source }),
      ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
    }
    const back = box.foreseeInbound(answer, 0, [out.mapping])
    assert.ok(back.kind === 'passed')
    assert.equal(shown(back), 'passed 198.51.100.1:53 > 10.0.0.1:4000')
    assert.deepEqual(box.foreseeInbound({ ...answer, sourcePort: 54 }, 0, [out.mapping]), {
      kind: 'dropped',
      why: 'filtered',
    })
    assert.deepEqual(box.foreseeInbound(answer, 0), { kind: 'dropped', why: 'no-mapping' })
  }
})

const ends = fc.record({
  inward: fc.boolean(),
  host: fc.integer({ min: 1, max: 3 }),
  port: fc.integer({ min: 4000, max: 4003 }),
  peer: fc.integer({ min: 1, max: 3 }),
  peerPort: fc.integer({ min: 53, max: 54 }),
  protocol: fc.constantFrom(UDP, TCP),
  wait: fc.constantFrom(0, 0, 1000, 130_000),
})
const behaviour: fc.Arbitrary<NatBehaviour> = fc
  .record({
    mapping: fc.constantFrom(...DEPENDENCES),
    filtering: fc.constantFrom(...DEPENDENCES),
    preservesPort: fc.boolean(),
    contiguous: fc.boolean(),
    keepsParity: fc.boolean(),
    hairpin: fc.constantFrom('external-source', 'internal-source', 'none'),
    few: fc.boolean(),
    quota: fc.boolean(),
    inBlocks: fc.boolean(),
  })
  .map(({ few, quota, inBlocks, ...change }) => ({
    ...NAT_PROFILES['full-cone'],
    ...change,
    overloads: false,
    ports: few ? { low: 4000, high: 4003, keepsClass: false } : NAT_PROFILES['full-cone'].ports,
    ...(quota ? { mappingsPerHost: 2 } : {}),
    ...(inBlocks ? { blocks: { size: 2, perHost: 1 } } : {}),
  }))

test('law: what is foreseen happens, and asking changes nothing', () => {
  fc.assert(
    fc.property(behaviour, fc.array(ends, { maxLength: 25 }), (of, steps) => {
      const make = (): NatBox =>
        new NatBox(of, { external: [v4('203.0.113.1')], random: fractions(0.5, 0.25, 0.75, 0.9) })
      const [asked, unasked] = [make(), make()]
      let now = 0
      for (const { inward, host, port, peer, peerPort, protocol, wait } of steps) {
        now += wait
        const inside = { source: v4(`10.0.0.${host}`), sourcePort: port }
        const outside = {
          source: v4(peer === 3 ? '203.0.113.1' : `198.51.100.${peer}`),
          sourcePort: peer === 3 ? port : peerPort,
        }
        const one: NatPacket = inward
          ? { protocol, ...outside, destination: v4('203.0.113.1'), destinationPort: port }
          : { protocol, ...inside, destination: outside.source, destinationPort: outside.sourcePort }
        const foreseen = inward ? asked.foreseeInbound(one, now) : asked.foreseeOutbound(one, now)
        const came = inward ? asked.inbound(one, now) : asked.outbound(one, now)
        unasked.expire(now)
        assert.deepEqual(inward ? unasked.inbound(one, now) : unasked.outbound(one, now), came)
        agree(foreseen, came)
      }
    }),
    { numRuns: 400 },
  )
})

/** What is left open is the only difference. A hairpin through a port that isn't known yet may turn out either way. */
function agree(foreseen: Foresight, came: Translation): void {
  const { mapping } = foreseen
  if (foreseen.kind !== 'passed' && mapping !== undefined && mapping.externalPort === undefined) return
  if (came.kind === 'dropped' || foreseen.kind === 'dropped') {
    assert.equal(shown(foreseen), said(came))
    return
  }
  assert.equal(foreseen.kind, came.kind)
  assert.deepEqual({ ...came.packet, ...foreseen.ends }, came.packet)
}
